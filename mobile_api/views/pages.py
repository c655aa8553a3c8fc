"""The technician's day as pages that work without JavaScript; with it every tap goes through the phone's own log."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Max
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dispatch.catalogue import FACTOR_GROUPS, OBSERVATION_GROUPS
from dispatch.enums import NotCompletedReason
from dispatch.models import Factor, Finding, Observation, PairedDevice, Photo, Visit, VisitReport
from dispatch.services.pairing import is_password_session
from dispatch.services.report_pdf import draw_report
from dispatch.services.reports import NONE_FOUND
from mobile_api.former import CODE as TAKEN_AWAY
from mobile_api.gaps import find_gaps
from mobile_api.models import Act
from mobile_api.permissions import TakenAway, get_stop_for, get_stop_to_work_on
from mobile_api.selectors import earlier_visits, list_work_days, stops_in_full
from mobile_api.sync import SentAct, apply_acts
from mobile_api.views.entrance import device_required
from scheduling.enums import STOP_OVER, STOP_UNDER_WAY, StopAct
from scheduling.models import Stop

FORM_ONLY = {"csrfmiddlewaretoken", "kind", "id", "sequence", "anyway"}


@dataclass(frozen=True, slots=True)
class ObservationRow:
    """An entry of the catalogue, and the visit's finding for it; ``finding_id`` names the one to make or correct."""

    observation: Observation
    finding: Finding | None
    finding_id: UUID


@require_safe
@device_required
def show_day(request: HttpRequest, device: PairedDevice) -> HttpResponse:
    now = timezone.now()
    today, following = list_work_days(technician=device.technician, now=now)
    stops = today.stops if today else ()
    return render(
        request,
        "mobile_api/day.html",
        {
            "device": device,
            "now": now,
            "today": today,
            "following": following,
            "next_stop": find_next(stops),
            "over": sum(stop.status in STOP_OVER for stop in stops),
            "act_id": uuid4(),
            "by_password": is_password_session(device),
        },
    )


def find_next(stops: Iterable[Stop]) -> Stop | None:
    """The one under way, else the first not yet begun."""
    open_stops = [stop for stop in stops if stop.status not in STOP_OVER]
    return next((stop for stop in open_stops if stop.status in STOP_UNDER_WAY), open_stops[0] if open_stops else None)


@require_safe
@device_required
def show_stop(request: HttpRequest, device: PairedDevice, stop_id: int) -> HttpResponse:
    own = get_stop_for(device.technician, stop_id)
    if own.pk != stop_id:
        return redirect("tech-stop", own.pk)
    stop = stops_in_full().get(pk=own.pk)
    visit = stop.appointment.visit
    now = timezone.now()
    today, _following = list_work_days(technician=device.technician, now=now)
    gaps = find_gaps(visit)
    return render(
        request,
        "mobile_api/stop.html",
        {
            "device": device,
            "stop": stop,
            "visit": visit,
            "now": now,
            "is_over": stop.status in STOP_OVER,
            "next_stop": find_next(other for other in (today.stops if today else ()) if other.pk != stop.pk),
            "gaps": gaps,
            "asked": "missing" in request.GET and bool(gaps),
            "none_found": Factor.objects.filter(code=NONE_FOUND, active=True).first(),
            "history": earlier_visits(visits=[visit])[visit.case.site_id],
            "groups": group_observations(visit),
            "factor_groups": group_factors(),
            "reasons": NotCompletedReason.choices,
            "signature": getattr(visit, "signature", None),
            "report": getattr(visit, "report", None),
            "new_id": uuid4,
        },
    )


def group_observations(visit: Visit) -> list[tuple[str, list[ObservationRow]]]:
    found = {finding.observation_id: finding for finding in visit.findings.all()}
    groups: dict[str, list[ObservationRow]] = {}
    for observation in Observation.objects.filter(active=True):
        finding = found.get(observation.pk)
        row = ObservationRow(observation, finding, finding.client_id if finding else uuid4())
        groups.setdefault(str(OBSERVATION_GROUPS.get(observation.group, observation.group)), []).append(row)
    return list(groups.items())


def group_factors() -> list[tuple[str, list[Factor]]]:
    by_group: dict[str, list[Factor]] = {}
    for factor in Factor.objects.filter(active=True):
        by_group.setdefault(factor.group, []).append(factor)
    order = [*FACTOR_GROUPS, *(group for group in by_group if group not in FACTOR_GROUPS)]
    return [(str(FACTOR_GROUPS.get(group, group)), by_group[group]) for group in order if group in by_group]


@require_POST
@device_required
def take_act(request: HttpRequest, device: PairedDevice, stop_id: int) -> HttpResponse:
    """The way of a form when no script runs: the same act, applied at once. Its id makes a second press harmless."""
    stop = find_stop_to_act(device, stop_id)
    now = timezone.now()
    if request.POST.get("kind") == StopAct.FINISHED and must_ask(request, stop.appointment.visit):
        return redirect(f"{reverse('tech-stop', args=[stop.pk])}?missing=1#missing")
    try:
        act_id = UUID(request.POST.get("id", ""))
    except ValueError:
        act_id = uuid4()
    last = Act.objects.filter(device=device).aggregate(last=Max("sequence"))["last"] or 0
    sent = SentAct(act_id, last + 1, request.POST.get("kind", ""), now, read_form(request, stop))
    receipt = apply_acts(device=device, acts=[sent], now=now)[0]
    if receipt.status in ("rejected", "conflict"):
        messages.error(request, receipt.reason)
    return redirect("tech-day") if receipt.code == TAKEN_AWAY else redirect("tech-stop", stop.pk)


def must_ask(request: HttpRequest, visit: Visit) -> bool:
    """Without a word of what was done there is no report; everything else may be left out knowingly."""
    gaps = find_gaps(visit)
    return gaps.no_text or (bool(gaps) and "anyway" not in request.POST)


def find_stop_to_act(device: PairedDevice, stop_id: int) -> Stop:
    """Also one that was taken away since the page was opened: the act is kept aside, not thrown away."""
    try:
        return get_stop_to_work_on(device.technician, stop_id)
    except TakenAway:
        return Stop.objects.select_related("appointment__visit").get(pk=stop_id)


def read_form(request: HttpRequest, stop: Stop) -> dict[str, Any]:
    """Empty fields are left out; stop and visit are those of the address."""
    filled = {name: str(value) for name, value in request.POST.items() if name not in FORM_ONLY}
    fields = {name: value for name, value in filled.items() if value.strip()}
    if "number" in fields:
        fields["number"] = fields["number"].replace(",", ".")
    return fields | {"stop": stop.pk, "visit": stop.appointment.visit.pk}


@require_safe
@device_required
def show_report(request: HttpRequest, device: PairedDevice, stop_id: int) -> HttpResponse:
    """What the customer got, to be shown on the spot."""
    visit = get_stop_for(device.technician, stop_id).appointment.visit
    report = get_object_or_404(VisitReport, visit=visit)
    answer = HttpResponse(draw_report(report), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{visit}.pdf"'
    return answer


@require_safe
@device_required
def show_photo(request: HttpRequest, device: PairedDevice, client_id: UUID) -> FileResponse:
    photo = get_object_or_404(
        Photo.objects.filter(
            visit__appointment__stops__technician=device.technician, visit__appointment__stops__is_current=True
        ).distinct(),
        client_id=client_id,
    )
    try:
        return FileResponse(photo.image.open("rb"), content_type="image/jpeg")
    except FileNotFoundError as error:
        raise Http404 from error
