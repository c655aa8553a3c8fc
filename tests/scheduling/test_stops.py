from datetime import UTC, datetime, timedelta

import pytest

from scheduling.enums import PromiseOutcome, StopAct, StopStatus
from scheduling.errors import TransitionRefused
from scheduling.models import AppointmentEvent, Promise, ShiftBreak, Stop
from scheduling.services.stops import record_act
from scheduling.signals import stop_changed
from tests.mobile_api.world import MINUTE, World


@pytest.fixture
def world(db: None) -> World:
    return World(now=datetime(2026, 11, 19, 6, tzinfo=UTC))


def act(world: World, index: int, kind: StopAct, minute: float, reason: str = "") -> Stop:
    """``minute`` after 08:00 of the day."""
    at = world.eight + minute * MINUTE
    return record_act(stop_id=world.stops[index].pk, act=kind, at=at, now=at, actor=world.tess.user, reason=reason)


def etas(world: World) -> list[float | None]:
    """Minutes after 08:00."""
    stops = Stop.objects.filter(route=world.route).order_by("sequence")
    return [(stop.eta_at - world.eight) / MINUTE if stop.eta_at else None for stop in stops]


def promise(world: World, index: int) -> Promise:
    return Promise.objects.get(appointment_id=world.stops[index].appointment_id)


def test_a_visit_from_door_to_door(world: World) -> None:
    act(world, 0, StopAct.ON_MY_WAY, 12)
    act(world, 0, StopAct.ARRIVED, 31)
    act(world, 0, StopAct.STARTED, 35)
    act(world, 0, StopAct.PAUSED, 50)
    act(world, 0, StopAct.RESUMED, 60)
    stop = act(world, 0, StopAct.FINISHED, 80)
    facts = [stop.on_my_way_at, stop.arrived_at, stop.started_at, stop.finished_at]
    assert [(fact - world.eight) / MINUTE for fact in facts if fact] == [12, 31, 35, 80]
    assert (stop.status, stop.appointment.status, stop.version) == ("finished", "fulfilled", 7)
    assert promise(world, 0).outcome == PromiseOutcome.KEPT


def test_each_act_writes_one_event_and_raises_the_route(world: World) -> None:
    act(world, 0, StopAct.ON_MY_WAY, 12)
    act(world, 0, StopAct.ARRIVED, 31)
    events = AppointmentEvent.objects.filter(appointment_id=world.stops[0].appointment_id)
    assert [(event.kind, event.data["to"]) for event in events] == [("on_my_way", "on_the_way"), ("arrived", "arrived")]
    world.route.refresh_from_db()
    assert world.route.version == 3


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (StopAct.ARRIVED, StopAct.ARRIVED),
        (StopAct.ARRIVED, StopAct.ON_MY_WAY),
        (StopAct.STARTED, StopAct.ARRIVED),
        (StopAct.PAUSED, StopAct.STARTED),
        (StopAct.FINISHED, StopAct.FINISHED),
    ],
)
def test_a_repeated_tap_changes_nothing(world: World, first: StopAct, second: StopAct) -> None:
    act(world, 0, StopAct.STARTED, 20) if first == StopAct.PAUSED else None
    before = act(world, 0, first, 30)
    after = act(world, 0, second, 40)
    assert (after.status, after.version, after.arrived_at) == (before.status, before.version, before.arrived_at)


def test_started_stands_for_arrived(world: World) -> None:
    stop = act(world, 0, StopAct.STARTED, 33)
    assert (stop.status, stop.arrived_at, stop.started_at) == ("working", stop.started_at, world.eight + 33 * MINUTE)
    assert promise(world, 0).outcome == PromiseOutcome.KEPT


@pytest.mark.parametrize("kind", [StopAct.PAUSED, StopAct.RESUMED])
def test_what_the_table_does_not_allow_is_refused(world: World, kind: StopAct) -> None:
    with pytest.raises(TransitionRefused):
        act(world, 0, kind, 30)
    assert Stop.objects.get(pk=world.stops[0].pk).status == StopStatus.PLANNED


def test_nothing_after_the_end(world: World) -> None:
    act(world, 0, StopAct.FINISHED, 60)
    with pytest.raises(TransitionRefused):
        act(world, 0, StopAct.NOT_COMPLETED, 61, reason="no_access")


