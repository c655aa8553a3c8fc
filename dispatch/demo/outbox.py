from dispatch.enums import NoticeStatus
from dispatch.models import Notice
from dispatch.services.delivery import send_one


def send_messages() -> int:
    """Sends what is due, each at its own moment, so that the outbox looks lived in. Returns how many left."""
    due = Notice.objects.filter(status=NoticeStatus.DUE).order_by("due_at", "pk")
    return sum(send_one(notice_id=pk, now=due_at) for pk, due_at in list(due.values_list("pk", "due_at")))
