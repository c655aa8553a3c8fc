"""Proposals: what a run found, beside the current routes, until someone publishes or drops it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from scheduling.core.check import Violation, check_route, part
from scheduling.core.fit import BLOCKERS
from scheduling.core.insert import Inserter
from scheduling.core.plan import Plan
from scheduling.core.plan import Route as CoreRoute
from scheduling.core.timing import force_route
from scheduling.enums import PLAN_TRANSITIONS, AppointmentStatus, OfferStatus, PlanStatus, PromiseOutcome
from scheduling.errors import PlanChange, PlanChanged, PlanReplaced, Refused, TransitionRefused
from scheduling.horizon import covering, list_dates
from scheduling.models import (
    Appointment,
    ProposedRoute,
    ProposedStop,
    Route,
    RoutePlan,
    Run,
    Stop,
    UnplannedAppointment,
    User,
)
from scheduling.planning import Lane, Situation, load_situation
from scheduling.services.appointments import settle_promise
from scheduling.services.contents import Author, write_contents
from scheduling.services.history import change_offers, change_status
from scheduling.services.routes import RouteChange, change_routes
from scheduling.services.summaries import PROMISED, find_broken_promises, jobs_of, summarise
from scheduling.services.words import describe
from scheduling.signals import plan_published, promise_withdrawn


@transaction.atomic
def propose_plan(
    *,
    situation: Situation,
    result: Plan,
    run: Run | None,
    actor: User | None,
    now: datetime,
    may_break: Collection[int] = (),
) -> RoutePlan:
    """Keeps what the core found for every route that it changes; an older proposal for one of the days goes stale.

    ``may_break``: promises besides those of the run that the proposal may break, or has to.
    """
    first = situation.dates[0]
    days = (situation.dates[-1] - first).days + 1
    RoutePlan.objects.filter(covering(first, days), status=PlanStatus.PROPOSED).update(
        status=PlanStatus.STALE, decided_at=now
    )
    plan = RoutePlan.objects.create(
        date=first,
        days=days,
        run=run,
        created_at=now,
        created_by=actor,
        frozen_until=situation.frozen_until,
        summary=summarise(situation, result, [*may_break, *(run.may_break if run else ())], now=now),
    )
    for worker_id, lane in situation.lanes.items():
        route = result.route_of(worker_id)
        if jobs_of(route) == jobs_of(situation.present.route_of(worker_id)):
            continue
        proposed = ProposedRoute.objects.create(
            plan=plan,
            route_id=lane.route_id,
            base_version=lane.version,
            base_contents=[stop.appointment_id for stop in lane.free],
        )
        _keep_stops(situation, proposed, lane.fixed, route)
    _keep_unplanned(situation, plan, result)
    return plan


def _keep_unplanned(situation: Situation, plan: RoutePlan, result: Plan) -> None:
    UnplannedAppointment.objects.bulk_create(
        [
            UnplannedAppointment(
                plan=plan,
                appointment_id=entry.job,
                reason=entry.reason,
                blockers=by_technician(situation, entry.blockers),
            )
            for entry in result.unserved
        ]
        + [
            UnplannedAppointment(plan=plan, appointment=appointment, reason="no_coordinates")
            for appointment in situation.without_coordinates
        ]
    )


def by_technician(situation: Situation, blockers: Mapping[int, str]) -> dict[str, str]:
    """Of each technician's shifts, what hinders the one that came nearest to serving."""
    nearest: dict[str, str] = {}
    for worker, code in blockers.items():
        technician = str(situation.lanes[worker].shift.technician_id)
        known = nearest.get(technician)
        if known is None or BLOCKERS.index(code) > BLOCKERS.index(known):
            nearest[technician] = code
    return nearest


def _keep_stops(situation: Situation, proposed: ProposedRoute, fixed: Sequence[Stop], route: CoreRoute | None) -> None:
    ProposedStop.objects.bulk_create(
        ProposedStop(
            route=proposed,
            appointment_id=stop.id,
            sequence=sequence,
            arrival_at=situation.instant(stop.arrival),
            starts_at=situation.instant(stop.begin),
            ends_at=situation.instant(stop.end),
            travel_s=stop.travel_s,
            travel_quality=situation.table.quality,
        )
        for sequence, stop in enumerate(
            (stop for stop in (route.stops if route else ()) if stop.kind == "job"), len(fixed) + 1
        )
    )


def drop_plan(*, plan_id: int, actor: User | None, now: datetime) -> RoutePlan:
    plan = RoutePlan.objects.get(pk=plan_id)
    _decide(plan, PlanStatus.DROPPED, actor, now)
    return plan


def _decide(plan: RoutePlan, to: PlanStatus, actor: User | None, now: datetime) -> None:
    if to not in PLAN_TRANSITIONS[plan.status] or not RoutePlan.objects.filter(pk=plan.pk, status=plan.status).update(
        status=to, decided_at=now, decided_by=actor
    ):
        raise TransitionRefused(_("This proposal has been decided already."))
    plan.status = to


