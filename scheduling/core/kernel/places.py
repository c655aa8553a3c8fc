"""Compiled: the cheapest place for one more job on a route, by what ``timing`` keeps of the route."""

from scheduling.core.kernel.compiling import compiled, inlined
from scheduling.core.kernel.layout import BIG, ENDS, PLACES, STOPS, WAY_SUM, WAYS, WORK_SUM, Arrays, Record, State
from scheduling.core.kernel.speeds import earliest_in
from scheduling.core.kernel.timing import NO_PRICE, follow, reach, serve, work_after


@compiled
def fits(D: Arrays, S: State, w: int, p: int, job: Record, way_in: int, way_out: int, service: int) -> bool:
    """Whether a job holds behind stop p by what is known of the route, for a worker with breaks or speeds."""
    worker, route = D.workers[w], S.routes[w]
    clocks, prices = S.trial[0], S.trial_price[0]
    ends, paid = S.trial[1], S.trial_price[1]
    for k in range(worker.breaks + 1):
        ends[k], paid[k] = route[ENDS + k, p], 0.0
    reach(D, worker, way_in, False, ends, paid, clocks, prices)
    if not serve(D, worker, job, service, way_in, False, clocks, prices, ends, paid):
        return False
    reach(D, worker, way_out, False, ends, paid, clocks, prices)
    latest = ENDS + D.rules[0].most_breaks + 1
    for k in range(worker.breaks + 1):
        if clocks[k] < BIG and clocks[k] <= route[latest + k, p + 1]:
            return True
    return False


@compiled
def carries(D: Arrays, S: State, w: int, p: int, j: int) -> bool:
    """Whether the van holds with job j behind stop p: deliveries are on board from the start, pickups to the end."""
    stops, count = S.routes[w, STOPS], S.lanes[w].count
    for unit in range(D.rules[0].units):
        room = D.capacity[w, unit]
        if room < 0:
            continue
        load = D.loads[j, 0, unit]
        for index in range(count):
            load += D.loads[stops[index], 0, unit]
        if load > room:
            return False
        for index in range(count + 1):
            if index == p:
                load += D.loads[j, 1, unit] - D.loads[j, 0, unit]
                if load > room:
                    return False
            if index < count:
                load += D.loads[stops[index], 1, unit] - D.loads[stops[index], 0, unit]
                if load > room:
                    return False
    return True


@inlined
def best_place_simple(D: Arrays, S: State, w: int, j: int) -> tuple[float, int]:
    """``best_place`` for a worker without breaks or speeds where only driving is priced."""
    worker, route, job, windows = D.workers[w], S.routes[w], D.jobs[j], D.windows
    count, latest = S.lanes[w].count, ENDS + D.rules[0].most_breaks + 1
    mine = job.place
    to_others, from_others = D.travel[worker.kind, mine], D.travel_back[worker.kind, mine]
    room = worker.max_travel - route[WAY_SUM, count + 1] if count else worker.max_travel
    has_loads = D.rules[0].has_loads
    best, where = BIG, -1
    for p in range(worker.frozen, count + 1):
        before, after = route[PLACES, p], route[PLACES, p + 1]
        way_in, way_out = from_others[before], to_others[after]
        added = way_in + way_out - (route[WAYS, p] if count else 0)
        if added >= best or way_in > worker.max_leg or way_out > worker.max_leg or added > room:
            continue
        if p < count and (mine == after or before == after) and D.jobs[route[STOPS, p]].setup_s > 0:
            # The next stop's setup depends on who comes before it: only the whole route tells.
            if follow(D, S, w, p, j) == NO_PRICE:
                continue
        else:
            begin = earliest_in(windows, job.first_window, job.last_window, route[ENDS, p] + way_in)
            if begin + work_after(job, before, p > 0) + way_out > route[latest, p + 1]:
                continue
        if has_loads and not carries(D, S, w, p, j):
            continue
        best, where = added, p
    return (NO_PRICE if where < 0 else D.rules[0].travel * best), where


@compiled
def best_place_full(D: Arrays, S: State, w: int, j: int) -> tuple[float, int]:
    """``best_place`` for every other worker; where hours are priced, each place is followed to the route's end."""
    worker, route, job, rules = D.workers[w], S.routes[w], D.jobs[j], D.rules[0]
    count, mine = S.lanes[w].count, job.place
    to_others, from_others = D.travel[worker.kind, mine], D.travel_back[worker.kind, mine]
    room = worker.max_travel - route[WAY_SUM, count + 1] if count else worker.max_travel
    best, where = NO_PRICE, -1
    for p in range(worker.frozen, count + 1):
        before, after = route[PLACES, p], route[PLACES, p + 1]
        way_in, way_out = from_others[before], to_others[after]
        added = way_in + way_out - (route[WAYS, p] if count else 0)
        price = rules.travel * added
        if rules.is_plain and price >= best:
            continue
        if way_in > worker.max_leg or way_out > worker.max_leg or added > room:
            continue
        turns = p < count and (mine == after or before == after) and D.jobs[route[STOPS, p]].setup_s > 0
        if not turns and not fits(D, S, w, p, job, way_in, way_out, work_after(job, before, p > 0)):
            continue
        if rules.has_loads and not carries(D, S, w, p, j):
            continue
        if turns or not rules.is_plain:
            whole = follow(D, S, w, p, j)
            if whole == NO_PRICE:
                continue
            if not rules.is_plain:
                price = whole - S.lanes[w].price
        if price < best:
            best, where = price, p
    return best, where


@inlined
def best_place(D: Arrays, S: State, w: int, j: int) -> tuple[float, int]:
    """What the cheapest position for job j on the route of w adds to its price, and that position; NO_PRICE and -1
    without any. Who serves what isn't priced here."""
    count, worker = S.lanes[w].count, D.workers[w]
    if count >= worker.max_jobs or S.routes[w, WORK_SUM, count] + D.jobs[j].work_s > worker.max_work:
        return NO_PRICE, -1
    if worker.is_simple:
        return best_place_simple(D, S, w, j)
    return best_place_full(D, S, w, j)
