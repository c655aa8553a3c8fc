"""Which phone asks. Pages start here: the one decorator fetches the device, or shows what to do without one."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import ensure_csrf_cookie

from dispatch.access import TECHNICIAN, has_role
from dispatch.models import PairedDevice
from mobile_api.authentication import DeviceRevokedError, device_of_request


def device_required[**P](
    view: Callable[Concatenate[HttpRequest, PairedDevice, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Without a device: to the page that pairs one. A revoked one is told to forget."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            device = device_of_request(request)
        except DeviceRevokedError:
            return show_revoked(request)
        if device is None:
            return _turn_away(request)
        timezone.activate(_zone_of(device))
        response = view(request, device, *args, **kwargs)
        patch_cache_control(response, private=True, no_cache=True)
        return response

    return ensure_csrf_cookie(guarded)


def _zone_of(device: PairedDevice) -> str:
    user = device.technician.user
    return (user.time_zone if user else "") or timezone.get_default_timezone_name()


def _turn_away(request: HttpRequest) -> HttpResponse:
    if has_role(request.user, TECHNICIAN):
        raise Http404
    if request.user.is_authenticated:
        return render(request, "mobile_api/unpaired.html", status=403)
    return redirect("tech-pair")


def show_revoked(request: HttpRequest) -> HttpResponse:
    """The dead token stays in its cookie: whichever part of the app asks next is told the same."""
    response = render(request, "mobile_api/revoked.html", status=401)
    response["Clear-Site-Data"] = '"cache"'  # "storage" would end the worker in the middle of this very answer
    return response
