"""What a service says when it declines. The text is for people; the code is for programs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule that a plan would break, in words. ``forceable``: a dispatcher may overrule it with a reason."""

    rule: str
    text: str
    forceable: bool
    appointment_id: int | None = None
    technician: str = ""


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One sentence about an appointment; whoever shows it says whose."""

    text: str
    appointment_id: int | None = None


class Refused(Exception):
    code = "refused"

    def __init__(self, text: str, **params: Any) -> None:
        super().__init__(text)
        self.params = params


class TransitionRefused(Refused):
    """The thing is in a state from which this can't be done, perhaps because someone was quicker."""

    code = "transition"


class PlanReplaced(TransitionRefused):
    """A newer proposal for one of its days has come since."""

    code = "plan_replaced"

    def __init__(self) -> None:
        super().__init__(_("A newer proposal has come. Look at it; nothing was published."))


class SlotTaken(Refused):
    code = "slot_taken"


class HoldExpired(Refused):
    code = "hold_expired"


class RunUnderWay(Refused):
    code = "run_under_way"


class TooBusy(Refused):
    """Others changed the same routes each time we tried."""

    code = "too_busy"

    def __init__(self) -> None:
        super().__init__(_("Others are changing the same routes right now. Please try again in a moment."))


@dataclass(eq=False)
class MoveRefused(Refused):
    code = "move_refused"
    violations: Sequence[BrokenRule] = field(default_factory=tuple)

    def __post_init__(self) -> None:
        super().__init__(" ".join(violation.text for violation in self.violations))


@dataclass(eq=False)
class PlanChanged(Refused):
    """What changed since the proposal was made, or what it would break by now."""

    code = "plan_changed"
    changes: Sequence[PlanChange] = field(default_factory=tuple)

    def __post_init__(self) -> None:
        super().__init__(" ".join(change.text for change in self.changes))
