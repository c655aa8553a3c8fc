"""What a route costs by all the weights, for comparing it with the same route and one job more."""

from collections.abc import Sequence

from scheduling.core.plan import Route
from scheduling.core.prices import Prices
from scheduling.core.problem import Job, Problem, Seconds, Worker


class Marginal:
    """``route`` leaves out ``Prices.pair``, what a worker costs a job at any hour: no neighbour changes it."""

    def __init__(self, problem: Problem) -> None:
        self.weights, self.prices = problem.weights, Prices(problem)
        self.is_plain = problem.weights.is_plain

    def route(self, worker: Worker, jobs: Sequence[Job], route: Route, travel_s: Seconds) -> Seconds:
        """``travel_s``: the driving that is to be paid. Equal to ``cost.route_parts`` but for the pairs."""
        weights = self.weights
        if not jobs:
            return 0
        price = weights.travel * travel_s // 100
        if self.is_plain:
            return price
        price += weights.paid * max(0, route.returns - route.leaves) // 100
        price += weights.overtime * max(0, route.returns - worker.shift.end) // 100
        price += weights.waiting * sum(stop.begin - stop.arrival for stop in route.stops) // 100
        stops = [stop for stop in route.stops if stop.kind == "job"]
        price += sum(self.at(worker, job, stop.begin) for job, stop in zip(jobs, stops, strict=True))
        return price + self.prices.fairness(worker, travel_s + sum(stop.end - stop.begin for stop in stops))

    def at(self, worker: Worker, job: Job, begin: Seconds) -> Seconds:
        prices = self.prices
        return prices.lateness(job, begin) + prices.risk(worker, job, begin) + prices.moved(job, begin)

    def at_least(self, worker: Worker, job: Job, begin: Seconds) -> Seconds:
        """For any begin from ``begin`` on."""
        moved = self.prices.moved(job, max(begin, job.before.begin)) if job.before is not None else 0
        return self.prices.lateness(job, begin) + self.prices.risk(worker, job, begin) + moved

    def pairs(self, worker: Worker, jobs: Sequence[Job]) -> Seconds:
        return 0 if self.is_plain else sum(self.prices.pair(worker, job) for job in jobs)
