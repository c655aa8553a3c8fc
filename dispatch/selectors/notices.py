from django.db.models import Count, QuerySet

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
