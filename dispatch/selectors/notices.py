from collections.abc import Sequence

from django.db.models import Count, QuerySet

from dispatch.enums import NoticeStatus
from dispatch.models import Notice


def find_notices(*, status: str = "", search: str = "") -> QuerySet[Notice]:
    notices = Notice.objects.select_related("case", "visit__case__customer").order_by("-created_at", "-pk")
    if status:
        notices = notices.filter(status=status)
    if search:
        notices = notices.filter(recipient__icontains=search) | notices.filter(subject__icontains=search)
    return notices


def count_notices_by_status() -> dict[str, int]:
    return dict(Notice.objects.order_by().values_list("status").annotate(Count("pk")))


def read_technicians_told(*, visit_ids: Sequence[int]) -> dict[int, str]:
    """By visit, the promise and technician named last, as ``promise-technician``: sent already, or about to be."""
    named = Notice.objects.filter(visit_id__in=visit_ids, event__startswith="technician_named:")
    left = named.exclude(status__in=(NoticeStatus.DROPPED, NoticeStatus.FAILED)).order_by("pk")
    return {
        visit_id: event.split(":")[2].rsplit("-", 1)[0]
        for visit_id, event in left.values_list("visit_id", "event")
        if visit_id
    }