@dataclass(frozen=True, slots=True)
class _Publication:
    situation: Situation
    contents: Mapping[int, CoreRoute | None]
    broken: Collection[int]


def publish_plan(*, plan_id: int, actor: User | None, now: datetime, reason: str = "") -> RoutePlan:
    """Makes the proposal the current routes, atomically.

    Holds and confirmations that came since are inserted again. Raises, and writes nothing, ``PlanReplaced`` when a
    newer proposal has taken its place, and ``PlanChanged`` when anything else changed in the routes that it touches, or
    when a rule would be broken anew. Promises that it was allowed to break are withdrawn, with ``reason``, which the
    customer's history keeps; without one it is refused.
    """

    def compute() -> RouteChange[RoutePlan]:
        plan = RoutePlan.objects.select_related("run__weight_set").get(pk=plan_id)
        if plan.status == PlanStatus.STALE:
            raise PlanReplaced
        if PlanStatus.PUBLISHED not in PLAN_TRANSITIONS[plan.status]:
            raise TransitionRefused(_("This proposal has been decided already."))
        proposed = list(plan.routes.select_related("route__shift").prefetch_related("stops"))
        publication = _prepare(plan, proposed, now)
        if publication.broken and not reason.strip():
            raise Refused(_("This proposal breaks promises. Write why before it is published."))
        lanes = [publication.situation.lanes[worker] for worker in publication.contents]

        def write() -> RoutePlan:
            author = Author(actor, "" if actor else _("planner"))
            write_contents(situation=publication.situation, contents=publication.contents, now=now, author=author)
            for appointment_id in publication.broken:
                withdraw_promise(publication.situation.appointments[appointment_id], reason, author, now)
            route_ids = [lane.route_id for lane in lanes]
            dates = list_dates(plan.date, plan.days)
            Route.objects.filter(shift__date__in=dates).update(published_at=now)
            _decide(plan, PlanStatus.PUBLISHED, actor, now)
            plan_published.send(RoutePlan, plan_id=plan.pk, route_ids=route_ids, now=now)
            return plan

        return RouteChange({lane.route_id: lane.version for lane in lanes}, write)

    return change_routes(compute)


def withdraw_promise(appointment: Appointment, reason: str, author: Author, now: datetime) -> None:
    """The place on the route is the planner's choice, no promise any more; the customer is told and may choose."""
    change_offers(appointment.offers.all(), OfferStatus.WITHDRAWN)
    settle_promise(appointment, PromiseOutcome.WITHDRAWN, now, reason)
    change_status(
        appointment=appointment,
        to=AppointmentStatus.REQUESTED,
        kind="promise_withdrawn",
        now=now,
        actor=author.actor,
        actor_label=author.label,
        reason=reason,
        window_starts_at=None,
        window_ends_at=None,
    )
    promise_withdrawn.send(Appointment, appointment_id=appointment.pk, reason=reason, now=now)


def load_proposed(plan: RoutePlan, now: datetime, also: Sequence[Appointment] = ()) -> tuple[Situation, Plan]:
    """The days of a proposal, with ``also`` as further jobs, and the routes as it would make them: those of lanes that
    are gone are left as they are."""
    proposed = list(plan.routes.select_related("route__shift").prefetch_related("stops"))
    situation = _load(plan, proposed, now, also)
    routes = {route.worker: route for route in situation.present.routes}
    for worker, order in _orders(proposed).items():
        routes.pop(worker, None)
        known = [job for job in order if job in situation.appointments]
        if known and worker in situation.lanes:
            routes[worker] = force_route(situation.problem, worker, known)
    return situation, Plan(tuple(routes.values()))


def _load(
    plan: RoutePlan, proposed: Sequence[ProposedRoute], now: datetime, also: Sequence[Appointment] = ()
) -> Situation:
    wanted = [stop.appointment_id for route in proposed for stop in route.stops.all()]
    placed = Appointment.objects.filter(pk__in=wanted).select_related("place")
    return load_situation(
        dates=list_dates(plan.date, plan.days),
        now=now,
        also=[*placed, *also],
        weights=plan.run.weight_set.weights() if plan.run and plan.run.weight_set else None,
        may_break=_approved(plan),
        freeze_s=_freeze_left_s(plan, now),
    )


def _freeze_left_s(plan: RoutePlan, now: datetime) -> int:
    """The freeze that the proposal was made with, not one that has come nearer to its stops since."""
    return 0 if plan.frozen_until is None else (plan.frozen_until - now) // timedelta(seconds=1)


def _approved(plan: RoutePlan) -> set[int]:
    return {row["appointment"] for row in plan.summary.get("broken_promises", ())}


def _orders(proposed: Sequence[ProposedRoute]) -> dict[int, list[int]]:
    """Worker -> its jobs in order."""
    return {route.route.shift_id: [stop.appointment_id for stop in route.stops.all()] for route in proposed}


