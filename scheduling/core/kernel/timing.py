"""Compiled: times and prices along one route, kept so that one more stop is tried in constant time.

For a worker with breaks, taken in the order in which their windows close, a route keeps the earliest end of each stop
and the latest arrival at it, for each number of breaks taken. A new stop fits between two others when its own end
leaves an arrival that is not later than that (Vidal, Crainic, Gendreau and Prins, Computers and Operations Research 40,
2013, made simple for routes of some ten stops). What is accepted here, ``core.timing`` accepts too; several breaks
within one leg are looked at more strictly.
"""

import numpy as np

from scheduling.core.kernel.compiling import compiled, inlined
from scheduling.core.kernel.layout import (
    BIG,
    ENDS,
    PLACES,
    STOPS,
    WAY_SUM,
    WAYS,
    WORK_SUM,
    Array,
    Arrays,
    Record,
    State,
)
from scheduling.core.kernel.speeds import arrive, earliest_in, latest_in, leave, way_left

NO_PRICE = np.inf


@compiled
def stop_price(rules: Record, worker: Record, job: Record, begin: int) -> float:
    """What the hour of a begin costs."""
    price = job.risk * max(0, begin - worker.shift_start)
    if begin > job.sla:
        price += rules.late * (begin - job.sla)
    if job.before > -BIG:
        price += rules.moved * abs(begin - job.before)
    return price


@compiled
def go_on(
    D: Arrays, worker: Record, way: int, k: int, moment: int, price: float, at_start: bool, clocks: Array, prices: Array
) -> None:
    """Every way to the next place: without a break, with the next one, the next two ...; keeps the earliest for each
    number of breaks in ``clocks``, with its price. Straight from the start no driving is priced yet: the departure is
    not known."""
    rules, speeds, first, last = D.rules[0], D.speeds, worker.first_speed, worker.last_speed
    left, now, spent, taken = way, moment, price, k
    while True:
        reached = arrive(speeds, first, last, now, left)
        if reached < clocks[taken]:
            clocks[taken] = reached
            prices[taken] = spent + (0.0 if at_start and taken == k else rules.travel * (reached - now))
        if taken == worker.breaks:
            return
        pause = D.pauses[worker.first_break + taken]
        begin = earliest_in(D.windows, pause.first_window, pause.last_window, now)
        if begin >= BIG:
            return
        rest = way_left(speeds, first, last, now, begin, left)
        driven = min(begin, arrive(speeds, first, last, now, left - rest)) - now
        spent += rules.travel * driven
        if at_start and taken == k:
            spent -= rules.paid * (begin - driven)
        else:
            spent += rules.waiting * (begin - now - driven)
        now = begin + pause.duration_s
        left = rest
        taken += 1


@compiled
def serve(
    D: Arrays,
    worker: Record,
    job: Record,
    work: int,
    way: int,
    at_start: bool,
    clocks: Array,
    prices: Array,
    ends: Array,
    spent: Array,
) -> bool:
    """From arrivals to ends of a stop, for each number of breaks; says whether there is any."""
    rules = D.rules[0]
    found = False
    for k in range(worker.breaks + 1):
        ends[k] = BIG
        if clocks[k] >= BIG:
            continue
        begin = earliest_in(D.windows, job.first_window, job.last_window, clocks[k])
        if begin >= BIG:
            continue
        price = prices[k] + stop_price(rules, worker, job, begin)
        if at_start and k == 0:
            left = leave(D.speeds, worker.first_speed, worker.last_speed, begin, way)
            price += rules.travel * (begin - left) - rules.paid * left
        else:
            price += rules.waiting * (begin - clocks[k])
        ends[k], spent[k] = begin + work, price
        found = True
    return found


@inlined
def work_after(job: Record, place: int, is_job: bool) -> int:
    """Service of a job behind a place: setup is spared behind a job at the same place."""
    return job.work_s if is_job and place == job.place else job.work_s + job.setup_s


