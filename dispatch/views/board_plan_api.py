"""Planning from the board: what can be asked for, the request, its progress, and the decision on a proposal."""

import logging
from datetime import date
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from dispatch.selectors.board_plan import read_run
from dispatch.selectors.board_plan_choices import read_plan_choices
from dispatch.views.acting import acting_user
from dispatch.views.board_api import BadInput, board_endpoint, read_body, read_id, read_text
from scheduling.horizon import MOST_DAYS
from scheduling.models import WeightSet
from scheduling.services.plans import drop_plan, publish_plan
from scheduling.services.runs import MOST_FREEZE_S, cancel_run, request_run
from scheduling.tasks import perform

log = logging.getLogger(__name__)
MOST_NAMED = 500


@board_endpoint("GET")
def read_board_choices(request: HttpRequest, date: date) -> dict[str, Any]:
    return read_plan_choices(first=date, now=timezone.now())


def run_board_day(request: HttpRequest, date: date) -> JsonResponse:
    return request_board_run(request, date) if request.method == "POST" else read_board_run(request, date)


@board_endpoint("GET")
def read_board_run(request: HttpRequest, date: date) -> dict[str, Any]:
    return {"run": read_run(date), "now": timezone.now()}


@board_endpoint("POST")
def request_board_run(request: HttpRequest, date: date) -> dict[str, Any]:
    body = read_body(request)
    run = request_run(
        date=date,
        actor=acting_user(request),
        now=timezone.now(),
        time_limit_s=read_number(body, "time_limit_s", 3600, _("The time limit is between 1 second and 1 hour.")),
        days=read_number(body, "days", MOST_DAYS, _("A plan is made for 1, 3 or 7 days.")) or 1,
        weight_set=read_weight_set(body),
        freeze_s=read_freeze(body),
        may_break=read_ids(body, "may_break"),
        break_reason=read_text(body, "reason"),
    )
    nudge_worker(run.pk)
    return {"run": read_run(date), "now": timezone.now()}


def read_number(body: dict[str, Any], name: str, most: int, words: str) -> int | None:
    """From 1 to ``most``; None where it is not given."""
    if body.get(name) is None:
        return None
    number = read_id(body, name)
    if not 1 <= number <= most:
        raise BadInput(words)
    return number


def read_freeze(body: dict[str, Any]) -> int | None:
    """Given in minutes; None where the planning settings' holds."""
    if body.get("freeze_min") is None:
        return None
    minutes = read_id(body, "freeze_min")
    if not 0 <= minutes * 60 <= MOST_FREEZE_S:
        raise BadInput(_("A freeze is between 0 minutes and 24 hours."))
    return minutes * 60


def read_weight_set(body: dict[str, Any]) -> WeightSet | None:
    if body.get("weight_set") is None:
        return None
    found = WeightSet.objects.filter(pk=read_id(body, "weight_set")).first()
    if found is None:
        raise BadInput(_("This set of weights is gone. Open the dialog again."))
    return found


def read_ids(body: dict[str, Any], name: str) -> list[int]:
    values = body.get(name, [])
    if not isinstance(values, list) or len(values) > MOST_NAMED:
        raise BadInput(_("“%(name)s” must be a list of whole numbers.") % {"name": name})
    return [read_id({name: value}, name) for value in values]


def nudge_worker(run_id: int) -> None:
    """The row is the truth: when the broker is away, the sweep finds it."""
    try:
        perform.delay(run_id)
    except OperationalError:
        log.warning("the broker did not take run %s; the sweep will", run_id)


@board_endpoint("POST")
def cancel_board_run(request: HttpRequest, some_id: int) -> dict[str, Any]:
    cancel_run(run_id=some_id, now=timezone.now())
    return {"id": some_id}


@board_endpoint("POST")
def publish_board_plan(request: HttpRequest, some_id: int) -> dict[str, Any]:
    reason = read_text(read_body(request), "reason") if request.body else ""
    publish_plan(plan_id=some_id, actor=acting_user(request), now=timezone.now(), reason=reason)
    return {"id": some_id}


@board_endpoint("POST")
def drop_board_plan(request: HttpRequest, some_id: int) -> dict[str, Any]:
    drop_plan(plan_id=some_id, actor=acting_user(request), now=timezone.now())
    return {"id": some_id}
