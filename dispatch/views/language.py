from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.i18n import set_language

from dispatch.services.preferences import set_user_language
from dispatch.views.acting import act_of


@act_of("home")
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Kept in a cookie by Django, and with a signed-in user for the messages they are sent."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        set_user_language(user=request.user, language=language)
    return set_language(request)
