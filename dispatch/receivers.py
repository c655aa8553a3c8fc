"""What scheduling reports becomes messages here, in the same transaction: told is what happened, and all of it."""

from datetime import datetime
from importlib import import_module
from typing import Any

from django.db.models import QuerySet
from django.dispatch import receiver

from dispatch.models import Visit
from dispatch.selectors.notices import read_technicians_told
from dispatch.services.links import revoke_links
from dispatch.services.notices import tell_customer, tell_source
from dispatch.wording import first_name, write_clock
from scheduling.enums import StopAct, StopStatus
from scheduling.horizon import list_dates
from scheduling.models import Promise, RoutePlan, Stop
from scheduling.signals import (
    appointment_cancelled,
    appointment_confirmed,
    plan_published,
    promise_withdrawn,
    stop_changed,
)

# First of all visits follow: what is told names the state they are in then.
for module in ("dispatch.receivers_visits", "dispatch.receivers_progress"):
    import_module(module)


def visits() -> QuerySet[Visit]:
    return Visit.objects.select_related(
        "appointment__place", "visit_type", "contact", "device__product", "case__customer", "case__contact",
        "case__device__product", "case__source",
    )  # fmt: skip


def last_promise(visit: Visit) -> Promise | None:
    return visit.appointment.promises.order_by("told_at", "pk").last()


@receiver(appointment_confirmed)
def tell_confirmation(sender: object, *, appointment_id: int, now: datetime, moved: bool = False, **_: Any) -> None:
    visit = visits().filter(appointment_id=appointment_id).first()
    promise = last_promise(visit) if visit else None
    if visit is None or promise is None:
        return
    template = "appointment_moved" if moved else "appointment_confirmed"
    tell_customer(template=template, visit=visit, occasion=str(promise.pk), now=now)
    window = {"starts_at": promise.starts_at, "ends_at": promise.ends_at}
    tell_source(visit=visit, event=template, occasion=str(promise.pk), now=now, window=window)


@receiver(appointment_cancelled)
def tell_cancellation(sender: object, *, appointment_id: int, now: datetime, **_: Any) -> None:
    visit = visits().filter(appointment_id=appointment_id).first()
    if visit is None:
        return
    revoke_links(visit_id=visit.pk, now=now)
    tell_customer(template="appointment_cancelled", visit=visit, occasion="once", now=now)
    tell_source(visit=visit, event="appointment_cancelled", occasion="once", now=now)


@receiver(promise_withdrawn)
def tell_withdrawal(sender: object, *, appointment_id: int, now: datetime, reason: str = "", **_: Any) -> None:
    visit = visits().filter(appointment_id=appointment_id).first()
    promise = last_promise(visit) if visit else None
    if visit is None or promise is None:
        return
    window = (promise.starts_at, promise.ends_at)
    tell_customer(template="promise_withdrawn", visit=visit, occasion=str(promise.pk), now=now, window=window)
    tell_source(visit=visit, event="promise_withdrawn", occasion=str(promise.pk), now=now, reason=reason)


@receiver(plan_published)
def tell_publication(sender: object, *, plan_id: int, now: datetime, **_: Any) -> None:
    """Who has a promise for one of the plan's days hears who comes, unless it is who they were told last; times are
    told by the page. Also on routes that the plan left as they were: it is now that they are final."""
    plan = RoutePlan.objects.get(pk=plan_id)
    stops = Stop.objects.filter(
        route__shift__date__in=list_dates(plan.date, plan.days),
        is_current=True,
        status=StopStatus.PLANNED,
        starts_at__gt=now,
        appointment__window_starts_at__isnull=False,
    ).select_related("technician")
    by_appointment = {stop.appointment_id: stop for stop in stops}
    promises = Promise.objects.filter(appointment_id__in=by_appointment).order_by("told_at", "pk")
    last_promises = {promise.appointment_id: promise.pk for promise in promises}
    found = list(visits().filter(appointment_id__in=by_appointment))
    told = read_technicians_told(visit_ids=[visit.pk for visit in found])
    for visit in found:
        technician = by_appointment[visit.appointment_id].technician
        news = f"{last_promises.get(visit.appointment_id, 0)}-{technician.pk}"
        if told.get(visit.pk) == news:
            continue
        tell_customer(
            template="technician_named",
            visit=visit,
            occasion=f"{news}-{plan_id}",
            now=now,
            technician=first_name(technician.name),
        )


@receiver(stop_changed)
def tell_departure(sender: object, *, stop_id: int, act: str, now: datetime, **_: Any) -> None:
    if act != StopAct.ON_MY_WAY:
        return
    stop = Stop.objects.select_related("technician").get(pk=stop_id)
    visit = visits().filter(appointment_id=stop.appointment_id).first()
    if visit is None:
        return
    eta = stop.eta_at or stop.arrival_at
    tell_customer(
        template="on_my_way",
        visit=visit,
        occasion=str(stop.pk),
        now=now,
        technician=first_name(stop.technician.name),
        eta=write_clock(eta, visit.appointment.zone),
    )
    tell_source(visit=visit, event="on_my_way", occasion=str(stop.pk), now=now, expected_at=eta)
