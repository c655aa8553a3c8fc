"""Compiled: ruin and recreate under simulated annealing.

Strings of neighbouring stops are taken out of some routes (slack induction by string removals: Christiaens and Vanden
Berghe, Transportation Science 54, 2020) and put back greedily, in one of several orders, at the cheapest place, each
worker now and then passed over ("blinks"). The cheapest place of a job on a route is remembered as long as the route
stays as it is, so that a step costs what it changes.
"""

import numpy as np

from scheduling.core.kernel.compiling import compiled, inlined
from scheduling.core.kernel.layout import BEST_STOPS, OLD_STOPS, STOPS, Array, Arrays, State
from scheduling.core.kernel.places import best_place
from scheduling.core.kernel.timing import NO_PRICE, refresh

BLINK = 0.01
SPLIT = 0.5
STOP_SPARING = 0.5
LONGEST_STRING = 10
POOL_PROBES = 8
# How often stops are taken out around a job that is left out, if there is one: room is made where it is needed.
AROUND_OPEN = 0.3


@inlined
def chance(counts: Array) -> float:
    """A random number from 0 to 1 (xorshift64*, Vigna 2016)."""
    x = counts[0].random
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    counts[0].random = x
    return np.float64((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@inlined
def below(counts: Array, limit: int) -> int:
    """A random whole number from 0 to ``limit`` - 1."""
    return int(chance(counts) * limit)


@inlined
def touch(S: State, w: int, step: int) -> None:
    lane = S.lanes[w]
    if lane.touched_in == step:
        return
    lane.touched_in = step
    S.touched[S.counts[0].touched] = w
    S.counts[0].touched += 1
    route = S.routes[w]
    for index in range(lane.count):
        route[OLD_STOPS, index] = route[STOPS, index]
    lane.old_count, lane.old_stamp, lane.old_cost = lane.count, lane.stamp, lane.cost


@inlined
def set_stamp(S: State, w: int) -> None:
    S.counts[0].next_stamp += 1
    S.lanes[w].stamp = S.counts[0].next_stamp


@inlined
def cut(
    D: Arrays, S: State, w: int, first: int, last: int, keep_first: int, keep_last: int, pending: int, step: int
) -> int:
    """Takes out the stops from ``first`` to before ``last`` but those from ``keep_first`` to before ``keep_last``."""
    touch(S, w, step)
    stops, target = S.routes[w, STOPS], first
    for index in range(first, S.lanes[w].count):
        j = stops[index]
        if index < last and not keep_first <= index < keep_last:
            S.worker_of[j] = -1
            S.pending[pending] = j
            pending += 1
        else:
            stops[target] = j
            target += 1
    S.lanes[w].count = target
    refresh(D, S, w)
    set_stamp(S, w)
    return pending


@inlined
def cut_string(D: Arrays, S: State, w: int, j: int, size: int, pending: int, step: int) -> int:
    """Takes a string of ``size`` stops around job j out of its route, now and then leaving some of its middle in."""
    counts, stops = S.counts, S.routes[w, STOPS]
    count, at = S.lanes[w].count, D.workers[w].frozen
    low = at
    while stops[at] != j:
        at += 1
    spared = 0
    if size > 1 and chance(counts) < SPLIT:
        spared = 1
        while size + spared < count - low and chance(counts) > STOP_SPARING:
            spared += 1
        spared = min(spared, count - low - size)
    whole = size + spared
    earliest, latest = max(low, at - whole + 1), min(at, count - whole)
    first = earliest + below(counts, latest - earliest + 1)
    if spared == 0:
        return cut(D, S, w, first, first + whole, 0, 0, pending, step)
    kept = first + 1 + below(counts, size - 1)
    return cut(D, S, w, first, first + whole, kept, kept + spared, pending, step)


@inlined
def is_frozen(D: Arrays, S: State, w: int, j: int) -> bool:
    for p in range(D.workers[w].frozen):
        if S.routes[w, STOPS, p] == j:
            return True
    return False


@inlined
def ruin(D: Arrays, S: State, size: int, step: int) -> int:
    """Fills ``S.pending`` with what was taken out, about ``size`` jobs; gives their number."""
    counts, served, used = S.counts, D.rules[0].jobs - S.counts[0].open, 0
    if served == 0:
        return 0
    for w in range(D.rules[0].workers):
        used += S.lanes[w].count > 0
    longest = min(float(LONGEST_STRING), served / used)
    strings = int(chance(counts) * (4.0 * size / (1.0 + longest) - 1.0) + 1.0)
    seed = below(counts, D.rules[0].jobs)
    if counts[0].open > 0 and chance(counts) < AROUND_OPEN:
        seed = S.open[below(counts, counts[0].open)]
    pending, cuts = 0, 0
    for index in range(D.neighbours.shape[1]):
        if cuts >= strings:
            break
        j = D.neighbours[seed, index]
        w = S.worker_of[j]
        if w < 0 or S.lanes[w].touched_in == step or is_frozen(D, S, w, j):
            continue
        free = S.lanes[w].count - D.workers[w].frozen
        length = 1 + int(chance(counts) * min(longest, float(free)))
        pending = cut_string(D, S, w, j, min(length, free), pending, step)
        cuts += 1
    return pending


@inlined
def sort_pending(D: Arrays, S: State, count: int, way: int) -> None:
    """``way`` 0: at random; else by the row of ``order_keys`` before it."""
    pending, keys = S.pending, S.pending_key
    for index in range(count):
        keys[index] = chance(S.counts) if way == 0 else D.order_keys[way - 1, pending[index]]
    for index in range(1, count):
        j, key, at = pending[index], keys[index], index
        while at > 0 and keys[at - 1] > key:
            pending[at], keys[at] = pending[at - 1], keys[at - 1]
            at -= 1
        pending[at], keys[at] = j, key


@inlined
def put_in(D: Arrays, S: State, w: int, j: int, p: int, step: int) -> bool:
    touch(S, w, step)
    stops, lane = S.routes[w, STOPS], S.lanes[w]
    for index in range(lane.count, p, -1):
        stops[index] = stops[index - 1]
    stops[p] = j
    lane.count += 1
    if refresh(D, S, w):
        S.worker_of[j] = w
        set_stamp(S, w)
        return True
    for index in range(p, lane.count - 1):
        stops[index] = stops[index + 1]
    lane.count -= 1
    refresh(D, S, w)
    return False


@inlined
def place_job(D: Arrays, S: State, j: int, step: int, blink: float) -> bool:
    """Puts job j in where it costs least, if that is less than leaving it out; says whether it did."""
    job, lanes, counts, pair, allowed = D.jobs[j], S.lanes, S.counts, D.pair, D.allowed
    best, chosen, where = job.price, -1, -1
    for index in range(job.first_allowed, job.last_allowed):
        w = allowed[index]
        known = S.remembered[j, w]
        if known.stamp != lanes[w].stamp:
            known.price, known.position = best_place(D, S, w, j)
            known.stamp = lanes[w].stamp
        price = known.price + pair[j, w]
        if price < best and (blink == 0.0 or chance(counts) >= blink):
            best, chosen, where = price, w, known.position
    if chosen < 0:
        return False
    if put_in(D, S, chosen, j, where, step):
        return True
    S.remembered[j, chosen].price = NO_PRICE
    return False


@inlined
def recreate(D: Arrays, S: State, removed: int, step: int, blink: float, way: int) -> float:
    """Puts in what was taken out and what is open, and lists as open what finds no place; gives the price of those."""
    count = removed
    for index in range(S.counts[0].open):
        S.pending[count] = S.open[index]
        count += 1
    sort_pending(D, S, count, way)
    left, price = 0, 0.0
    for index in range(count):
        j = S.pending[index]
        if not place_job(D, S, j, step, blink):
            S.open[left] = j
            left += 1
            price += D.jobs[j].price
    S.counts[0].open = left
    return price


@inlined
def undo(D: Arrays, S: State, open_count: int) -> None:
    """Takes a step back. Restored routes get their old stamps, so that what is remembered of them counts again."""
    for index in range(S.counts[0].touched):
        w = S.touched[index]
        for p in range(S.lanes[w].count):
            S.worker_of[S.routes[w, STOPS, p]] = -1
    for index in range(S.counts[0].touched):
        w = S.touched[index]
        lane, route = S.lanes[w], S.routes[w]
        lane.count = lane.old_count
        for p in range(lane.count):
            route[STOPS, p] = route[OLD_STOPS, p]
            S.worker_of[route[STOPS, p]] = w
        refresh(D, S, w)
        lane.stamp = lane.old_stamp
    S.counts[0].open = open_count
    for index in range(open_count):
        S.open[index] = S.old_open[index]


@inlined
def keep_best(D: Arrays, S: State) -> None:
    S.counts[0].best = S.counts[0].total
    for w in range(D.rules[0].workers):
        lane = S.lanes[w]
        if lane.best_stamp != lane.stamp:
            lane.best_stamp, lane.best_count, lane.best_cost = lane.stamp, lane.count, lane.cost
            for p in range(lane.count):
                S.routes[w, BEST_STOPS, p] = S.routes[w, STOPS, p]


@inlined
def remember(D: Arrays, S: State, w: int, score: float) -> None:
    """Keeps a route for the master: the cheapest order of its jobs, and the best plan that it was seen in."""
    stops, count, cost = S.routes[w, STOPS], S.lanes[w].count, S.lanes[w].cost
    key = (w + 1) * 7_046_029_254_386_353
    for p in range(count):
        key += D.jobs[stops[p]].key
    size = S.pool.shape[0]
    worst, at = -1.0, -1
    for probe in range(POOL_PROBES):
        slot = (key + probe) & (size - 1)
        if S.pool[slot].key == key:
            S.pool[slot].score = min(S.pool[slot].score, score)
            if cost >= S.pool[slot].cost - 1e-6:
                return
            at = slot
            break
        if S.pool[slot].score > worst:
            worst, at = S.pool[slot].score, slot
    entry = S.pool[at]
    if entry.key != key:
        if score >= worst:
            return
        entry.score = score
    entry.key, entry.cost, entry.worker, entry.count = key, cost, w, count
    for p in range(count):
        S.pool_stops[at, p] = stops[p]


@compiled
def find_alone(D: Arrays, S: State, alone: Array) -> None:
    """Writes into ``alone[j, w]`` whether an otherwise free worker could serve the job; needs a state of frozen routes
    only."""
    for j in range(D.rules[0].jobs):
        for index in range(D.jobs[j].first_allowed, D.jobs[j].last_allowed):
            w = D.allowed[index]
            _price, position = best_place(D, S, w, j)
            alone[j, w] = position >= 0 or S.worker_of[j] == w


@compiled
def anneal(
    D: Arrays, S: State, steps: int, first_step: int, hot: float, cold: float, size: int, margin: float, halt: Array
) -> int:
    """Up to ``steps`` steps while the temperature falls from ``hot`` to ``cold``; gives the number done.

    ``size``: jobs taken out a step, in the mean. ``margin``: routes of plans up to so much above the best are
    remembered. ``halt[0]`` not 0 ends it at once.
    """
    counts = S.counts
    cooling = (cold / hot) ** (1.0 / max(1, steps))
    heat = hot
    ways = D.order_keys.shape[0] + 1
    for done in range(steps):
        if halt[0] != 0:
            return done
        heat *= cooling
        step = first_step + done
        counts[0].touched = 0
        open_count = counts[0].open
        change = 0.0
        for index in range(open_count):
            S.old_open[index] = S.open[index]
            change -= D.jobs[S.open[index]].price
        removed = ruin(D, S, size, step)
        # Random order counts for three of the others.
        way = max(0, below(counts, ways + 2) - 2)
        change += recreate(D, S, removed, step, BLINK, way)
        for index in range(counts[0].touched):
            w = S.touched[index]
            change += S.lanes[w].cost - S.lanes[w].old_cost
        if change >= -heat * np.log(1.0 - chance(counts)):
            undo(D, S, open_count)
            continue
        counts[0].total += change
        if counts[0].total < counts[0].best + margin:
            for index in range(counts[0].touched):
                if S.lanes[S.touched[index]].count > 0:
                    remember(D, S, S.touched[index], counts[0].total)
        if counts[0].total < counts[0].best - 1e-6:
            keep_best(D, S)
    return steps


@compiled
def load(D: Arrays, S: State, stops: Array, counts: Array) -> None:
    """Goes on from other routes (``stops[w, p]``, ``counts[w]`` of them); the best plan is kept.

    A route that doesn't hold is emptied."""
    for j in range(D.rules[0].jobs):
        S.worker_of[j] = -1
    total, left = 0.0, 0
    for w in range(D.rules[0].workers):
        lane = S.lanes[w]
        lane.count = counts[w]
        for p in range(counts[w]):
            S.routes[w, STOPS, p] = stops[w, p]
        if not refresh(D, S, w):
            lane.count = 0
            refresh(D, S, w)
        for p in range(lane.count):
            S.worker_of[S.routes[w, STOPS, p]] = w
        set_stamp(S, w)
        total += lane.cost
    for j in range(D.rules[0].jobs):
        if S.worker_of[j] < 0:
            S.open[left] = j
            left += 1
            total += D.jobs[j].price
    S.counts[0].open = left
    S.counts[0].total = total
    if total < S.counts[0].best - 1e-6:
        keep_best(D, S)
