"""Who asks: a paired phone by its token (header or cookie), or a technician who signed in with a password."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from dispatch.access import TECHNICIAN, has_role
from dispatch.models import PairedDevice
from dispatch.problems import ProblemError
from dispatch.services.pairing import device_of_user, find_device, note_use
from scheduling.models import Technician, User

COOKIE = "visita_device"
COOKIE_LIVES_S = 400 * 86_400
REVOKED = "device-revoked"
UNKNOWN = "device-unknown"


class DeviceRevokedError(ProblemError):
    """The phone is told to forget what it holds."""

    def __init__(self) -> None:
        super().__init__(status=401, kind=REVOKED, detail=_("This phone is no longer paired. What it held is deleted."))

    auth_header = "Bearer"


def is_usable(device: PairedDevice) -> bool:
    user = device.technician.user
    return device.revoked_at is None and device.technician.active and (user is None or user.is_active)


def device_behind(token: str) -> PairedDevice | None:
    """Raises ``DeviceRevokedError``."""
    device = find_device(token=token)
    if device is None:
        return None
    if not is_usable(device):
        raise DeviceRevokedError
    note_use(device=device, now=timezone.now())
    return device


def technician_signed_in(user: User | AnonymousUser | None) -> Technician | None:
    if user is None or not user.is_authenticated or not has_role(user, TECHNICIAN):
        return None
    return Technician.objects.filter(user=user, active=True).first()


def device_of_request(request: HttpRequest) -> PairedDevice | None:
    """For pages and the API by cookie. Raises ``DeviceRevokedError``, unless a technician has signed in since."""
    technician = technician_signed_in(request.user)
    try:
        device = device_behind(request.COOKIES.get(COOKIE, ""))
    except DeviceRevokedError:
        if technician is None:
            raise
        device = None
    if device is None and technician is not None:
        return device_of_user(technician=technician, now=timezone.now())
    return device


def keep_token(response: HttpResponse, token: str) -> None:
    response.set_cookie(
        COOKIE, token, max_age=COOKIE_LIVES_S, httponly=True, secure=settings.HTTPS, samesite="Strict", path="/"
    )


class DeviceTokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Any, PairedDevice] | None:
        words = get_authorization_header(request).decode("latin-1").split()
        if not words or words[0].lower() != "bearer":
            return None
        device = device_behind(words[1]) if len(words) == 2 else None
        if device is None:
            raise AuthenticationFailed(_("This token is not known."))
        return device.technician.user or AnonymousUser(), device

    def authenticate_header(self, _request: Request) -> str:
        return "Bearer"


class DeviceCookieAuthentication(SessionAuthentication):
    """The web app's: an HttpOnly cookie, or the session of a signed-in technician. Writes need the CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, PairedDevice | None] | None:
        device = device_of_request(request._request)
        user = getattr(request._request, "user", None)
        if device is None and (user is None or not user.is_authenticated):
            return None
        self.enforce_csrf(request)
        if device is None:
            return user, None
        return device.technician.user or AnonymousUser(), device


class DeviceTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = DeviceTokenAuthentication
    name = "deviceToken"

    def get_security_definition(self, _auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "The token that pairing a phone gave."}


class DeviceCookieScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = DeviceCookieAuthentication
    name = "deviceCookie"

    def get_security_definition(self, _auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": COOKIE}
