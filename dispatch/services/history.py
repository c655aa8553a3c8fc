from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from dispatch.enums import CASE_TRANSITIONS, VISIT_TRANSITIONS, CaseStatus, VisitStatus
from dispatch.models import Case, CaseEvent, Visit
from scheduling.errors import TransitionRefused
from scheduling.models import User
from scheduling.services.history import actor_name


def record_case_event(
    *,
    case: Case,
    visit: Visit | None = None,
    kind: str,
    actor: User | None = None,
    actor_label: str = "",
    now: datetime,
    from_status: str = "",
    to_status: str = "",
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> CaseEvent:
    return CaseEvent.objects.create(
        case=case,
        visit=visit,
        at=now,
        actor=actor,
        actor_label=actor_label or actor_name(actor),
        kind=kind,
        from_status=from_status,
        to_status=to_status,
        reason=reason,
        data=data or {},
    )


def change_case_status(
    *,
    case: Case,
    to: CaseStatus,
    kind: str,
    now: datetime,
    visit: Visit | None = None,
    actor: User | None = None,
    actor_label: str = "",
    reason: str = "",
) -> Case:
    """Compare-and-swap from the status the case was read with. Raises ``TransitionRefused``."""
    before = case.status
    if to not in CASE_TRANSITIONS[before]:
        raise TransitionRefused(_("The case is %(state)s; that can't be done.") % {"state": case.get_status_display()})
    if not Case.objects.filter(pk=case.pk, status=before).update(status=to):
        raise TransitionRefused(_("Someone else has just changed this case. Look at it again."))
    case.status = to
    record_case_event(
        case=case,
        visit=visit,
        kind=kind,
        now=now,
        actor=actor,
        actor_label=actor_label,
        reason=reason,
        from_status=before,
        to_status=to,
    )
    return case


def change_visit_status(
    *,
    visit: Visit,
    to: VisitStatus,
    kind: str,
    now: datetime,
    actor: User | None = None,
    actor_label: str = "",
    reason: str = "",
) -> Visit:
    """Compare-and-swap from the status and version the visit was read with. Raises ``TransitionRefused``."""
    before = visit.status
    if to not in VISIT_TRANSITIONS[before]:
        raise TransitionRefused(
            _("The visit is %(state)s; that can't be done any more.") % {"state": visit.get_status_display()}
        )
    changed = Visit.objects.filter(pk=visit.pk, status=before, version=visit.version).update(
        status=to, version=visit.version + 1
    )
    if not changed:
        raise TransitionRefused(_("Someone else has just changed this visit. Look at it again."))
    visit.status, visit.version = to, visit.version + 1
    record_case_event(
        case=visit.case,
        visit=visit,
        kind=kind,
        now=now,
        actor=actor,
        actor_label=actor_label,
        reason=reason,
        from_status=before,
        to_status=to,
    )
    return visit