@compiled
def end_price(rules: Record, worker: Record, returns: int, travel: int, work: int) -> float:
    price = rules.paid * returns + rules.overtime * max(0, returns - worker.shift_end)
    if rules.fairness > 0.0:
        hours = max(0.0, (work + travel + worker.ledger_s - rules.fair_share_s) / 3600.0)
        price += rules.fairness * hours * hours
    return price


@compiled
def reach(
    D: Arrays, worker: Record, way: int, at_start: bool, ends: Array, spent: Array, clocks: Array, prices: Array
) -> None:
    """``go_on`` from every label."""
    for k in range(worker.breaks + 1):
        clocks[k] = BIG
    for k in range(worker.breaks + 1):
        if ends[k] < BIG:
            go_on(D, worker, way, k, ends[k], spent[k], at_start, clocks, prices)


@compiled
def follow(D: Arrays, S: State, w: int, p: int, new: int) -> float:
    """The price of the route with job ``new`` behind stop p, everything told; NO_PRICE when it doesn't hold.

    ``new`` < 0: of the route as it is, from its start (p = 0); what is known of it is written down.
    """
    worker, route, spent = D.workers[w], S.routes[w], S.spent[w]
    matrix, count = D.travel[worker.kind], S.lanes[w].count
    clocks, prices = S.trial[0], S.trial_price[0]
    ends, paid = S.trial[1], S.trial_price[1]
    for k in range(worker.breaks + 1):
        ends[k], paid[k] = route[ENDS + k, p], spent[k, p]
    here, is_job = route[PLACES, p], p > 0
    travel, work = route[WAY_SUM, p], route[WORK_SUM, p]
    index, pending = p, new
    while pending >= 0 or index < count:
        if pending >= 0:
            job = D.jobs[pending]
        else:
            job = D.jobs[route[STOPS, index]]
        way = matrix[here, job.place]
        if way > worker.max_leg:
            return NO_PRICE
        reach(D, worker, way, not is_job, ends, paid, clocks, prices)
        service = work_after(job, here, is_job)
        if not serve(D, worker, job, service, way, not is_job, clocks, prices, ends, paid):
            return NO_PRICE
        travel += way
        work += service
        here, is_job = job.place, True
        if pending >= 0:
            pending = -1
            continue
        index += 1
        if new < 0:
            for k in range(worker.breaks + 1):
                route[ENDS + k, index], spent[k, index] = ends[k], paid[k]
            route[WAY_SUM, index], route[WORK_SUM, index] = travel, work
    if not is_job:
        return 0.0
    way = matrix[here, worker.end]
    travel += way
    if new < 0:
        route[WAY_SUM, count + 1] = travel
    reach(D, worker, way, False, ends, paid, clocks, prices)
    returns = clocks[worker.breaks]
    if returns > worker.returns_by or way > worker.max_leg or travel > worker.max_travel or work > worker.max_work:
        return NO_PRICE
    return prices[worker.breaks] + end_price(D.rules[0], worker, returns, travel, work)


@compiled
def latest_leave(D: Arrays, worker: Record, k: int, upto: int, way: int, arrival: int) -> int:
    """The latest moment to leave for a place ``way`` off, with breaks k to ``upto`` on the way, to be there by
    ``arrival``; -BIG when there is none. All the driving is left to the last break."""
    speeds, first, last = D.speeds, worker.first_speed, worker.last_speed
    if arrival <= -BIG:
        return -BIG
    if upto == k:
        return leave(speeds, first, last, arrival, way)
    pause = D.pauses[worker.first_break + upto - 1]
    after = leave(speeds, first, last, arrival, way) - pause.duration_s
    moment = -BIG
    for index in range(pause.last_window - 1, pause.first_window - 1, -1):
        window = D.windows[index]
        if after >= window.low:
            moment = min(window.high, after)
            break
        if window.low + pause.duration_s <= arrival:
            driven = way - way_left(speeds, first, last, window.low + pause.duration_s, arrival, way)
            moment = leave(speeds, first, last, window.low, way - driven)
            break
    for taken in range(upto - 2, k - 1, -1):
        if moment <= -BIG:
            return -BIG
        pause = D.pauses[worker.first_break + taken]
        moment = latest_in(D.windows, pause.first_window, pause.last_window, moment - pause.duration_s)
    return moment


