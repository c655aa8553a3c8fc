"""The dispatcher gives a technician's phone its way in, and takes it away."""

from typing import cast
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from dispatch.access import ADMINISTRATOR, DISPATCHER, role_required
from dispatch.folding import fold
from dispatch.models import PairedDevice
from dispatch.services.pairing import SIGNED_IN, make_pairing_code, revoke_device
from dispatch.views.acting import act_of
from scheduling.models import Technician, User


@require_safe
@role_required(DISPATCHER, ADMINISTRATOR)
def list_technicians(request: HttpRequest) -> HttpResponse:
    in_use = Q(paired_devices__revoked_at=None) & ~Q(paired_devices__token_hash__startswith=SIGNED_IN)
    technicians = (
        Technician.objects.filter(active=True)
        .select_related("employer")
        .annotate(phones=Count("paired_devices", in_use), last_seen=Max("paired_devices__last_seen_at", filter=in_use))
    )
    return render(
        request,
        "dispatch/pairing/technicians.html",
        {"technicians": sorted(technicians, key=lambda one: fold(one.name))},
    )


@never_cache
@role_required(DISPATCHER, ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def pair_technician(request: HttpRequest, technician_id: int) -> HttpResponse:
    """Opening the page makes nothing; the button makes a code, which this answer alone shows."""
    technician = get_object_or_404(Technician.objects.select_related("employer"), pk=technician_id, active=True)
    page: dict[str, object] = {"technician": technician, "phones": list_phones(technician)}
    if request.method == "POST":
        row, code = make_pairing_code(technician=technician, actor=cast(User, request.user), now=timezone.now())
        address = f"{settings.SITE_URL}{reverse('tech-pair')}"
        page |= {
            "code": code,
            "expires_at": row.expires_at,
            "address": address,
            "qr": draw_qr(f"{address}?{urlencode({'code': code})}"),
        }
    return render(request, "dispatch/pairing/technician.html", page)


def list_phones(technician: Technician) -> list[PairedDevice]:
    phones = technician.paired_devices.exclude(token_hash__startswith=SIGNED_IN)
    return list(phones.filter(revoked_at=None).order_by("-paired_at"))


def draw_qr(text: str) -> SafeString:
    """An SVG without inline style; dark modules on white, whatever the page's own colours."""
    drawn = segno.make(text, error="m").svg_inline(scale=6, border=3, dark="#000", light="#fff", omitsize=True)
    return mark_safe(drawn)  # noqa: S308 - segno's own markup: paths and numbers, the text is not in it


@role_required(DISPATCHER, ADMINISTRATOR)
@act_of("technician_pair", "technician_id")
def revoke_phone(request: HttpRequest, technician_id: int, device_id: int) -> HttpResponse:
    device = get_object_or_404(PairedDevice, pk=device_id, technician_id=technician_id)
    revoke_device(device=device, now=timezone.now())
    messages.success(
        request, _("%(phone)s is no longer paired. It forgets everything as soon as it asks.") % {"phone": device}
    )
    return redirect("technician_pair", technician_id)
