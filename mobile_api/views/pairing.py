"""Pairing, seen from the phone."""

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST

from dispatch.models import PairedDevice
from dispatch.services.pairing import PairingRefused, is_password_session, normalise_code, revoke_device
from mobile_api.authentication import keep_token
from mobile_api.pairing import TooManyAttempts, exchange_code
from mobile_api.views.entrance import device_required, show_revoked

YEAR_S = 365 * 86_400
KNOWN_PHONES = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"))


@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
def pair_phone(request: HttpRequest) -> HttpResponse:
    """Looking changes nothing; the button exchanges the code."""
    code = request.POST.get("code", "") or request.GET.get("code", "")
    page = {"code": code[:40], "error": ""}
    if request.method != "POST":
        return render(request, "mobile_api/pair.html", page)
    try:
        device, token = exchange_code(
            code=normalise_code(code)[:40],
            name=name_phone(request),
            address=str(request.META.get("REMOTE_ADDR", "")),
            now=timezone.now(),
        )
    except TooManyAttempts as error:
        return render(request, "mobile_api/pair.html", page | {"error": str(error)}, status=429)
    except PairingRefused as error:
        return render(request, "mobile_api/pair.html", page | {"error": str(error)}, status=403)
    response = redirect("tech-day")
    keep_token(response, token)
    user = device.technician.user
    if user and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, max_age=YEAR_S, samesite="Lax")
    return response


def name_phone(request: HttpRequest) -> str:
    agent = request.headers.get("User-Agent", "")
    return next((name for part, name in KNOWN_PHONES if part in agent), _("Phone"))


@require_POST
@device_required
def leave_phone(request: HttpRequest, device: PairedDevice) -> HttpResponse:
    """The technician gives the phone away, or signs out of the browser: either forgets everything."""
    if is_password_session(device):
        logout(request)
        return show_revoked(request)
    revoke_device(device=device, now=timezone.now())
    return show_revoked(request)
