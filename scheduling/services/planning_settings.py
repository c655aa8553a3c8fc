"""The settings of planning and the sets of weights, written in one go. They hold from the next plan on."""

from dataclasses import dataclass
from datetime import time
from typing import NamedTuple

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from scheduling.enums import RunStatus
from scheduling.errors import Refused
from scheduling.models import PlanningSettings, Run, SpeedStep, WeightSet
from scheduling.models.weights import WEIGHT_FIELDS
from scheduling.services.fingerprints import check_seen, fingerprint_of


class Step(NamedTuple):
    """From ``starts`` on driving goes at ``percent``. ``weekday`` None: every day without steps of its own."""

    weekday: int | None
    starts: time
    percent: int


@dataclass(frozen=True, slots=True)
class PlanningValues:
    weight_set: int | None
    freeze_s: int
    continuity_months: int
    currency: str
    steps: frozenset[Step]

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self)


@dataclass(frozen=True, slots=True)
class WeightValues:
    """``weights`` in the order of ``WEIGHT_FIELDS``."""

    name: str
    weights: tuple[int, ...]


def read_planning_settings() -> PlanningValues:
    row = PlanningSettings.current()
    steps = row.speed_steps.values_list("weekday", "starts", "percent") if row.pk else ()
    return PlanningValues(
        row.weight_set_id, row.freeze_s, row.continuity_months, row.currency, frozenset(Step(*step) for step in steps)
    )


@transaction.atomic
def set_planning_settings(*, values: PlanningValues, seen: str = "") -> None:
    """``seen`` is the fingerprint of what the writer looked at. Raises ``Refused`` when that has changed since."""
    lock_planning_settings()
    check_seen(seen, read_planning_settings().fingerprint)
    row = PlanningSettings.current()
    row.weight_set = None if values.weight_set is None else WeightSet.objects.get(pk=values.weight_set)
    row.freeze_s = values.freeze_s
    row.continuity_months = values.continuity_months
    row.currency = values.currency
    row.save()
    row.speed_steps.all().delete()
    SpeedStep.objects.bulk_create(SpeedStep(settings=row, **step._asdict()) for step in sorted(values.steps, key=repr))


def lock_planning_settings() -> None:
    """Until the transaction ends; SQLite's locks the whole database anyway. The row is made where there is none."""
    PlanningSettings.objects.get_or_create(pk=1)
    PlanningSettings.objects.select_for_update().get(pk=1)


@transaction.atomic
def save_weight_set(*, weight_set: WeightSet, seen: str = "") -> WeightSet:
    """A new one gets its code from its name. Raises ``ProblemError`` for a value that is not possible, ``Refused`` when
    it is no longer as its writer saw it or its name is another's."""
    weight_set.weights()
    if weight_set.has_taken_name():
        raise Refused(_("Another set of weights is called so. Choose another name."))
    if weight_set.pk is not None:
        check_seen(seen, fingerprint_weights(WeightSet.objects.select_for_update().get(pk=weight_set.pk)))
    if not weight_set.code:
        weight_set.code = find_free_code(weight_set.name)
    weight_set.save()
    return weight_set


@transaction.atomic
def delete_weight_set(*, weight_set_id: int) -> str:
    """Gives its name. What was planned with it keeps its figures, without the set. Raises ``Refused`` for one that came
    with the software, that is the usual one, or that a planner is using."""
    lock_planning_settings()
    weight_set = WeightSet.objects.select_for_update().get(pk=weight_set_id)
    if weight_set.is_seeded:
        raise Refused(_("The sets that came with the software can be changed, but not deleted."))
    if PlanningSettings.objects.filter(weight_set=weight_set).exists():
        raise Refused(_("It is the usual set. Choose another one in the planning settings first."))
    if Run.objects.filter(weight_set=weight_set, status__in=(RunStatus.QUEUED, RunStatus.RUNNING)).exists():
        raise Refused(_("A plan is being made with it. Wait until it is done, or cancel it."))
    weight_set.delete()
    return weight_set.label


def fingerprint_weights(weight_set: WeightSet) -> str:
    return fingerprint_of(WeightValues(weight_set.name, tuple(getattr(weight_set, name) for name in WEIGHT_FIELDS)))


def find_free_code(name: str) -> str:
    wanted = slugify(name)[:32] or "weights"
    taken = set(WeightSet.objects.filter(code__startswith=wanted).values_list("code", flat=True))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(code for code in numbered if code not in taken)
