"""The cheapest places for one more job in an existing plan, whose stops keep their worker and their order."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from scheduling.core.able import Able
from scheduling.core.fit import BLOCKERS, own_blocker
from scheduling.core.floors import Floors
from scheduling.core.lanes import Change, Insertion, Lane
from scheduling.core.marginal import Marginal
from scheduling.core.plan import Plan, Route, Unserved
from scheduling.core.positions import Positions
from scheduling.core.problem import Job, Problem, ProblemError, Seconds, Window, Worker
from scheduling.core.slots import Slot, SlotSearch, cheapest_first, with_windows
from scheduling.core.timing import force_route

__all__ = ["Inserter", "Insertion", "Slot", "insert"]


def insert(
    problem: Problem,
    plan: Plan,
    job: Job,
    *,
    windows: tuple[Window, ...] | None = None,
    limit: int | None = None,
    workers: Iterable[int] | None = None,
) -> list[Insertion]:
    """Feasible insertions, the cheapest first, at most ``limit``. The problem needn't know the job.

    ``windows`` replace the job's own and its promise. What the plan breaks already doesn't stand in the way, unless it
    gets worse.
    """
    return Inserter(problem, plan).insert(job, windows=windows, limit=limit, workers=workers)


class Inserter:
    """Asks one plan about many jobs or windows without preparing its routes again."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.marginal = Marginal(problem)
        self._routes = {route.worker: route for route in plan.routes}
        self._served = {job_id for route in plan.routes for job_id in route.job_ids}
        self._lanes: dict[int, Lane | None] = {}
        self._elsewhere: dict[int, Insertion | None] = {}
        self._able = Able(problem.workers)
        self._changed: dict[int, dict[Hashable, Lane]] = {}
        self._field: Field | None = None

    def insert(
        self,
        job: Job,
        *,
        windows: tuple[Window, ...] | None = None,
        limit: int | None = None,
        workers: Iterable[int] | None = None,
    ) -> list[Insertion]:
        self._refuse_served(job)
        wanted = job if windows is None else with_windows(job, windows)
        field = self.field(workers)
        return [one for _, one in islice(field.cheapest(wanted), limit)]

    def best_slots(
        self,
        job: Job,
        windows: Sequence[Window],
        limit: int | None = 5,
        per_day: int | None = None,
        per_half_day: int | None = None,
    ) -> list[Slot]:
        """The cheapest of the arrival windows, each with its cheapest insertion, in order of their price.

        They replace the job's own windows and promise. Of one day (``Worker.day_number``) at most ``per_day`` are
        taken, of its first and of its second half (the middle of its shifts parts them) at most ``per_half_day``.
        """
        self._refuse_served(job)
        field = self.field()
        search = SlotSearch(field.positions, field.positions.room(job), field.floors, job, windows)
        return search.run(limit, per_day, per_half_day)

    def accept(self, insertion: Insertion) -> None:
        """Goes on with the plan that the insertion makes; its job must be one of the problem's."""
        self._routes[insertion.worker] = insertion.route
        self._served.update(insertion.route.job_ids)
        self._lanes.pop(insertion.worker, None)
        self._changed.pop(insertion.worker, None)
        self._elsewhere.clear()
        self._field = None

    def without(self, job_id: int) -> "Inserter":
        """The same plan with a job taken out, at the times that its route has then."""
        routes = [self._less(route, job_id) if job_id in route.job_ids else route for route in self.routes]
        rest = Inserter(self.problem, Plan(tuple(route for route in routes if route is not None)))
        touched = {route.worker for route in self.routes if job_id in route.job_ids}
        rest._lanes = {worker: lane for worker, lane in self._lanes.items() if worker not in touched}
        return rest

    def _less(self, route: Route, job_id: int) -> Route | None:
        rest = [ident for ident in route.job_ids if ident != job_id]
        return force_route(self.problem, route.worker, rest) if rest else None

    def elsewhere(self, job: Job, but: int) -> Insertion | None:
        """The cheapest place for a planned job, as it is given here, with any worker but one. Remembered by its id."""
        if job.id not in self._elsewhere:
            places = (found for _, found in self.field().cheapest(job) if found.worker != but)
            self._elsewhere[job.id] = next(places, None)
        return self._elsewhere[job.id]

    def price_in(self, route: Route, job: Job) -> Seconds:
        """What the plan costs more with this route, which holds the job besides what its worker has already."""
        lane = self.lane(self.problem.worker(route.worker))
        if lane is None:
            raise KeyError(route.worker)
        return lane.price_with(route, job)

    @property
    def routes(self) -> tuple[Route, ...]:
        return tuple(self._routes.values())

    def reasons(self, job: Job) -> Unserved:
        """Every worker's own blocker, and as the reason the finest of them: how near the job came to being served."""
        own = {worker.id: own_blocker(self.problem, worker, job) for worker in self.problem.workers}
        willing = self._with_room(job, [ident for ident, blocker in own.items() if blocker is None])
        blockers = {
            ident: blocker or ("not_worth" if ident in willing else "no_room") for ident, blocker in own.items()
        }
        reason = max(blockers.values(), key=BLOCKERS.index, default="no_shift")
        return Unserved(job.id, reason, blockers)

    def _with_room(self, job: Job, workers: Sequence[int]) -> set[int]:
        self._refuse_served(job)
        found = set[int]()
        positions = self.field().positions
        room = positions.room_in(job)
        for number, position in zip(room.lane.tolist(), room.position.tolist(), strict=True):
            lane = positions.lanes[number]
            if lane.worker.id in workers and lane.worker.id not in found and lane.insertion(job, position) is not None:
                found.add(lane.worker.id)
        return found

    def field(self, workers: Iterable[int] | None = None) -> "Field":
        """All lanes, or those of some workers; without those whose routes hold jobs that the problem doesn't know."""
        if workers is not None:
            return self.field_of(self._known([self.problem.worker(ident) for ident in workers]))
        if self._field is None:
            lanes = self._known(self.problem.workers)
            able = self._able if len(lanes) == len(self.problem.workers) else None
            self._field = Field(self.problem, self.marginal, lanes, able)
        return self._field

    def _known(self, workers: Iterable[Worker]) -> list[Lane]:
        return [lane for lane in map(self.lane, workers) if lane is not None]

    def field_of(self, lanes: Sequence[Lane]) -> "Field":
        return Field(self.problem, self.marginal, lanes)

    def changed_lane(self, worker: Worker, name: Hashable, change: Change) -> Lane:
        """The worker's lane with a change; ``name`` says which, so that it is made once."""
        made = self._changed.setdefault(worker.id, {})
        if name not in made:
            made[name] = Lane(self.problem, self.marginal, worker, self._routes.get(worker.id), change)
        return made[name]

    def lane(self, worker: Worker) -> Lane | None:
        """None where the route holds jobs that the problem doesn't know."""
        if worker.id not in self._lanes:
            route = self._routes.get(worker.id)
            known = route is None or all(self.problem.find_job(ident) is not None for ident in route.job_ids)
            self._lanes[worker.id] = Lane(self.problem, self.marginal, worker, route) if known else None
        return self._lanes[worker.id]

    def _refuse_served(self, job: Job) -> None:
        if job.id in self._served:
            raise ProblemError("job", f"{job.id} is in the plan already")


