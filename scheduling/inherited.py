"""What a new plan may leave as bad as it is by now."""

from scheduling.core.plan import Plan, Route
from scheduling.core.settle import keep_feasible
from scheduling.planning import Lane, Situation


def find_inherited(situation: Situation) -> Plan:
    """The present routes at the times that hold now. Who will be away inherits only what the absence leaves time for:
    lateness has happened, but nobody serves a customer while away, and somebody else may still go."""
    routes = (_inherited(situation, route) for route in situation.present.routes)
    return Plan(tuple(route for route in routes if route is not None))


def _inherited(situation: Situation, route: Route) -> Route | None:
    if not _will_be_away(situation, route):
        return route
    return keep_feasible(situation.problem, {route.worker: route.job_ids}).route_of(route.worker)


def _will_be_away(situation: Situation, route: Route) -> bool:
    lane: Lane = situation.lanes[route.worker]
    ready = situation.instant(situation.problem.worker(route.worker).leaves_from)
    return any(absence.ends_at > ready and absence.starts_at < lane.shift.ends_at for absence in lane.absences)
