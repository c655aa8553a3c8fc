"""States and their tables of transitions. A status changes only through a service, which asks ``may_become``."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Priority(models.IntegerChoices):
    """The number is the factor in the price of leaving an appointment out."""

    LOW = 1, _("low")
    NORMAL = 2, _("normal")
    HIGH = 4, _("high")
    URGENT = 8, _("urgent")


class AppointmentStatus(models.TextChoices):
    REQUESTED = "requested", _("requested")
    OFFERED = "offered", _("offered")
    HELD = "held", _("held")
    CONFIRMED = "confirmed", _("confirmed")
    FULFILLED = "fulfilled", _("fulfilled")
    MISSED = "missed", _("missed")
    CANCELLED = "cancelled", _("cancelled")


class OfferStatus(models.TextChoices):
    OFFERED = "offered", _("offered")
    HELD = "held", _("held")
    ACCEPTED = "accepted", _("accepted")
    EXPIRED = "expired", _("expired")
    WITHDRAWN = "withdrawn", _("withdrawn")


class StopStatus(models.TextChoices):
    PLANNED = "planned", _("planned")
    ON_THE_WAY = "on_the_way", _("on the way")
    ARRIVED = "arrived", _("arrived")
    WORKING = "working", _("working")
    PAUSED = "paused", _("paused")
    FINISHED = "finished", _("finished")
    NOT_COMPLETED = "not_completed", _("not completed")
    TAKEN_OFF = "taken_off", _("taken off")


class StopAct(models.TextChoices):
    ON_MY_WAY = "on_my_way", _("on my way")
    ARRIVED = "arrived", _("arrived")
    STARTED = "started", _("started")
    PAUSED = "paused", _("paused")
    RESUMED = "resumed", _("resumed")
    FINISHED = "finished", _("finished")
    NOT_COMPLETED = "not_completed", _("could not complete")


class RunStatus(models.TextChoices):
    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class PlanStatus(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    PUBLISHED = "published", _("published")
    DROPPED = "dropped", _("dropped")
    STALE = "stale", _("stale")


class AbsenceKind(models.TextChoices):
    HOLIDAY = "holiday", _("holiday")
    ILLNESS = "illness", _("illness")
    TRAINING = "training", _("training")
    OTHER = "other", _("other")


class PromiseOutcome(models.TextChoices):
    OPEN = "open", _("open")
    KEPT = "kept", _("kept")
    BROKEN = "broken", _("broken")
    WITHDRAWN = "withdrawn", _("withdrawn")


A, S, F, R, P = AppointmentStatus, StopStatus, OfferStatus, RunStatus, PlanStatus

APPOINTMENT_TRANSITIONS: dict[str, frozenset[str]] = {
    A.REQUESTED: frozenset({A.OFFERED, A.HELD, A.CONFIRMED, A.FULFILLED, A.MISSED, A.CANCELLED}),
    A.OFFERED: frozenset({A.REQUESTED, A.HELD, A.CONFIRMED, A.FULFILLED, A.MISSED, A.CANCELLED}),
    A.HELD: frozenset({A.OFFERED, A.REQUESTED, A.CONFIRMED, A.CANCELLED}),
    A.CONFIRMED: frozenset({A.OFFERED, A.REQUESTED, A.FULFILLED, A.MISSED, A.CANCELLED}),
    A.FULFILLED: frozenset(),
    A.MISSED: frozenset({A.REQUESTED, A.CANCELLED}),
    A.CANCELLED: frozenset(),
}
OFFER_TRANSITIONS: dict[str, frozenset[str]] = {
    F.OFFERED: frozenset({F.HELD, F.EXPIRED, F.WITHDRAWN}),
    F.HELD: frozenset({F.OFFERED, F.ACCEPTED, F.EXPIRED, F.WITHDRAWN}),
    F.ACCEPTED: frozenset({F.WITHDRAWN}),
    F.EXPIRED: frozenset(),
    F.WITHDRAWN: frozenset(),
}
STOP_TRANSITIONS: dict[str, frozenset[str]] = {
    S.PLANNED: frozenset({S.ON_THE_WAY, S.ARRIVED, S.NOT_COMPLETED, S.TAKEN_OFF}),
    S.ON_THE_WAY: frozenset({S.ARRIVED, S.NOT_COMPLETED, S.TAKEN_OFF}),
    S.ARRIVED: frozenset({S.WORKING, S.NOT_COMPLETED}),
    S.WORKING: frozenset({S.PAUSED, S.FINISHED, S.NOT_COMPLETED}),
    S.PAUSED: frozenset({S.WORKING, S.FINISHED, S.NOT_COMPLETED}),
    S.FINISHED: frozenset(),
    S.NOT_COMPLETED: frozenset(),
    S.TAKEN_OFF: frozenset(),
}
ACT_LEADS_TO: dict[str, str] = {
    StopAct.ON_MY_WAY: S.ON_THE_WAY,
    StopAct.ARRIVED: S.ARRIVED,
    StopAct.STARTED: S.WORKING,
    StopAct.PAUSED: S.PAUSED,
    StopAct.RESUMED: S.WORKING,
    StopAct.FINISHED: S.FINISHED,
    StopAct.NOT_COMPLETED: S.NOT_COMPLETED,
}
RUN_TRANSITIONS: dict[str, frozenset[str]] = {
    R.QUEUED: frozenset({R.RUNNING, R.CANCELLED, R.FAILED}),
    R.RUNNING: frozenset({R.QUEUED, R.DONE, R.FAILED, R.CANCELLED}),
    R.DONE: frozenset(),
    R.FAILED: frozenset(),
    R.CANCELLED: frozenset(),
}
PLAN_TRANSITIONS: dict[str, frozenset[str]] = {
    P.PROPOSED: frozenset({P.PUBLISHED, P.DROPPED, P.STALE}),
    P.STALE: frozenset({P.DROPPED, P.PUBLISHED}),
    P.PUBLISHED: frozenset(),
    P.DROPPED: frozenset(),
}

APPOINTMENT_OPEN = frozenset({A.REQUESTED, A.OFFERED, A.HELD, A.CONFIRMED})
STOP_FREE = frozenset({S.PLANNED})
STOP_UNDER_WAY = frozenset({S.ON_THE_WAY, S.ARRIVED, S.WORKING, S.PAUSED})
STOP_OVER = frozenset({S.FINISHED, S.NOT_COMPLETED})
