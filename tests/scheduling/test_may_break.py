"""A promise is broken only where a dispatcher named it, and only with a reason."""

from datetime import timedelta

import pytest
from django.utils import timezone

from scheduling.core.plan import Plan
from scheduling.core.timing import force_route
from scheduling.enums import AppointmentStatus, PromiseOutcome
from scheduling.errors import Refused
from scheduling.models import AppointmentEvent, Stop
from scheduling.planning import load_situation
from scheduling.services.offers import confirm_hold, hold_offer
from scheduling.services.plans import propose_plan, publish_plan
from scheduling.services.runs import perform_run, request_run
from tests.make import EVENING_BEFORE, at, make_appointment, make_offer, make_place, make_route, make_technician

pytestmark = pytest.mark.django_db


class Rivals:
    """One technician from 8 to 12. ``promised`` (2 h) begins between 9:00 and 9:30; ``urgent`` (1 h) can only then."""

    def __init__(self):
        self.day = timezone.localdate() + timedelta(days=2)
        place = make_place()
        make_route(make_technician(hours=(8, 12), home=place), self.day)
        self.promised = make_appointment(place=place, minutes=120)
        offer = make_offer(self.promised, at(9, day=self.day), 0.5, now=timezone.now())
        held = hold_offer(appointment_id=self.promised.pk, offer_id=offer.pk, now=timezone.now())
        confirm_hold(appointment_id=self.promised.pk, offer_id=held.pk, now=timezone.now())
        wish = (at(9, day=self.day), at(9, 30, day=self.day))
        self.urgent = make_appointment(place=place, minutes=60, priority=8, wishes=[wish])

    def plan(self, **more):
        run = request_run(date=self.day, actor=None, now=timezone.now(), time_limit_s=1, **more)
        return perform_run(run_id=run.pk).plan

    def begins(self):
        return dict(Stop.objects.filter(is_current=True).values_list("appointment", "starts_at"))


@pytest.fixture
def rivals():
    return Rivals()


def test_a_promise_that_nobody_named_is_kept(rivals):
    plan = rivals.plan()

    assert plan.summary["broken_promises"] == []
    assert [row.appointment_id for row in plan.unplanned.all()] == [rivals.urgent.pk]


def test_a_named_promise_may_be_broken_and_the_proposal_says_so(rivals):
    plan = rivals.plan(may_break=[rivals.promised.pk], break_reason="Pump failure at the hospital")

    [broken] = plan.summary["broken_promises"]
    assert broken["appointment"] == rivals.promised.pk
    assert broken["start"] == at(10, day=rivals.day).isoformat()
    assert not plan.unplanned.exists()


def test_publishing_a_broken_promise_takes_a_reason(rivals):
    plan = rivals.plan(may_break=[rivals.promised.pk], break_reason="Pump failure")
    before = rivals.begins()

    with pytest.raises(Refused):
        publish_plan(plan_id=plan.pk, actor=None, now=timezone.now())

    assert rivals.begins() == before


def test_publishing_withdraws_the_promise_with_its_reason_and_keeps_the_place(rivals):
    plan = rivals.plan(may_break=[rivals.promised.pk], break_reason="Pump failure")

    publish_plan(plan_id=plan.pk, actor=None, now=timezone.now(), reason="Pump failure")

    rivals.promised.refresh_from_db()
    promise = rivals.promised.promises.get()
    assert rivals.begins() == {
        rivals.urgent.pk: at(9, day=rivals.day),
        rivals.promised.pk: at(10, day=rivals.day),
    }
    assert (promise.outcome, promise.reason) == (PromiseOutcome.WITHDRAWN, "Pump failure")
    assert (rivals.promised.status, rivals.promised.is_promised) == (AppointmentStatus.REQUESTED, False)
    assert AppointmentEvent.objects.filter(kind="promise_withdrawn", reason="Pump failure").count() == 1


def test_naming_a_promise_takes_a_reason(rivals):
    with pytest.raises(Refused):
        rivals.plan(may_break=[rivals.promised.pk])


def test_only_what_is_promised_can_be_named(rivals):
    with pytest.raises(Refused):
        rivals.plan(may_break=[rivals.urgent.pk], break_reason="Because")


class Promised:
    """Ana's one visit, which may be begun from 8 to 9; only held unless ``confirmed``."""

    def __init__(self, confirmed=True):
        now = EVENING_BEFORE
        self.route, self.visit = make_route(make_technician()), make_appointment(now=now)
        offer = make_offer(self.visit, at(8), 1, now=now)
        hold_offer(appointment_id=self.visit.pk, offer_id=offer.pk, now=now)
        if confirmed:
            confirm_hold(appointment_id=self.visit.pk, offer_id=offer.pk, now=now)

    def propose(self, now, *order, also=()):
        situation = load_situation(dates=[self.route.shift.date], now=now, also=also)
        routes = (force_route(situation.problem, self.route.shift_id, order),) if order else ()
        return propose_plan(situation=situation, result=Plan(routes), run=None, actor=None, now=now)


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_promise_that_a_proposal_leaves_out_is_named_and_withdrawn_with_the_reason(confirmed):
    promised = Promised(confirmed)
    plan = promised.propose(EVENING_BEFORE)

    [row] = plan.summary["broken_promises"]
    assert (row["appointment"], row["start"]) == (promised.visit.pk, None)
    with pytest.raises(Refused) as refused:
        publish_plan(plan_id=plan.pk, actor=None, now=EVENING_BEFORE)
    assert refused.type is Refused
    publish_plan(plan_id=plan.pk, actor=None, now=EVENING_BEFORE, reason="Ana is ill")

    promised.visit.refresh_from_db()
    assert promised.visit.status == AppointmentStatus.REQUESTED
    assert [promise.reason for promise in promised.visit.promises.all()] == ["Ana is ill"] * confirmed


def test_a_promise_that_is_late_and_stays_so_is_listed():
    promised, later = Promised(), make_appointment(place=make_place(40.05))

    plan = promised.propose(at(10), promised.visit.pk, later.pk, also=[later])

    assert plan.summary["broken_promises"] == []
    [row] = plan.summary["late_promises"]
    assert row["appointment"] == promised.visit.pk
    assert row["promised_until"] < row["start"]
