"""Acts of phones: each takes effect once and gets one final receipt, both written in one transaction."""

import random
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite
from typing import Any
from uuid import UUID

from django.db import IntegrityError, OperationalError, transaction
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from dispatch.models import PairedDevice
from dispatch.problems import list_field_errors
from dispatch.text import clean_text
from mobile_api.former import CODE as TAKEN_AWAY
from mobile_api.former import keep_former_act
from mobile_api.handlers import HANDLERS, Deed
from mobile_api.models import Act
from mobile_api.permissions import TakenAway
from scheduling.errors import Refused, TooBusy, TransitionRefused
from scheduling.services.routes import ATTEMPTS, FIRST_PAUSE_S, is_retried

DUPLICATE = "duplicate"
OLDEST = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class SentAct:
    id: UUID
    sequence: int
    kind: str
    device_time: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """``status``: applied, duplicate (the first answer is in ``first``), conflict or rejected. Each is final."""

    id: UUID | str
    sequence: int
    status: str
    first: str = ""
    code: str = ""
    reason: str = ""


def apply_acts(*, device: PairedDevice, acts: Iterable[SentAct], now: datetime) -> list[Receipt]:
    """In the order of their sequence, whatever the order they came in. One that fails does not stop the next."""
    return [_apply_safely(device, sent, now) for sent in sorted(acts, key=lambda sent: sent.sequence)]


def _apply_safely(device: PairedDevice, sent: SentAct, now: datetime) -> Receipt:
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(FIRST_PAUSE_S * 2**attempt * random.random())
        try:
            with transaction.atomic():
                return _apply_once(device, sent, now)
        except (OperationalError, IntegrityError) as error:
            if not is_retried(error) and not Act.objects.filter(device=device, client_id=sent.id).exists():
                raise
    raise TooBusy


def _apply_once(device: PairedDevice, sent: SentAct, now: datetime) -> Receipt:
    known = Act.objects.filter(device=device, client_id=sent.id).first()
    if known is not None:
        return Receipt(sent.id, sent.sequence, DUPLICATE, known.answer, known.code, known.reason)
    answer, code, text = _take_effect(device, sent, now)
    reason = clean_text(text)[:500]
    Act.objects.create(
        device=device,
        client_id=sent.id,
        sequence=sent.sequence,
        kind=clean_text(sent.kind)[:32],
        data=_storable(sent.data, whole=code == TAKEN_AWAY),
        device_time=sent.device_time,
        received_at=now,
        answer=answer,
        code=code,
        reason=reason,
    )
    return Receipt(sent.id, sent.sequence, answer, "", code, reason)


def _take_effect(device: PairedDevice, sent: SentAct, now: datetime) -> tuple[Act.Answer, str, str]:
    """Inside a savepoint: what a refused act has written is undone, its receipt stays."""
    if sent.kind not in HANDLERS:
        return Act.Answer.REJECTED, "kind", _("This kind of act is not known here. Update the app.")
    schema, handle = HANDLERS[sent.kind]
    try:
        read = schema(data=sent.data)
        read.is_valid(raise_exception=True)
        at = min(max(sent.device_time, now - OLDEST), now)
        deed = Deed(device, sent.id, sent.kind, at, now)
        with transaction.atomic():
            handle(deed, read.validated_data)
    except ValidationError as error:
        return (
            Act.Answer.REJECTED,
            "data",
            "; ".join(f"{e['field']}: {e['detail']}" for e in list_field_errors(error.detail)),
        )
    except TakenAway as gone:
        return Act.Answer.CONFLICT, TAKEN_AWAY, keep_former_act(deed=deed, visit=gone.visit, data=read.validated_data)
    except Http404:
        return Act.Answer.REJECTED, "not_found", _("This stop is not on your route.")
    except TransitionRefused as error:
        return Act.Answer.CONFLICT, error.code, str(error)
    except TooBusy:
        raise
    except Refused as error:
        return Act.Answer.REJECTED, error.code, str(error)
    return Act.Answer.APPLIED, "", ""


def _storable(value: Any, *, whole: bool = False) -> Any:
    """What every database takes: no infinite numbers, no characters that are none. Strokes of a signature are kept by
    the visit and stay out here, unless the visit did not take them (``whole``)."""
    if isinstance(value, dict):
        kept = {key: inner for key, inner in value.items() if whole or key != "image"}
        return {clean_text(str(key)): _storable(inner, whole=whole) for key, inner in kept.items()}
    if isinstance(value, list):
        return [_storable(inner, whole=whole) for inner in value]
    if isinstance(value, str):
        return clean_text(value)
    return None if isinstance(value, float) and not isfinite(value) else value