def _prepare(plan: RoutePlan, proposed: Sequence[ProposedRoute], now: datetime) -> _Publication:
    situation, orders, approved = _load(plan, proposed, now), _orders(proposed), _approved(plan)
    wanted = [job for order in orders.values() for job in order]
    if changes := [*_find_changes(situation, proposed, wanted)]:
        raise PlanChanged(changes=changes)
    contents: dict[int, CoreRoute | None] = {
        worker: force_route(situation.problem, worker, order) if order else None for worker, order in orders.items()
    }
    _insert_newcomers(situation, proposed, contents, set(wanted))
    _judge(situation, contents, approved)
    after = [*contents.values(), *(route for route in situation.present.routes if route.worker not in contents)]
    return _Publication(situation, contents, find_broken_promises(situation, after, approved))


def _find_changes(
    situation: Situation, proposed: Sequence[ProposedRoute], wanted: Sequence[int]
) -> Sequence[PlanChange]:
    """What no longer is as the proposal saw it, route by route."""
    changes: list[PlanChange] = []
    for route in proposed:
        if route.route.shift_id in situation.lanes:
            changes += _changes_of_route(situation.lanes[route.route.shift_id], route)
        else:
            text = _("The shift of %(name)s is gone, or one of its stops has lost its coordinates.")
            changes.append(PlanChange(text % {"name": route.route.shift.technician}))
    base = {appointment for route in proposed for appointment in route.base_contents}
    touched = {route.route_id for route in proposed}
    elsewhere = {
        stop.appointment_id for lane in situation.lanes.values() if lane.route_id not in touched for stop in lane.free
    }
    for appointment_id in wanted:
        appointment = situation.appointments.get(appointment_id)
        if appointment is None or not appointment.is_open:
            changes.append(PlanChange(_("It is no longer open."), appointment_id))
        elif appointment_id not in base and appointment_id in elsewhere:
            changes.append(PlanChange(_("It has a place on another route by now."), appointment_id))
    return list(dict.fromkeys(changes))


def _changes_of_route(lane: Lane, route: ProposedRoute) -> Sequence[PlanChange]:
    """Against what this very route held then, and in which order; holds and confirmations since are no change."""
    if lane.version == route.base_version:
        return []
    now_on_it = [stop.appointment_id for stop in lane.free]
    left = [appointment for appointment in route.base_contents if appointment not in now_on_it]
    came = [
        stop.appointment_id
        for stop in lane.free
        if stop.appointment_id not in route.base_contents and stop.appointment.status not in PROMISED
    ]
    stayed = [appointment for appointment in now_on_it if appointment in route.base_contents]
    turned = [] if stayed == [one for one in route.base_contents if one in stayed] else stayed
    return [
        *(PlanChange(_("It was started, moved away or cancelled meanwhile."), one) for one in left),
        *(PlanChange(_("It was placed by hand meanwhile."), one) for one in came),
        *(PlanChange(_("Its place in the order was changed meanwhile."), one) for one in turned),
    ]


def _insert_newcomers(
    situation: Situation,
    proposed: Sequence[ProposedRoute],
    contents: dict[int, CoreRoute | None],
    wanted: set[int],
) -> None:
    """Holds and confirmations that came onto these routes since: each gets a place again, or the plan is refused."""
    base = {appointment for route in proposed for appointment in route.base_contents}
    workers = list(contents)
    newcomers = [
        stop.appointment_id
        for worker in workers
        for stop in situation.lanes[worker].free
        if stop.appointment_id not in base and stop.appointment_id not in wanted
    ]
    for appointment_id in newcomers:
        plan = Plan(tuple(route for route in contents.values() if route is not None))
        found = Inserter(situation.problem, plan).insert(
            situation.problem.job(appointment_id), limit=1, workers=workers
        )
        if not found:
            raise PlanChanged(
                changes=[
                    PlanChange(_("It was promised meanwhile, and finds no room in this proposal."), appointment_id)
                ]
            )
        contents[found[0].worker] = found[0].route


def _judge(situation: Situation, contents: Mapping[int, CoreRoute | None], approved: Collection[int]) -> None:
    """No rule may be broken anew, and nobody who was promised a time may be left out, but for what was approved."""
    before = [v for route in situation.present.routes for v in check_route(situation.problem, route)]
    found = [v for route in contents.values() if route for v in check_route(situation.problem, route)]
    found += [
        Violation("frozen", worker.id, job)
        for worker in situation.problem.workers
        if worker.id in contents and contents[worker.id] is None
        for job in worker.frozen
    ]
    rules = [describe(violation, situation) for violation in part(found, before).broken]
    broken = [PlanChange(rule.text, rule.appointment_id) for rule in rules]
    placed = {job for route in contents.values() if route for job in route.job_ids}
    broken += [
        PlanChange(_("It would lose the time that its customer was promised."), stop.appointment_id)
        for worker in contents
        for stop in situation.lanes[worker].free
        if stop.appointment.status in PROMISED
        and stop.appointment_id not in placed
        and stop.appointment_id not in approved
    ]
    if broken:
        raise PlanChanged(changes=broken)
