"""A visit follows its stop through the day. Called inside the transaction that recorded the act."""

from datetime import datetime

from dispatch.enums import CASE_TRANSITIONS, VISIT_TRANSITIONS, CaseStatus, VisitStatus
from dispatch.models import Visit
from dispatch.services.history import change_case_status, change_visit_status
from dispatch.services.reports import issue_report
from scheduling.enums import StopAct
from scheduling.models import Stop

LEADS_TO: dict[str, tuple[VisitStatus, ...]] = {
    StopAct.FINISHED: (VisitStatus.UNDER_WAY, VisitStatus.DONE),
    StopAct.NOT_COMPLETED: (VisitStatus.NOT_DONE,),
}
CASE_AFTER = {VisitStatus.DONE: CaseStatus.SOLVED, VisitStatus.NOT_DONE: CaseStatus.OPEN}


def follow_stop(*, stop_id: int, act: str, now: datetime) -> None:
    """Done solves the case and issues the report; not done opens the case again, so that someone decides what next."""
    stop = Stop.objects.select_related("technician__user").get(pk=stop_id)
    visit = Visit.objects.select_related("case").filter(appointment_id=stop.appointment_id).first()
    if visit is None:
        return
    actor, name = stop.technician.user, stop.technician.name
    for to in LEADS_TO.get(act, (VisitStatus.UNDER_WAY,)):
        if to in VISIT_TRANSITIONS[visit.status]:
            change_visit_status(
                visit=visit,
                to=to,
                kind=act,
                now=now,
                actor=actor,
                actor_label=name,
                reason=stop.not_completed_reason if to == VisitStatus.NOT_DONE else "",
            )
    after = CASE_AFTER.get(VisitStatus(visit.status))
    if after is not None and after in CASE_TRANSITIONS[visit.case.status]:
        change_case_status(
            case=visit.case,
            to=after,
            kind="visit_done" if after == CaseStatus.SOLVED else "visit_not_done",
            visit=visit,
            now=now,
            actor=actor,
            actor_label=name,
            reason=stop.not_completed_reason,
        )
    if act == StopAct.FINISHED and visit.status == VisitStatus.DONE:
        issue_report(visit_id=visit.pk, now=now)
