"""A visit follows its appointment: scheduled, open again, cancelled. Called inside the appointment's transaction."""

from datetime import datetime

from dispatch.enums import VISIT_TRANSITIONS, CaseStatus, VisitStatus
from dispatch.models import Visit
from dispatch.services.history import change_case_status, change_visit_status, record_case_event
from scheduling.enums import OfferStatus

CUSTOMER = "customer"


def follow_confirmation(*, appointment_id: int, now: datetime) -> None:
    _follow(appointment_id, VisitStatus.SCHEDULED, "scheduled", now)
    _accept_price(appointment_id, now)


def _accept_price(appointment_id: int, now: datetime) -> None:
    """What the customer ticked for the time that is confirmed now; a tick whose hold was lost counts for none."""
    agreed = Visit.objects.filter(appointment_id=appointment_id, price_accepted_at=None)
    visit = agreed.filter(price_agreed_with__status=OfferStatus.ACCEPTED).select_related("case").first()
    if visit is None:
        return
    agreed.update(price_accepted_at=now)
    record_case_event(
        case=visit.case,
        visit=visit,
        kind="price_accepted",
        actor_label=CUSTOMER,
        now=now,
        data={"price": str(visit.price), "currency": visit.currency},
    )


def follow_withdrawal(*, appointment_id: int, reason: str, now: datetime) -> None:
    _follow(appointment_id, VisitStatus.OPEN, "promise_withdrawn", now, reason)


def follow_cancellation(*, appointment_id: int, now: datetime) -> None:
    """The case is open again: what it was escalated for is not solved."""
    visit = _follow(appointment_id, VisitStatus.CANCELLED, "cancelled", now)
    if visit is not None and visit.case.status == CaseStatus.VISIT_OPENED:
        change_case_status(case=visit.case, to=CaseStatus.OPEN, kind="visit_cancelled", visit=visit, now=now)


def _follow(appointment_id: int, to: VisitStatus, kind: str, now: datetime, reason: str = "") -> Visit | None:
    visit = Visit.objects.select_related("case").filter(appointment_id=appointment_id).first()
    if visit is None or to not in VISIT_TRANSITIONS[visit.status]:
        return None
    return change_visit_status(visit=visit, to=to, kind=kind, now=now, reason=reason)
