from datetime import datetime

from django.db.models import Count, Q

from dispatch.enums import CaseStatus, NoticeStatus, VisitStatus
from dispatch.models import Case, Notice, Visit
from scheduling.models import Technician

TO_DECIDE = (CaseStatus.OPEN, CaseStatus.RETURNED)


def count_overview(*, now: datetime) -> dict[str, int]:
    """The figures of the administrator's start page: four queries, however much there is."""
    cases = Case.objects.aggregate(
        to_decide=Count("pk", filter=Q(status__in=TO_DECIDE)),
        overdue=Count("pk", filter=Q(status__in=(*TO_DECIDE, CaseStatus.VISIT_OPENED), due_at__lt=now)),
    )
    visits = Visit.objects.aggregate(
        open_visits=Count("pk", filter=Q(status__in=(VisitStatus.OPEN, VisitStatus.SCHEDULED, VisitStatus.UNDER_WAY)))
    )
    notices = Notice.objects.aggregate(failed_notices=Count("pk", filter=Q(status=NoticeStatus.FAILED)))
    return {**cases, **visits, **notices, "technicians": Technician.objects.filter(active=True).count()}
