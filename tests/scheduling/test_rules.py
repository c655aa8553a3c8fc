"""``set_planning_rules``: everything in one go, or nothing."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from scheduling.errors import MoveRefused, Refused
from scheduling.models import Appointment, AppointmentEvent, LoadUnit, Route, Stop, Technician, TechnicianCapacity
from scheduling.services.appointments import cancel_appointment, load_appointment
from scheduling.services.moves import move_stop
from scheduling.services.rules import (
    Choice,
    Load,
    Need,
    Opening,
    PlanningRules,
    Wish,
    find_due_faults,
    find_faults,
    read_rules,
    set_planning_rules,
)
from tests.make import DAY, EVENING_BEFORE, at, make_appointment, make_place, make_route, make_skill, make_technician

pytestmark = pytest.mark.django_db
NOW = EVENING_BEFORE


def rules_of(appointment: Appointment) -> PlanningRules:
    return read_rules(load_appointment(appointment.pk))


def set_rules(appointment: Appointment, rules: PlanningRules, *, seen: str = "", force_reason: str = "") -> None:
    set_planning_rules(
        appointment_id=appointment.pk, rules=rules, seen=seen, force_reason=force_reason, actor=None, now=NOW
    )


def every_rule() -> PlanningRules:
    ana, omar = make_technician("Ana Sanz"), make_technician("Omar Ruiz")
    pallet = LoadUnit.objects.create(code="pallet", name="Pallets")
    return PlanningRules(
        priority=4,
        risk=60,
        earliest_at=at(8),
        due_at=at(18),
        sla_at=at(12),
        wishes=(Wish(at(9), at(11)), Wish(at(15), at(17))),
        hours=(Opening(DAY.weekday(), time(9), time(14)),),
        skills=(
            Need(0, make_skill("fibre").pk, 2),
            Need(1, make_skill("wifi").pk, 1),
            Need(1, make_skill("alarm").pk, 3),
        ),
        technicians=(Choice(ana.pk, "required"), Choice(omar.pk, "excluded")),
        loads=(Load(pallet.pk, 1, 2),),
        pinned_technician=ana.pk,
        pinned_start_at=at(10),
    )


def place(appointment: Appointment, technician: Technician, hour: int = 10) -> Route:
    route = make_route(technician)
    move_stop(appointment_id=appointment.pk, route_id=route.pk, starts_at=at(hour), actor=None, now=NOW)
    Appointment.objects.filter(pk=appointment.pk).update(pinned_technician=None, pinned_start_at=None)
    return route


def test_every_rule_is_written_and_read_again() -> None:
    appointment, rules = make_appointment(), every_rule()
    set_rules(appointment, rules)
    assert rules_of(appointment) == rules


def test_the_history_says_what_became_of_what() -> None:
    appointment = make_appointment()
    set_rules(appointment, replace(rules_of(appointment), risk=40, due_at=at(18)))
    event = AppointmentEvent.objects.filter(appointment=appointment).latest("pk")
    assert event.kind == "rules_changed"
    assert event.data == {
        "changes": {
            "risk": {"before": 0, "after": 40},
            "due_at": {"before": None, "after": at(18).isoformat()},
        }
    }


def test_nothing_changed_leaves_no_trace() -> None:
    appointment = make_appointment(skills=[("fibre", 1)])
    before = list(appointment.skills.values_list("pk", flat=True))
    set_rules(appointment, rules_of(appointment))
    assert AppointmentEvent.objects.filter(appointment=appointment, kind="rules_changed").count() == 0
    assert list(appointment.skills.values_list("pk", flat=True)) == before


def test_what_is_over_keeps_its_rules() -> None:
    appointment = make_appointment()
    cancel_appointment(appointment_id=appointment.pk, actor=None, now=NOW)
    with pytest.raises(Refused):
        set_rules(appointment, PlanningRules(risk=10))
    assert rules_of(appointment).risk == 0


def test_what_is_under_way_keeps_its_rules() -> None:
    appointment = make_appointment()
    place(appointment, make_technician())
    Stop.objects.update(status="on_the_way")
    with pytest.raises(Refused):
        set_rules(appointment, PlanningRules(risk=10))


def test_of_two_writers_the_second_looks_again() -> None:
    appointment = make_appointment()
    seen = rules_of(appointment).fingerprint
    set_rules(appointment, PlanningRules(risk=10), seen=seen)
    with pytest.raises(Refused):
        set_rules(appointment, PlanningRules(risk=20), seen=seen)
    assert rules_of(appointment).risk == 10


def test_a_stop_without_the_new_skill_is_in_the_way_whatever_the_reason() -> None:
    appointment = make_appointment()
    place(appointment, make_technician())
    wanted = replace(rules_of(appointment), skills=(Need(0, make_skill("fibre").pk, 1),))
    with pytest.raises(MoveRefused) as refusal:
        set_rules(appointment, wanted, force_reason="It has to be")
    assert [(rule.rule, rule.forceable) for rule in refusal.value.violations] == [("skill", False)]
    assert rules_of(appointment).skills == ()


def test_a_stop_against_a_wish_stays_when_it_is_forced_and_is_pinned() -> None:
    appointment, ana = make_appointment(), make_technician()
    route = place(appointment, ana)
    version = Route.objects.get(pk=route.pk).version
    wanted = replace(rules_of(appointment), wishes=(Wish(at(12), at(14)),))
    with pytest.raises(MoveRefused) as refusal:
        set_rules(appointment, wanted)
    assert [rule.forceable for rule in refusal.value.violations] == [True]
    set_rules(appointment, wanted, force_reason="Agreed by telephone")
    stop = Stop.objects.get(appointment=appointment, is_current=True)
    assert (len(stop.forced_rules), stop.forced_reason, stop.starts_at) == (1, "Agreed by telephone", at(10))
    kept = rules_of(appointment)
    assert (kept.wishes, kept.pinned_technician, kept.pinned_start_at) == (wanted.wishes, ana.pk, at(10))
    assert Route.objects.get(pk=route.pk).version == version + 1
    assert AppointmentEvent.objects.latest("pk").reason == "Agreed by telephone"


def test_rules_that_the_stop_keeps_are_taken() -> None:
    appointment, ana = make_appointment(), make_technician(skills=[("fibre", 2)])
    place(appointment, ana)
    wanted = replace(
        rules_of(appointment),
        skills=(Need(0, make_skill("fibre").pk, 2),),
        wishes=(Wish(at(9), at(11)),),
        pinned_technician=ana.pk,
        pinned_start_at=at(10),
        due_at=at(12),
    )
    set_rules(appointment, wanted)
    assert rules_of(appointment) == wanted


def test_a_pin_elsewhere_asks_to_move_the_stop_first() -> None:
    appointment, omar = make_appointment(), make_technician("Omar Ruiz")
    place(appointment, make_technician())
    make_route(omar)
    rules = rules_of(appointment)
    for wanted in (replace(rules, pinned_technician=omar.pk), replace(rules, pinned_start_at=at(12))):
        with pytest.raises(MoveRefused) as refusal:
            set_rules(appointment, wanted, force_reason="Please")
        assert [rule.forceable for rule in refusal.value.violations] == [False]


def test_one_of_a_group_is_enough_for_the_stop() -> None:
    appointment = make_appointment()
    place(appointment, make_technician(skills=[("wifi", 2)]))
    fibre, wifi = make_skill("fibre").pk, make_skill("wifi").pk
    rules = rules_of(appointment)
    set_rules(appointment, replace(rules, skills=(Need(1, fibre, 1), Need(1, wifi, 2))))
    with pytest.raises(MoveRefused):
        set_rules(appointment, replace(rules, skills=(Need(1, fibre, 1), Need(1, wifi, 3))))


def test_an_excluded_or_unasked_technician_must_leave_first() -> None:
    appointment, ana, omar = make_appointment(), make_technician(), make_technician("Omar Ruiz")
    place(appointment, ana)
    rules = rules_of(appointment)
    for choices in ((Choice(ana.pk, "excluded"),), (Choice(omar.pk, "required"),)):
        with pytest.raises(MoveRefused):
            set_rules(appointment, replace(rules, technicians=choices))
    set_rules(appointment, replace(rules, technicians=(Choice(omar.pk, "preferred"), Choice(ana.pk, "required"))))


def test_a_load_that_the_van_cannot_take_must_leave_first() -> None:
    appointment, ana = make_appointment(), make_technician()
    kilos = LoadUnit.objects.create(code="kg", name="Kilograms")
    TechnicianCapacity.objects.create(technician=ana, unit=kilos, amount=100)
    place(appointment, ana)
    rules = rules_of(appointment)
    set_rules(appointment, replace(rules, loads=(Load(kilos.pk, 100, 0),)))
    with pytest.raises(MoveRefused) as refusal:
        set_rules(appointment, replace(rules, loads=(Load(kilos.pk, 101, 0),)))
    assert [rule.rule for rule in refusal.value.violations] == ["capacity"]


def test_a_pin_outside_the_promise_is_refused() -> None:
    appointment = make_appointment()
    Appointment.objects.filter(pk=appointment.pk).update(
        status="confirmed", window_starts_at=at(9), window_ends_at=at(11)
    )
    with pytest.raises(Refused):
        set_rules(appointment, PlanningRules(pinned_start_at=at(12)))
    set_rules(appointment, PlanningRules(pinned_start_at=at(10)))
    assert rules_of(appointment).pinned_start_at == at(10)


def test_another_place_on_the_same_route_is_no_matter() -> None:
    """What was broken before, and is no worse, is not held against new rules."""
    ana = make_technician()
    late, mine = make_appointment(wishes=[(at(12), at(13))]), make_appointment(place=make_place(40.01))
    route = place(mine, ana, 9)
    move_stop(appointment_id=late.pk, route_id=route.pk, starts_at=at(14), force_reason="Agreed", actor=None, now=NOW)
    Appointment.objects.filter(pk=late.pk).update(pinned_technician=None, pinned_start_at=None)
    set_rules(mine, replace(rules_of(mine), risk=30))
    assert rules_of(mine).risk == 30


def force_against_a_wish(appointment: Appointment) -> None:
    """At ten, though the customer wished for noon."""
    place(appointment, make_technician())
    wanted = replace(rules_of(appointment), wishes=(Wish(at(12), at(14)),))
    set_rules(appointment, wanted, force_reason="Agreed by telephone")


def test_what_was_forced_stays_forced_while_other_rules_change() -> None:
    appointment = make_appointment()
    force_against_a_wish(appointment)
    set_rules(appointment, replace(rules_of(appointment), risk=30))
    stop = Stop.objects.get(appointment=appointment, is_current=True)
    assert (rules_of(appointment).risk, stop.forced_rules, stop.forced_reason) == (
        30,
        ["window"],
        "Agreed by telephone",
    )


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("window", {"wishes": (Wish(at(8), at(9)),)}),
        ("due", {"due_at": at(9)}),
    ],
)
def test_a_rule_that_newly_contradicts_a_forced_stop_is_told_and_forced_by_itself(
    rule: str, changes: dict[str, object]
) -> None:
    appointment = make_appointment()
    force_against_a_wish(appointment)
    wanted = replace(rules_of(appointment), **changes)  # type: ignore[arg-type]
    with pytest.raises(MoveRefused) as refusal:
        set_rules(appointment, wanted)
    assert [(one.rule, one.forceable) for one in refusal.value.violations] == [(rule, True)]
    set_rules(appointment, wanted, force_reason="Agreed again")
    stop = Stop.objects.get(appointment=appointment, is_current=True)
    assert (set(stop.forced_rules), stop.forced_reason) == ({"window", rule}, "Agreed again")
    assert (stop.starts_at, rules_of(appointment)) == (at(10), wanted)


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("opening", {"hours": (Opening(DAY.weekday(), time(12), time(18)),)}),
        ("earliest", {"earliest_at": at(11)}),
    ],
)
def test_a_pinned_stop_is_judged_like_any_other(rule: str, changes: dict[str, object]) -> None:
    appointment = make_appointment()
    place(appointment, make_technician())
    Appointment.objects.filter(pk=appointment.pk).update(pinned_start_at=at(10))
    before = rules_of(appointment)
    with pytest.raises(MoveRefused) as refusal:
        set_rules(appointment, replace(before, **changes), force_reason="Please")  # type: ignore[arg-type]
    assert [(one.rule, one.forceable) for one in refusal.value.violations] == [(rule, False)]
    assert rules_of(appointment) == before


def test_a_new_due_time_is_still_to_come() -> None:
    appointment = make_appointment()
    place(appointment, make_technician())
    wanted = replace(rules_of(appointment), due_at=NOW)
    assert [fault.field for fault in find_due_faults(appointment, rules_of(appointment), wanted, NOW)] == ["due_at"]
    with pytest.raises(Refused):
        set_rules(appointment, wanted, force_reason="Please")
    assert rules_of(appointment).due_at is None


def test_an_old_due_time_stays_when_it_has_passed() -> None:
    appointment = make_appointment(due_at=NOW - timedelta(days=1))
    place(appointment, make_technician())
    set_rules(appointment, replace(rules_of(appointment), risk=30))
    assert (rules_of(appointment).risk, rules_of(appointment).due_at) == (30, NOW - timedelta(days=1))


def test_a_visit_is_not_due_before_what_was_promised() -> None:
    appointment = make_appointment()
    Appointment.objects.filter(pk=appointment.pk).update(
        status="confirmed", window_starts_at=at(9), window_ends_at=at(11)
    )
    with pytest.raises(Refused, match=r"09:00"):
        set_rules(appointment, PlanningRules(due_at=at(8)))
    set_rules(appointment, PlanningRules(due_at=at(9)))
    assert rules_of(appointment).due_at == at(9)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("risk", {"risk": 101}),
        ("priority", {"priority": 3}),
        ("due_at", {"earliest_at": at(12), "due_at": at(12) - timedelta(seconds=1)}),
        ("wishes", {"wishes": (Wish(at(12), at(11)),)}),
        ("hours", {"hours": (Opening(1, time(9), time(14)), Opening(1, time(13), time(18)))}),
        ("hours", {"hours": (Opening(1, time(9), time(9)),)}),
        ("skills", {"skills": (Need(0, 1, 6),)}),
        ("skills", {"skills": (Need(0, 1, 2), Need(0, 1, 3))}),
        ("technicians", {"technicians": (Choice(1, "required"), Choice(1, "excluded"))}),
        ("technicians", {"technicians": (Choice(1, "loved"),)}),
        ("loads", {"loads": (Load(1, -1, 0),)}),
        ("loads", {"loads": (Load(1, 1, 0), Load(1, 2, 0))}),
        ("pinned_technician", {"technicians": (Choice(1, "excluded"),), "pinned_technician": 1}),
        ("pinned_technician", {"technicians": (Choice(1, "required"),), "pinned_technician": 2}),
    ],
)
def test_what_cannot_be_meant_is_named_by_its_field(field: str, changes: dict[str, object]) -> None:
    rules = PlanningRules(**changes)  # type: ignore[arg-type]
    assert [fault.field for fault in find_faults(rules)] == [field]
    appointment = make_appointment()
    with pytest.raises(Refused):
        set_rules(appointment, rules)
    assert rules_of(appointment) == PlanningRules()
