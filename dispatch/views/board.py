"""The dispatcher's board: a page that is a list by itself and becomes map and lanes by script."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dispatch.access import ADMINISTRATOR, DISPATCHER, role_required
from dispatch.moments import is_plausible
from dispatch.selectors.board import count_done, read_day
from dispatch.selectors.board_panel import read_panel
from dispatch.wording import write_day
from scheduling.models import Appointment

PLACEHOLDER = 987654321


@require_safe
@role_required(DISPATCHER, ADMINISTRATOR)
def show_board(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    date = read_date(request.GET.get("date", ""), now)
    document = read_day(date=date, now=now)
    midnight = document["midnight"]
    context = day_context(document) | {
        "previous": date - timedelta(days=1),
        "following": date + timedelta(days=1),
        "names": [write_day(midnight + timedelta(days=days), document["zone"]) for days in (-1, 0, 1)],
        "today": now.astimezone(ZoneInfo(document["zone"])).date(),
        "document": document,
        "addresses": list_addresses(date),
    }
    with timezone.override(document["zone"]):
        return render(request, "dispatch/board/board.html", context)


@require_safe
@role_required(DISPATCHER, ADMINISTRATOR)
def show_list(request: HttpRequest, date: date) -> HttpResponse:
    """The list alone, for a page that is open."""
    document = read_day(date=date, now=timezone.now())
    with timezone.override(document["zone"]):
        return render(request, "dispatch/board/list.html", day_context(document))


@require_safe
@role_required(DISPATCHER, ADMINISTRATOR)
def show_panel(request: HttpRequest, appointment_id: int) -> HttpResponseBase:
    """Everything of one appointment, for the side panel."""
    appointment = get_object_or_404(Appointment.objects.select_related("place"), pk=appointment_id)
    now = timezone.now()
    context = read_panel(appointment=appointment, date=read_date(request.GET.get("date", ""), now), now=now)
    with timezone.override(appointment.zone):
        return render(request, "dispatch/board/panel.html", context)


def read_date(text: str, now: datetime) -> date:
    """The day asked for; today when none is, or when it can't be read or meant."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    return day if is_plausible(day) else now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def day_context(document: dict[str, Any]) -> dict[str, Any]:
    return {"day": document, "date": document["date"], "zone": document["zone"], "counts": count_done(document)}


def list_addresses(date: date) -> dict[str, str]:
    """Where the scripts ask; ``{id}`` stands for an id."""
    day = {"date": date}
    some = {"some_id": PLACEHOLDER}
    named = {
        "day": reverse("board_day", kwargs=day),
        "version": reverse("board_version", kwargs=day),
        "list": reverse("board_list", kwargs=day),
        "run": reverse("board_run", kwargs=day),
        "choices": reverse("board_choices", kwargs=day),
        "explanation": reverse("board_explanation", kwargs=day | {"appointment_id": PLACEHOLDER}),
        "planning": reverse("planning"),
        "preview": reverse("board_preview"),
        "move": reverse("board_move"),
        "take_off": reverse("board_take_off"),
        "pin": reverse("board_pin"),
        "ill": reverse("board_ill"),
        "late": reverse("board_late"),
        "nobody": reverse("board_nobody"),
        "emergency": reverse("board_emergency"),
        "panel": reverse("board_panel", args=(PLACEHOLDER,), query={"date": date.isoformat()}),
        "cancel": reverse("board_run_cancel", kwargs=some),
        "publish": reverse("board_publish", kwargs=some),
        "cases": reverse("cases"),
        "case": reverse("case", args=(PLACEHOLDER,)),
        "drop": reverse("board_drop", kwargs=some),
    }
    return {name: address.replace(str(PLACEHOLDER), "{id}") for name, address in named.items()}