@compiled
def look_back(D: Arrays, S: State, w: int) -> None:
    """Writes down the latest arrivals, from the end of the route."""
    worker, route, count = D.workers[w], S.routes[w], S.lanes[w].count
    breaks, latest = worker.breaks, ENDS + D.rules[0].most_breaks + 1
    for k in range(breaks):
        route[latest + k, count + 1] = -BIG
    route[latest + breaks, count + 1] = worker.returns_by
    for p in range(count, 0, -1):
        job = D.jobs[route[STOPS, p - 1]]
        service = work_after(job, route[PLACES, p - 1], p > 1)
        for k in range(breaks + 1):
            best = -BIG
            for upto in range(k, breaks + 1):
                left = latest_leave(D, worker, k, upto, route[WAYS, p], route[latest + upto, p + 1])
                best = max(best, left)
            if best > -BIG:
                best = latest_in(D.windows, job.first_window, job.last_window, best - service)
            route[latest + k, p] = best


@inlined
def follow_simple(D: Arrays, worker: Record, route: Array, count: int) -> float:
    """``follow`` and ``look_back`` for a worker without breaks or speeds where only driving is priced."""
    jobs, windows = D.jobs, D.windows
    now, travel, work = worker.leaves_from, 0, 0
    for p in range(1, count + 1):
        job = jobs[route[STOPS, p - 1]]
        way = route[WAYS, p - 1]
        begin = earliest_in(windows, job.first_window, job.last_window, now + way)
        if begin >= BIG or way > worker.max_leg:
            return NO_PRICE
        service = work_after(job, route[PLACES, p - 1], p > 1)
        now = begin + service
        travel += way
        work += service
        route[ENDS, p], route[WAY_SUM, p], route[WORK_SUM, p] = now, travel, work
    latest = worker.returns_by
    row = ENDS + D.rules[0].most_breaks + 1
    route[row, count + 1] = latest
    if count == 0:
        return 0.0
    way = route[WAYS, count]
    travel += way
    route[WAY_SUM, count + 1] = travel
    if now + way > latest or way > worker.max_leg or travel > worker.max_travel or work > worker.max_work:
        return NO_PRICE
    for p in range(count, 0, -1):
        job = jobs[route[STOPS, p - 1]]
        bound = latest - route[WAYS, p] - (route[WORK_SUM, p] - route[WORK_SUM, p - 1])
        latest = latest_in(windows, job.first_window, job.last_window, bound)
        route[row, p] = latest
    return D.rules[0].travel * travel


@inlined
def refresh(D: Arrays, S: State, w: int) -> bool:
    """Everything that is kept of a route, from its stops; says whether the route holds."""
    worker, route, lane = D.workers[w], S.routes[w], S.lanes[w]
    count, matrix, pair, jobs = lane.count, D.travel[worker.kind], D.pair, D.jobs
    here = worker.start
    route[PLACES, 0] = here
    prices = 0.0
    for p in range(count):
        j = route[STOPS, p]
        there = jobs[j].place
        route[WAYS, p] = matrix[here, there]
        route[PLACES, p + 1] = there
        prices += pair[j, w]
        here = there
    route[PLACES, count + 1] = worker.end
    route[WAYS, count] = matrix[here, worker.end]
    if worker.is_simple:
        price = follow_simple(D, worker, route, count)
    else:
        price = follow(D, S, w, 0, -1)
        look_back(D, S, w)
    lane.price = price
    if price == NO_PRICE:
        return False
    lane.cost = price + prices
    return True
