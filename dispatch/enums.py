from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CaseStatus(models.TextChoices):
    OPEN = "open", _("open")
    VISIT_OPENED = "visit_opened", _("visit opened")
    RETURNED = "returned", _("returned to a line")
    SOLVED = "solved", _("solved")
    CLOSED = "closed", _("closed")


class VisitStatus(models.TextChoices):
    OPEN = "open", _("open")
    SCHEDULED = "scheduled", _("scheduled")
    UNDER_WAY = "under_way", _("under way")
    DONE = "done", _("done")
    PART_DONE = "part_done", _("part done")
    NOT_DONE = "not_done", _("not done")
    CANCELLED = "cancelled", _("cancelled")


class AttemptOutcome(models.TextChoices):
    NOT_SOLVED = "not_solved", _("not solved")
    PARTLY_SOLVED = "partly_solved", _("partly solved")
    CAME_BACK = "came_back", _("solved, then came back")
    NOT_REACHED = "not_reached", _("customer not reached")
    NEEDS_VISIT = "needs_visit", _("needs someone on site")


class NoticeStatus(models.TextChoices):
    WAITING = "waiting", _("waiting for publication")
    DUE = "due", pgettext_lazy("message", "to be sent")
    SENDING = "sending", _("sending")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    DROPPED = "dropped", _("dropped")


class NoticeChannel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    WEBHOOK = "webhook", _("machine")


class ContactRole(models.TextChoices):
    ASKS = "asks", _("asks")
    ON_SITE = "on_site", _("on site")
    PAYS = "pays", _("pays")


class Terms(models.TextChoices):
    FREE = "free", _("free")
    LIMITED = "limited", _("limited term (warranty)")
    SUBSCRIPTION = "subscription", _("subscription")
    PAID = "paid", _("paid")
    SPECIAL = "special", _("special conditions")


class NotCompletedReason(models.TextChoices):
    NO_ACCESS = "no_access", _("no access")
    NOBODY_HOME = "nobody_home", _("nobody was there")
    PART_MISSING = "part_missing", _("a part is missing")
    SKILL_MISSING = "skill_missing", _("needs other skills")
    UNSAFE = "unsafe", _("not safe")
    OUT_OF_TIME = "out_of_time", _("out of time")
    CUSTOMER_REFUSED = "customer_refused", _("the customer did not want it")
    OTHER = "other", _("other")


C, V, N = CaseStatus, VisitStatus, NoticeStatus

CASE_TRANSITIONS: dict[str, frozenset[str]] = {
    C.OPEN: frozenset({C.VISIT_OPENED, C.RETURNED, C.SOLVED, C.CLOSED}),
    C.VISIT_OPENED: frozenset({C.OPEN, C.RETURNED, C.SOLVED, C.CLOSED}),
    C.RETURNED: frozenset({C.OPEN, C.VISIT_OPENED, C.SOLVED, C.CLOSED}),
    C.SOLVED: frozenset({C.OPEN, C.CLOSED}),
    C.CLOSED: frozenset(),
}
VISIT_TRANSITIONS: dict[str, frozenset[str]] = {
    V.OPEN: frozenset({V.SCHEDULED, V.UNDER_WAY, V.NOT_DONE, V.CANCELLED}),
    V.SCHEDULED: frozenset({V.OPEN, V.UNDER_WAY, V.NOT_DONE, V.CANCELLED}),
    V.UNDER_WAY: frozenset({V.DONE, V.PART_DONE, V.NOT_DONE}),
    V.DONE: frozenset(),
    V.PART_DONE: frozenset(),
    V.NOT_DONE: frozenset(),
    V.CANCELLED: frozenset(),
}
VISITS_OVER = frozenset(status for status, leads_to in VISIT_TRANSITIONS.items() if not leads_to)
NOTICE_TRANSITIONS: dict[str, frozenset[str]] = {
    N.WAITING: frozenset({N.DUE, N.DROPPED}),
    N.DUE: frozenset({N.SENDING, N.DROPPED}),
    N.SENDING: frozenset({N.SENT, N.DUE, N.FAILED}),
    N.SENT: frozenset(),
    N.FAILED: frozenset({N.DUE, N.DROPPED}),
    N.DROPPED: frozenset(),
}
