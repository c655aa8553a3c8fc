from datetime import datetime
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from dispatch.catalogue import FACTOR_GROUPS, OBSERVATION_GROUPS, load_catalogue
from dispatch.enums import VisitStatus
from dispatch.models import Factor, Finding, Observation, Visit
from dispatch.services.findings import (
    FindingRefused,
    Measured,
    answer_check,
    identify_factor,
    record_finding,
    write_summary,
)
from tests.mobile_api.world import World

NOW = datetime.fromisoformat("2026-11-19T10:00:00+00:00")


@pytest.fixture
def world(db: None) -> World:
    return World(now=timezone.now())


@pytest.fixture
def visit(world: World) -> Visit:
    return world.visits[0]


def record(visit: Visit, code: str, value: Measured, **more: object) -> Finding:
    fields = {"client_id": uuid4(), "contributing": False, "note": "", "at": NOW, "actor": None} | more
    return record_finding(visit=visit, observation_code=code, value=value, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "value", "normal"),
    [
        ("TH-TEMP", Measured(number=18), True),
        ("TH-TEMP", Measured(number=27.1), False),
        ("TH-TEMP", Measured(number=-12.5), False),
        ("RF-RSSI", Measured(number=-70), True),
        ("RF-RSSI", Measured(number=-71), False),
        ("PW-DIPS", Measured(number=0), True),
        ("PW-DIPS", Measured(number=3), False),
        ("TH-SUN", Measured(yes_no=False), True),
        ("TH-SUN", Measured(yes_no=True), False),
        ("AI-DUST", Measured(choice="light"), True),
        ("AI-DUST", Measured(choice="clogging"), False),
        ("PW-VOLT", Measured(not_measured=True), None),
    ],
)
def test_a_value_is_judged(visit: Visit, code: str, value: Measured, normal: bool | None) -> None:
    assert record(visit, code, value).is_normal is normal


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("TH-TEMP", Measured()),
        ("TH-TEMP", Measured(number=20, not_measured=True)),
        ("TH-TEMP", Measured(number=20, choice="ok")),
        ("TH-TEMP", Measured(number=91)),
        ("TH-TEMP", Measured(number=float("nan"))),
        ("TH-TEMP", Measured(number=float("inf"))),
        ("TH-TEMP", Measured(yes_no=True)),
        ("PW-DIPS", Measured(number=1.5)),
        ("PW-DIPS", Measured(number=-1)),
        ("TH-SUN", Measured(number=1)),
        ("AI-DUST", Measured(choice="some")),
        ("XX-XXX", Measured(number=1)),
    ],
)
def test_what_the_observation_cannot_have_is_refused(visit: Visit, code: str, value: Measured) -> None:
    with pytest.raises(FindingRefused):
        record(visit, code, value)
    assert not Finding.objects.exists()


def test_a_finding_keeps_unit_firmware_and_catalogue_of_its_day(visit: Visit) -> None:
    finding = record(visit, "TH-TEMP", Measured(number=33.5), contributing=True, note=" junto al horno ")
    Observation.objects.filter(code="TH-TEMP").update(unit="°F", catalogue_version=2)
    visit.device.firmware = "9.9"  # type: ignore[union-attr]
    visit.device.save()  # type: ignore[union-attr]
    finding.refresh_from_db()
    assert (finding.unit, finding.firmware, finding.catalogue_version) == ("°C", "4.1.2", 1)
    assert (finding.contributing, finding.note) == (True, "junto al horno")


def test_recording_it_again_corrects_it(visit: Visit) -> None:
    ident = uuid4()
    record(visit, "TH-TEMP", Measured(number=33), client_id=ident)
    record(visit, "TH-TEMP", Measured(not_measured=True), client_id=ident, contributing=True)
    finding = Finding.objects.get()
    assert (finding.number, finding.not_measured, finding.is_normal, finding.contributing) == (None, True, None, False)


def test_one_primary_factor(visit: Visit) -> None:
    identify_factor(visit=visit, factor_code="EN-HEAT", present=True, primary=True)
    identify_factor(visit=visit, factor_code="EN-DUST", present=True, primary=True)
    assert [(one.factor.code, one.primary) for one in visit.factors.all()] == [("EN-DUST", True), ("EN-HEAT", False)]
    identify_factor(visit=visit, factor_code="EN-DUST", present=False, primary=False)
    assert [one.factor.code for one in visit.factors.all()] == ["EN-HEAT"]
    with pytest.raises(FindingRefused):
        identify_factor(visit=visit, factor_code="NONE", present=True, primary=False)


def test_the_checklist_has_only_its_items(visit: Visit) -> None:
    answer_check(visit=visit, position=1, done=True, at=NOW)
    assert [item.done_at for item in visit.checklist.all()] == [None, NOW]
    answer_check(visit=visit, position=1, done=False, at=NOW)
    with pytest.raises(FindingRefused):
        answer_check(visit=visit, position=7, done=True, at=NOW)
    assert [item.done_at for item in visit.checklist.all()] == [None, None]


def test_a_cancelled_visit_takes_nothing(visit: Visit) -> None:
    visit.status = VisitStatus.CANCELLED
    for refused in (
        lambda: record(visit, "TH-SUN", Measured(yes_no=True)),
        lambda: write_summary(visit=visit, text="x"),
        lambda: identify_factor(visit=visit, factor_code="EN-HEAT", present=True, primary=True),
    ):
        with pytest.raises(FindingRefused):
            refused()


def test_the_catalogue_loads_as_often_as_one_likes(db: None) -> None:
    load_catalogue()
    load_catalogue()
    assert (Observation.objects.count(), Factor.objects.count()) == (12, 25)
    assert set(Observation.objects.values_list("group", flat=True)) == set(OBSERVATION_GROUPS)
    assert set(Factor.objects.values_list("group", flat=True)) == set(FACTOR_GROUPS)


def test_an_edited_range_survives_the_next_load(db: None) -> None:
    load_catalogue()
    Observation.objects.filter(code="TH-TEMP").update(normal_high=30)
    Observation.objects.filter(code="HU-RH").update(catalogue_version=0, normal_high=1)
    call_command("load_catalogue")
    edited = Observation.objects.filter(code__in=("TH-TEMP", "HU-RH")).order_by("code")
    assert [one.normal_high for one in edited] == [70, 30]


def test_the_catalogue_speaks_both_languages(world: World) -> None:
    observation = Observation.objects.get(code="PW-VOLT")
    with translation.override("es"):
        assert str(observation) == "Tensión de alimentación"
    with translation.override("en"):
        assert str(observation) == "Supply voltage"


def test_every_choice_has_a_normal_answer(world: World) -> None:
    for observation in Observation.objects.filter(kind=Observation.Kind.CHOICE):
        assert {bool(choice["normal"]) for choice in observation.choices} == {True, False}
