"""What the board's scripts ask for and do. JSON in and out, by the session of a dispatcher, with the CSRF token.

A refusal answers 409 with ``code``, ``detail`` in words, and ``rules`` or ``changes`` where there are some.
"""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any, Concatenate

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from dispatch.access import ADMINISTRATOR, DISPATCHER, has_role
from dispatch.selectors.board import read_day, read_version
from dispatch.selectors.board_plan import name_changes
from dispatch.text import clean_text
from dispatch.views.acting import acting_user
from scheduling.errors import BrokenRule, MoveRefused, PlanChanged, Refused
from scheduling.models import Appointment, Route, RoutePlan, Run
from scheduling.services.appointments import take_off
from scheduling.services.moves import move_stop, preview_move, set_pin

MAX_BODY = 20_000
AROUND_SHIFT = timedelta(days=1)


class BadInput(Exception):
    """The body of a request can't be read; the text says which member."""


def board_endpoint[**P](
    method: str,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], dict[str, Any]]], Callable[Concatenate[HttpRequest, P], JsonResponse]
]:
    """Dispatchers and administrators only; a service's refusal becomes an answer that a person can read."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, P], dict[str, Any]],
    ) -> Callable[Concatenate[HttpRequest, P], JsonResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> JsonResponse:
            if not request.user.is_authenticated:
                return problem(401, "signed_out", _("You are signed out. Sign in again to go on."))
            if not has_role(request.user, DISPATCHER, ADMINISTRATOR):
                return problem(403, "not_allowed", _("The board is for dispatchers."))
            if request.method != method:
                return problem(405, "method", _("This address is asked in another way."), Allow=method)
            try:
                answer = view(request, *args, **kwargs)
            except BadInput as error:
                return problem(400, "input", str(error))
            except Refused as refusal:
                return answer_refusal(refusal)
            except (Appointment.DoesNotExist, Route.DoesNotExist, Run.DoesNotExist, RoutePlan.DoesNotExist):
                return problem(404, "gone", _("It does not exist any more. Look at the board again."))
            response = JsonResponse(answer)
            response["Cache-Control"] = "no-store"
            return response

        return guarded

    return decorate


def problem(status: int, code: str, detail: str, **headers: str) -> JsonResponse:
    return JsonResponse({"code": code, "detail": detail}, status=status, headers=headers)


def answer_refusal(refusal: Refused) -> JsonResponse:
    body: dict[str, Any] = {"code": refusal.code, "detail": str(refusal)}
    if isinstance(refusal, MoveRefused):
        body |= {
            "rules": [rule_row(rule) for rule in refusal.violations],
            "forceable": all(rule.forceable for rule in refusal.violations),
        }
    if isinstance(refusal, PlanChanged):
        body["changes"] = name_changes(refusal.changes)
    return JsonResponse(body, status=409)


def rule_row(rule: BrokenRule) -> dict[str, Any]:
    return {
        "rule": rule.rule,
        "text": rule.text,
        "forceable": rule.forceable,
        "appointment": rule.appointment_id,
    }


def read_body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body[:MAX_BODY])
    except (ValueError, RecursionError) as error:
        raise BadInput(_("The request is not JSON.")) from error
    if not isinstance(body, dict):
        raise BadInput(_("The request is not a JSON object."))
    return body


def read_id(body: dict[str, Any], name: str) -> int:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput(_("“%(name)s” must be a whole number.") % {"name": name})
    return value


def read_flag(body: dict[str, Any], name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise BadInput(_("“%(name)s” must be true or false.") % {"name": name})
    return value


def read_text(body: dict[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > 500:
        raise BadInput(_("“%(name)s” must be a text of at most 500 characters.") % {"name": name})
    return clean_text(value).strip()


def read_instant(body: dict[str, Any], name: str) -> datetime | None:
    value = body.get(name)
    if value is None:
        return None
    try:
        instant = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        instant = None
    if instant is None or timezone.is_naive(instant):
        raise BadInput(_("“%(name)s” must be a date and time with its offset.") % {"name": name})
    return instant


def read_start(body: dict[str, Any]) -> datetime | None:
    """When the work is to begin: near the shift of the route that it goes on."""
    instant = read_instant(body, "starts_at")
    if instant is None:
        return None
    shift = Route.objects.select_related("shift").get(pk=read_id(body, "route")).shift
    if not shift.starts_at - AROUND_SHIFT <= instant <= shift.ends_at + AROUND_SHIFT:
        raise BadInput(_("The work must begin on the day of the route, or the day before or after."))
    return instant


@board_endpoint("GET")
def read_board_day(request: HttpRequest, date: date) -> dict[str, Any]:
    return read_day(date=date, now=timezone.now())


@board_endpoint("GET")
def read_board_version(request: HttpRequest, date: date) -> dict[str, Any]:
    return {"version": read_version(date=date, now=timezone.now())}


@board_endpoint("POST")
def preview_board_move(request: HttpRequest) -> dict[str, Any]:
    body = read_body(request)
    preview = preview_move(
        appointment_id=read_id(body, "appointment"),
        route_id=read_id(body, "route"),
        starts_at=read_start(body),
        now=timezone.now(),
    )
    return {
        "allowed": preview.allowed,
        "forceable": preview.forceable,
        "rules": [rule_row(rule) for rule in preview.violations],
        "inherited": [rule_row(rule) for rule in preview.inherited],
        "added_travel_s": preview.added_travel_s,
        "stops": [
            {
                "appointment": stop.appointment_id,
                "arrival": stop.arrival_at,
                "starts": stop.starts_at,
                "ends": stop.ends_at,
            }
            for stop in preview.stops
        ],
    }


@board_endpoint("POST")
def move_board_stop(request: HttpRequest) -> dict[str, Any]:
    body = read_body(request)
    stop = move_stop(
        appointment_id=read_id(body, "appointment"),
        route_id=read_id(body, "route"),
        starts_at=read_start(body),
        force_reason=read_text(body, "force_reason"),
        seen_version=read_id(body, "seen_version") if body.get("seen_version") is not None else None,
        actor=acting_user(request),
        now=timezone.now(),
    )
    return {"appointment": stop.appointment_id, "route": stop.route_id, "starts": stop.starts_at, "ends": stop.ends_at}


@board_endpoint("POST")
def take_off_board_stop(request: HttpRequest) -> dict[str, Any]:
    body = read_body(request)
    appointment_id = read_id(body, "appointment")
    take_off(
        appointment_id=appointment_id, reason=read_text(body, "reason"), actor=acting_user(request), now=timezone.now()
    )
    return {"appointment": appointment_id}


@board_endpoint("POST")
def pin_board_stop(request: HttpRequest) -> dict[str, Any]:
    body = read_body(request)
    appointment_id = read_id(body, "appointment")
    set_pin(
        appointment_id=appointment_id,
        technician=read_flag(body, "technician"),
        time=read_flag(body, "time"),
        actor=acting_user(request),
        now=timezone.now(),
    )
    return {"appointment": appointment_id}
