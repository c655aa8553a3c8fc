"""What the technician found and did on site. Called with the visit already fetched for its technician."""

import math
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dispatch.enums import VisitStatus
from dispatch.models import ChecklistAnswer, ContributingFactor, Factor, Finding, Observation, Visit
from scheduling.errors import Refused
from scheduling.models import User


class FindingRefused(Refused):
    code = "finding"


@dataclass(frozen=True, slots=True)
class Measured:
    """Exactly one of the four: the observation's kind says which, and "not measured" fits every kind."""

    number: float | None = None
    choice: str = ""
    yes_no: bool | None = None
    not_measured: bool = False


def judge_value(observation: Observation, value: Measured) -> bool | None:
    """Whether the value is normal; ``None`` when nothing was measured or nothing is said to be normal.

    Raises ``FindingRefused`` when the value is not one that the observation can have.
    """
    given = (value.number is not None) + bool(value.choice) + (value.yes_no is not None) + value.not_measured
    if given != 1:
        raise FindingRefused(_("Give one value, or say that it was not measured."))
    if value.not_measured:
        return None
    if observation.kind in (Observation.Kind.NUMBER, Observation.Kind.COUNT):
        return _judge_number(observation, value.number)
    if observation.kind == Observation.Kind.YES_NO:
        if value.yes_no is None:
            raise FindingRefused(_("Answer yes or no."))
        return None if observation.normal_yes_no is None else value.yes_no == observation.normal_yes_no
    choices = {entry["code"]: bool(entry["normal"]) for entry in observation.choices}
    if value.choice not in choices:
        raise FindingRefused(_("Choose one of the answers."))
    return choices[value.choice]


def _judge_number(observation: Observation, number: float | None) -> bool | None:
    low, high = observation.possible_low, observation.possible_high
    if number is None or not math.isfinite(number):
        raise FindingRefused(_("Give a number."))
    if observation.kind == Observation.Kind.COUNT and number != int(number):
        raise FindingRefused(_("Give a whole number."))
    if (low is not None and number < low) or (high is not None and number > high):
        raise FindingRefused(
            _("%(number)s is not possible here: %(low)s to %(high)s.")
            % {"number": f"{number:g}", "low": _bound(low), "high": _bound(high)}
        )
    low, high = observation.normal_low, observation.normal_high
    if low is None and high is None:
        return None
    return (low is None or number >= low) and (high is None or number <= high)


def _bound(bound: float | None) -> str:
    return "…" if bound is None else f"{bound:g}"


@transaction.atomic
def record_finding(
    *,
    visit: Visit,
    client_id: UUID,
    observation_code: str,
    value: Measured,
    contributing: bool,
    note: str,
    at: datetime,
    actor: User | None,
) -> Finding:
    """``client_id`` names the finding: recording it again corrects it. Unit, firmware and catalogue are of the day."""
    _refuse_cancelled(visit)
    observation = Observation.objects.filter(code=observation_code, active=True).first()
    if observation is None:
        raise FindingRefused(_("This observation is not in the catalogue."), observation=observation_code)
    is_normal = judge_value(observation, value)
    finding, _created = Finding.objects.update_or_create(
        visit=visit,
        client_id=client_id,
        defaults={
            "observation": observation,
            "catalogue_version": observation.catalogue_version,
            "number": value.number,
            "choice": value.choice,
            "yes_no": value.yes_no,
            "not_measured": value.not_measured,
            "unit": observation.unit,
            "is_normal": is_normal,
            "contributing": contributing and not value.not_measured,
            "note": note.strip()[:1000],
            "firmware": visit.device.firmware if visit.device else "",
            "recorded_at": at,
            "recorded_by": actor,
        },
    )
    return finding


@transaction.atomic
def identify_factor(*, visit: Visit, factor_code: str, present: bool, primary: bool) -> ContributingFactor | None:
    """A new primary makes the old one a contributing factor. ``present`` false takes the factor away."""
    _refuse_cancelled(visit)
    factor = Factor.objects.filter(code=factor_code, active=True).first()
    if factor is None:
        raise FindingRefused(_("This factor is not in the catalogue."), factor=factor_code)
    if not present:
        visit.factors.filter(factor=factor).delete()
        return None
    if primary:
        visit.factors.filter(primary=True).exclude(factor=factor).update(primary=False)
    identified, _created = ContributingFactor.objects.update_or_create(
        visit=visit, factor=factor, defaults={"primary": primary}
    )
    return identified


def answer_check(*, visit: Visit, position: int, done: bool, at: datetime) -> None:
    _refuse_cancelled(visit)
    if not ChecklistAnswer.objects.filter(visit=visit, position=position).update(done_at=at if done else None):
        raise FindingRefused(_("The checklist has no such item."), position=position)


def write_summary(*, visit: Visit, text: str) -> None:
    _refuse_cancelled(visit)
    visit.summary = text.strip()[:4000]
    visit.save(update_fields=["summary"])


def _refuse_cancelled(visit: Visit) -> None:
    if visit.status == VisitStatus.CANCELLED:
        raise FindingRefused(_("The visit was cancelled."))
