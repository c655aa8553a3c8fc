from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from dispatch.enums import VISITS_OVER, AttemptOutcome, CaseStatus, VisitStatus
from dispatch.models import (
    Case,
    CaseSource,
    Channel,
    Contact,
    Customer,
    Device,
    RemoteAttempt,
    Site,
    SupportLine,
    Symptom,
)
from dispatch.services.history import change_case_status, record_case_event
from scheduling.errors import Refused
from scheduling.models import User


@dataclass(frozen=True, slots=True)
class Attempt:
    """One thing tried from afar, before it is kept."""

    line: SupportLine
    channel: Channel
    tried: str
    outcome: AttemptOutcome
    by: str
    at: datetime
    said: str = ""


@transaction.atomic
def create_case(
    *,
    customer: Customer,
    site: Site,
    contact: Contact | None,
    device: Device | None,
    channel: Channel,
    line: SupportLine,
    symptom: Symptom | None,
    description: str,
    priority: int,
    due_at: datetime | None,
    attempts: Sequence[Attempt] = (),
    no_attempt_reason: str = "",
    source: CaseSource | None = None,
    external_id: str = "",
    external_url: str = "",
    fingerprint: str = "",
    actor: User | None,
    actor_label: str = "",
    now: datetime,
) -> Case:
    """Site, contact and device must be the customer's. Raises ``Refused`` when they are not."""
    _check_belongings(customer, site, contact, device)
    case = Case.objects.create(
        customer=customer,
        site=site,
        contact=contact,
        device=device,
        channel=channel,
        line=line,
        symptom=symptom,
        description=description,
        priority=priority,
        due_at=due_at,
        no_attempt_reason=no_attempt_reason,
        source=source,
        external_id=external_id,
        external_url=external_url,
        fingerprint=fingerprint,
        created_at=now,
        created_by=actor,
    )
    record_case_event(
        case=case, kind="created", actor=actor, actor_label=actor_label, now=now, to_status=CaseStatus.OPEN
    )
    for attempt in attempts:
        _keep_attempt(case, attempt)
    return case


@transaction.atomic
def add_attempt(*, case: Case, attempt: Attempt, actor: User | None, now: datetime) -> RemoteAttempt:
    if case.status in (CaseStatus.SOLVED, CaseStatus.CLOSED):
        raise Refused(_("The case is %(state)s; reopen it first.") % {"state": case.get_status_display()})
    kept = _keep_attempt(case, attempt)
    record_case_event(case=case, kind="attempt_added", actor=actor, now=now, data={"tried": attempt.tried})
    return kept


@transaction.atomic
def return_case(*, case: Case, reason: str, actor: User, now: datetime) -> Case:
    """Gives a case back to a support line: there is something left to try from afar."""
    _check_no_visit_ahead(case)
    return change_case_status(case=case, to=CaseStatus.RETURNED, kind="returned", now=now, actor=actor, reason=reason)


@transaction.atomic
def close_case(*, case: Case, reason: str, actor: User, now: datetime) -> Case:
    _check_no_visit_ahead(case)
    return change_case_status(case=case, to=CaseStatus.CLOSED, kind="closed", now=now, actor=actor, reason=reason)


def _check_no_visit_ahead(case: Case) -> None:
    """A case that ends under its visit would leave a technician going, and a customer waiting, for nothing."""
    visit = case.visits.exclude(status__in=VISITS_OVER).first()
    if visit is None:
        return
    if visit.status == VisitStatus.UNDER_WAY:
        raise Refused(_("%(visit)s is under way: wait until the technician has finished.") % {"visit": visit})
    raise Refused(
        _("%(visit)s is still %(state)s: cancel the visit first, which opens the case again.")
        % {"visit": visit, "state": visit.get_status_display()}
    )


def _keep_attempt(case: Case, attempt: Attempt) -> RemoteAttempt:
    return RemoteAttempt.objects.create(
        case=case,
        line=attempt.line,
        channel=attempt.channel,
        tried=attempt.tried,
        outcome=attempt.outcome,
        said=attempt.said,
        by=attempt.by,
        at=attempt.at,
    )


def _check_belongings(customer: Customer, site: Site, contact: Contact | None, device: Device | None) -> None:
    if site.customer_id != customer.pk:
        raise Refused(_("The site belongs to another customer."))
    if contact is not None and contact.customer_id != customer.pk:
        raise Refused(_("The contact belongs to another customer."))
    if device is not None and device.site_id != site.pk:
        raise Refused(_("The device stands at another site."))
