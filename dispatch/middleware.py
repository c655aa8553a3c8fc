"""Language and time zone of the reader."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.deprecation import MiddlewareMixin


class UserLocaleMiddleware(MiddlewareMixin):
    """A signed-in user reads in their own language and zone; everybody else as ``LocaleMiddleware`` found out."""

    def process_request(self, request: HttpRequest) -> None:
        timezone.deactivate()
        if not request.user.is_authenticated:
            return
        if request.user.language in dict(settings.LANGUAGES):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        if request.user.time_zone:
            timezone.activate(request.user.time_zone)
