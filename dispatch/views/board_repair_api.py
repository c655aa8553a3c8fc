"""What a dispatcher reports when the day goes otherwise than planned. Each answer says in words what is proposed."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dispatch.views.acting import acting_user
from dispatch.views.board_api import board_endpoint, read_body, read_id, read_instant
from dispatch.views.board_plan_api import nudge_worker
from dispatch.wording import write_clock
from scheduling.models import Appointment, Route, Shift
from scheduling.services.repairs import Reported, place_emergency, report_ill, report_late, report_no_show


@board_endpoint("POST")
def report_board_ill(request: HttpRequest) -> dict[str, Any]:
    body, now = read_body(request), timezone.now()
    shift = read_shift(body)
    reported = report_ill(
        shift_id=shift.pk, from_at=read_instant(body, "from_at") or now, actor=acting_user(request), now=now
    )
    words = [_("%(name)s is absent from then on.") % {"name": shift.technician.name}]
    if reported.under_way is not None:
        words.append(_("The visit that has begun stays there: end it as not completed, or place it anew."))
    return answer(reported, words)


@board_endpoint("POST")
def report_board_late(request: HttpRequest) -> dict[str, Any]:
    body = read_body(request)
    shift = read_shift(body)
    minutes = read_id(body, "minutes")
    reported = report_late(shift_id=shift.pk, minutes=minutes, actor=acting_user(request), now=timezone.now())
    words = ngettext("%(name)s runs %(minutes)s minute late.", "%(name)s runs %(minutes)s minutes late.", minutes)
    return answer(reported, [words % {"name": shift.technician.name, "minutes": minutes}])


@board_endpoint("POST")
def report_board_no_show(request: HttpRequest) -> dict[str, Any]:
    body = read_body(request)
    reported = report_no_show(
        appointment_id=read_id(body, "appointment"), actor=acting_user(request), now=timezone.now()
    )
    return answer(reported, [_("The visit has ended as not completed.")])


@board_endpoint("POST")
def place_board_emergency(request: HttpRequest) -> dict[str, Any]:
    body = read_body(request)
    appointment = Appointment.objects.get(pk=read_id(body, "appointment"))
    reported = place_emergency(appointment_id=appointment.pk, actor=acting_user(request), now=timezone.now())
    stop = next(
        stop for row in proposed_routes(reported) for stop in row.stops.all() if stop.appointment_id == appointment.pk
    )
    place = {
        "name": stop.route.route.shift.technician.name,
        "time": write_clock(stop.starts_at, appointment.zone),
    }
    return answer(reported, [_("%(name)s can begin it at %(time)s.") % place])


def proposed_routes(reported: Reported) -> Any:
    if reported.plan is None:
        return ()
    return reported.plan.routes.select_related("route__shift__technician").prefetch_related("stops")


def read_shift(body: dict[str, Any]) -> Shift:
    return Route.objects.select_related("shift__technician").get(pk=read_id(body, "route")).shift


def answer(reported: Reported, words: list[str]) -> dict[str, Any]:
    """``date`` is the day whose board shows the proposal."""
    if reported.run is not None:
        nudge_worker(reported.run.pk)
    plan = reported.plan
    return {
        "plan": None if plan is None else plan.pk,
        "date": None if plan is None else plan.date,
        "text": " ".join([*words, *touched_words(reported)]),
    }


def touched_words(reported: Reported) -> list[str]:
    """What the proposal touches, and what to do now."""
    if reported.refusal:
        return [_("What waits was not looked at: %(reason)s") % {"reason": reported.refusal}]
    if reported.plan is None or reported.repair is None:
        return [_("No other visit has to change.")]
    moves = reported.repair.moved
    handed = sum(1 for move in moves if move.was and move.now and move.was.worker != move.now.worker)
    shifted = sum(1 for move in moves if move.was and move.now and move.was.worker == move.now.worker)
    left_out = sum(1 for move in moves if move.was and move.now is None)
    placed = sum(1 for move in moves if move.was is None)
    counts = (
        (handed, ngettext("%s visit changes technician", "%s visits change technician", handed)),
        (shifted, ngettext("%s visit changes hour", "%s visits change hour", shifted)),
        (placed, ngettext("%s visit gets a place", "%s visits get a place", placed)),
        (left_out, ngettext("%s visit finds no place", "%s visits find no place", left_out)),
    )
    words = [", ".join(text % count for count, text in counts if count) + "."]
    lost, broken = len(reported.repair.lost_promises), len(reported.repair.broken_promises)
    if lost:
        words.append(ngettext("%s promise would be broken.", "%s promises would be broken.", lost) % lost)
    if late := broken - lost:
        words.append(ngettext("%s promise is kept late.", "%s promises are kept late.", late) % late)
    return [*words, _("Review the proposal and publish it: until then nothing changes.")]