class Field:
    """Lanes to be asked together."""

    def __init__(self, problem: Problem, marginal: Marginal, lanes: Sequence[Lane], able: Able | None = None) -> None:
        self.positions = Positions(problem, lanes, able)
        self.floors = Floors(marginal, self.positions)

    def cheapest(self, job: Job) -> Iterator[tuple[int, Insertion]]:
        """Numbers of lanes and insertions, the cheapest first."""
        yield from self.cheapest_with(job, [0] * len(self.positions.lanes))

    def cheapest_with(self, job: Job, prices: Sequence[Seconds]) -> Iterator[tuple[int, Insertion]]:
        """With a further price of each lane, which the insertions leave out."""
        room = self.positions.room_in(job)
        begins = room.begins(job.begins)
        extra = np.array(prices, np.int64)[room.lane]
        floors = self.floors.of(room, job, begins, np.full_like(begins, job.begins[-1].end)) + extra
        order = np.argsort(floors, kind="stable")
        lanes: list[int] = room.lane[order].tolist()
        places: list[int] = room.position[order].tolist()

        def exact(index: int) -> Insertion | None:
            return self.positions.lanes[lanes[index]].insertion(job, places[index])

        for index, insertion in cheapest_first(floors[order].tolist(), exact, extra[order].tolist()):
            yield lanes[index], insertion

    def by_return(self, job: Job) -> Iterator[tuple[int, int, Seconds]]:
        """Number of the lane, position, and the earliest return, by the last of these."""
        room = self.positions.room_in(job)
        returns = self.floors.returns(room, room.begins(job.begins))
        for index in np.argsort(returns, kind="stable").tolist():
            yield int(room.lane[index]), int(room.position[index]), int(returns[index])
