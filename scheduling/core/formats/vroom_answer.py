"""VROOM's JSON out: the answer to a problem that ``vroom`` has read."""

from itertools import zip_longest
from typing import Any

from scheduling.core.cost import cost
from scheduling.core.formats.vroom import VroomInput
from scheduling.core.plan import Plan, Route, Stop
from scheduling.core.problem import Job, Worker

Json = dict[str, Any]


def write_vroom(given: VroomInput, plan: Plan) -> Json:
    """``reason`` and ``blockers`` of an unassigned job, and what stands in it, are this project's addition."""
    whole = cost(given.problem, plan)
    routes = [_RouteWriter(given, route).write() for route in plan.routes if route.stops]
    jobs = {job["id"]: job for job in given.data["jobs"]}
    unassigned = [
        {
            **_entry(jobs[entry.job], "location", "location_index"),
            "id": entry.job,
            "type": "job",
            "reason": entry.reason,
            "blockers": {str(worker): reason for worker, reason in sorted(entry.blockers.items())},
        }
        for entry in sorted(plan.unserved, key=lambda one: one.job)
    ]
    summed = ("setup", "service", "duration", "waiting_time", "priority")
    summary: Json = {"cost": whole.total, "routes": len(routes), "unassigned": len(unassigned)}
    summary |= {name: sum(route[name] for route in routes) for name in summed}
    if all("distance" in route for route in routes):
        summary["distance"] = sum(route["distance"] for route in routes)
    for name in ("delivery", "pickup"):
        summary[name] = [sum(column) for column in zip_longest(*(route[name] for route in routes), fillvalue=0)]
    summary["violations"] = []
    return {"code": 0, "summary": summary, "unassigned": unassigned, "routes": routes}


def _entry(source: Json, location: str, index: str) -> Json:
    """Where it is, and what it is called, as far as the problem says."""
    found = {"location": source.get(location), "location_index": source.get(index)}
    return {
        name: value for name, value in (("description", source.get("description")), *found.items()) if value is not None
    }


class _RouteWriter:
    def __init__(self, given: VroomInput, route: Route) -> None:
        self.given, self.route, self.zero = given, route, given.zero
        self.worker: Worker = given.problem.worker(route.worker)
        self.jobs: list[Job] = [given.problem.job(ident) for ident in route.job_ids]
        self.source: Json = next(entry for entry in given.data["vehicles"] if entry["id"] == route.worker)
        self.sources = {entry["id"]: entry for entry in given.data["jobs"]}
        self.breaks = {entry["id"]: entry for entry in self.source.get("breaks", [])}
        self.delivery = _sum(job.delivery for job in self.jobs)
        self.pickup = _sum(job.pickup for job in self.jobs)
        self.load = _sum([self.delivery, [0] * len(self.pickup)])
        self.before: Job | None = None
        self.here = self.worker.start
        self.driven_s = 0
        self.driven_m: int | None = None if self._distances() is None else 0
        self.setup_s = 0

    def _distances(self) -> Any:
        return self.given.problem.travel[self.worker.profile].distances_m

    def write(self) -> Json:
        route, steps = self.route, []
        if self.worker.start is not None:
            steps.append(self._step("start", route.leaves, _entry(self.source, "start", "start_index")))
        steps += [self._job(stop) if stop.kind == "job" else self._break(stop) for stop in route.stops]
        if self.worker.end is not None:
            self._drive(self.worker.end)
            self.driven_s += route.travel_back_s
            steps.append(self._step("end", route.returns, _entry(self.source, "end", "end_index")))
        written: Json = {"vehicle": route.worker, "cost": self.driven_s, "duration": self.driven_s}
        if "description" in self.source:
            written["description"] = self.source["description"]
        work = sum(stop.end - stop.begin for stop in route.stops if stop.kind == "job")
        written |= {
            "profile": self.worker.profile,
            "setup": self.setup_s,
            "service": work - self.setup_s,
            "waiting_time": sum(stop.begin - stop.arrival for stop in route.stops),
            "priority": sum(job.priority for job in self.jobs),
            "delivery": self.delivery,
            "pickup": self.pickup,
            "violations": [],
            "steps": steps,
        }
        return written if self.driven_m is None else {**written, "distance": self.driven_m}

    def _drive(self, there: int | None) -> None:
        if self.driven_m is not None and self.here is not None and there is not None:
            self.driven_m += int(self._distances()[self.here, there])
        self.here = there

    def _job(self, stop: Stop) -> Json:
        job = self.given.problem.job(stop.id)
        spared = self.before is not None and self.before.place == job.place
        setup_s = 0 if spared else job.setup_s
        self._drive(job.place)
        self.driven_s += stop.travel_s
        self.setup_s += setup_s
        self.before = job
        changes = zip_longest(self.load, job.pickup, job.delivery, fillvalue=0)
        self.load = [have + new - out for have, new, out in changes]
        named = {"id": stop.id, "job": stop.id, **_entry(self.sources[stop.id], "location", "location_index")}
        work = {"setup": setup_s, "service": stop.end - stop.begin - setup_s, "waiting_time": stop.begin - stop.arrival}
        return self._step("job", stop.arrival, {**named, **work})

    def _break(self, stop: Stop) -> Json:
        self.driven_s += stop.travel_s
        named = {"id": stop.id, **_entry(self.breaks[stop.id], "", "")}
        work = {"setup": 0, "service": stop.end - stop.begin, "waiting_time": stop.begin - stop.arrival}
        return self._step("break", stop.arrival, {**named, **work})

    def _step(self, kind: str, arrival: int, more: Json) -> Json:
        """``duration`` and ``distance`` are the driving up to here, ``load`` is what is on board when going on."""
        step = {"type": kind, "arrival": arrival + self.zero, "duration": self.driven_s}
        step |= {"setup": 0, "service": 0, "waiting_time": 0, "load": list(self.load), "violations": [], **more}
        return step if self.driven_m is None else {**step, "distance": self.driven_m}


def _sum(amounts: Any) -> list[int]:
    return [sum(column) for column in zip_longest(*amounts, fillvalue=0)]