def test_a_stop_taken_off_takes_no_acts(world: World) -> None:
    Stop.objects.filter(pk=world.stops[0].pk).update(status=StopStatus.TAKEN_OFF, is_current=False)
    with pytest.raises(TransitionRefused):
        act(world, 0, StopAct.ARRIVED, 30)


def test_not_completed_wants_a_reason(world: World) -> None:
    with pytest.raises(TransitionRefused):
        act(world, 0, StopAct.NOT_COMPLETED, 30)
    stop = act(world, 0, StopAct.NOT_COMPLETED, 31, reason="nobody_home")
    assert (stop.status, stop.not_completed_reason, stop.appointment.status) == (
        "not_completed",
        "nobody_home",
        "missed",
    )
    assert promise(world, 0).outcome == PromiseOutcome.BROKEN


@pytest.mark.parametrize(
    ("minute", "outcome"),
    [(-10, PromiseOutcome.KEPT), (0, PromiseOutcome.KEPT), (120, PromiseOutcome.KEPT), (121, PromiseOutcome.BROKEN)],
)
def test_a_promise_is_settled_on_arrival(world: World, minute: int, outcome: PromiseOutcome) -> None:
    act(world, 0, StopAct.ARRIVED, minute)
    assert promise(world, 0).outcome == outcome


def test_before_the_first_act_nothing_is_predicted(world: World) -> None:
    assert etas(world) == [None, None, None]


def test_late_arrivals_run_through_the_rest_of_the_route(world: World) -> None:
    act(world, 0, StopAct.ON_MY_WAY, 50)
    assert etas(world) == [70, 140, 210]
    act(world, 0, StopAct.ARRIVED, 75)
    assert etas(world)[1:] == [145, 215]
    act(world, 0, StopAct.STARTED, 80)
    assert etas(world)[1:] == [150, 220]
    act(world, 0, StopAct.FINISHED, 100)
    assert etas(world)[1:] == [120, 190]


def test_who_is_early_waits_for_the_promised_window(world: World) -> None:
    act(world, 0, StopAct.FINISHED, 20)
    assert etas(world)[1:] == [40, 160]


def test_a_long_visit_pushes_its_end(world: World) -> None:
    act(world, 0, StopAct.STARTED, 30)
    act(world, 0, StopAct.PAUSED, 100)
    assert etas(world)[1:] == [120, 190]


def test_a_break_on_the_way_is_kept(world: World) -> None:
    ShiftBreak.objects.create(
        shift=world.route.shift,
        earliest_at=world.eight + 80 * MINUTE,
        latest_at=world.eight + 120 * MINUTE,
        duration_s=1200,
    )
    act(world, 0, StopAct.FINISHED, 90)
    assert etas(world)[1:] == [130, 200]


def test_a_clock_that_is_wrong_does_no_harm(world: World) -> None:
    now = world.eight + 40 * MINUTE
    record_act(stop_id=world.stops[0].pk, act=StopAct.ARRIVED, at=now, now=now, actor=None)
    ahead = record_act(
        stop_id=world.stops[0].pk,
        act=StopAct.STARTED,
        at=now + timedelta(days=3),
        now=now + 5 * MINUTE,
        actor=None,
    )
    behind = record_act(
        stop_id=world.stops[0].pk,
        act=StopAct.FINISHED,
        at=now - timedelta(days=3),
        now=now + 9 * MINUTE,
        actor=None,
    )
    assert (ahead.started_at, behind.finished_at) == (now + 5 * MINUTE, now + 5 * MINUTE)


def test_listeners_hear_of_it(world: World) -> None:
    heard: list[tuple[int, str, datetime]] = []

    def listen(*, stop_id: int, act: str, now: datetime, **_kwargs: object) -> None:
        heard.append((stop_id, act, now))

    stop_changed.connect(listen, weak=False)
    try:
        act(world, 0, StopAct.ON_MY_WAY, 12)
    finally:
        stop_changed.disconnect(listen)
    assert heard == [(world.stops[0].pk, "on_my_way", world.eight + 12 * MINUTE)]
