from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from dispatch.models import CaseEvent, Finding, Visit, VisitReport
from mobile_api.models import Act
from scheduling.enums import AppointmentStatus
from scheduling.models import Appointment, Stop
from tests.mobile_api.world import MINUTE, Phone, World

ACTS = "/api/v1/acts/"


def first_visit(world: World) -> Visit:
    return world.visits[0]


def status_of(stop: Stop) -> str:
    return Stop.objects.get(pk=stop.pk).status


def test_a_day_in_one_batch(world: World, phone: Phone) -> None:
    stop, visit = world.stops[0], first_visit(world)
    sent = [
        phone.act("on_my_way", world.eight + 10 * MINUTE, stop=stop.pk),
        phone.act("started", world.eight + 35 * MINUTE, stop=stop.pk),
        phone.act("checklist_item", world.eight + 36 * MINUTE, visit=visit.pk, position=1, done=True),
        phone.act("finding_recorded", world.eight + 40 * MINUTE, visit=visit.pk, observation="TH-TEMP", number=33.5),
        phone.act("factor_identified", world.eight + 41 * MINUTE, visit=visit.pk, factor="EN-HEAT", primary=True),
        phone.act("note", world.eight + 50 * MINUTE, visit=visit.pk, text="Ventilador cambiado."),
        phone.act("signature", world.eight + 55 * MINUTE, visit=visit.pk, name="Ana Beltrán"),
        phone.act("finished", world.eight + 56 * MINUTE, stop=stop.pk),
    ]
    receipts = phone.send(*sent)
    assert [(one["id"], one["status"]) for one in receipts] == [(act["id"], "applied") for act in sent]
    visit.refresh_from_db()
    assert (visit.status, visit.case.status, visit.summary) == ("done", "solved", "Ventilador cambiado.")
    assert [item.done_at is not None for item in visit.checklist.all()] == [False, True]
    assert (visit.signature.name, bool(visit.signature.image)) == ("Ana Beltrán", False)
    assert VisitReport.objects.filter(visit=visit).count() == 1
    kinds = CaseEvent.objects.filter(visit=visit).values_list("kind", "to_status")
    assert list(kinds) == [("on_my_way", "under_way"), ("finished", "done"), ("visit_done", "solved")]


def test_order_is_by_sequence_and_not_by_place_or_clock(world: World, phone: Phone) -> None:
    stop = world.stops[0]
    first = phone.act("arrived", world.eight + 50 * MINUTE, stop=stop.pk)
    second = phone.act("started", world.eight + 30 * MINUTE, stop=stop.pk)
    third = phone.act("paused", world.eight + 10 * MINUTE, stop=stop.pk)
    assert [one["sequence"] for one in phone.send(third, first, second)] == [1, 2, 3]
    assert status_of(stop) == "paused"


def test_a_repeated_act_is_a_duplicate_with_its_first_answer(world: World, phone: Phone) -> None:
    act = phone.act("finding_recorded", world.eight, visit=first_visit(world).pk, observation="HU-RH", number=81)
    wrong = phone.act("finding_recorded", world.eight, visit=first_visit(world).pk, observation="NONE", number=1)
    phone.send(act, wrong)
    assert [(one["status"], one["first"]) for one in phone.send(act, wrong, act)] == [
        ("duplicate", "applied"),
        ("duplicate", "applied"),
        ("duplicate", "rejected"),
    ]
    assert Finding.objects.count() == 1
    assert Act.objects.count() == 2


def test_a_bad_act_is_parked_and_the_next_ones_go_on(world: World, phone: Phone) -> None:
    stop, visit = world.stops[0], first_visit(world)
    good = phone.act("arrived", world.eight + 20 * MINUTE, stop=stop.pk)
    receipts = phone.send(
        phone.act("levitated", world.eight, stop=stop.pk),
        phone.act("arrived", world.eight, stop="first"),
        phone.act("not_completed", world.eight, stop=stop.pk, reason="bored"),
        phone.act("finding_recorded", world.eight, visit=visit.pk, observation="TH-TEMP", choice="hot"),
        phone.act("signature", world.eight, visit=visit.pk, name="A", image="data:image/png;base64,AAAA"),
        {"id": "no-uuid", "kind": "arrived"},
        good,
    )
    answers = {one["id"]: (one["status"], one["code"]) for one in receipts}
    assert sorted(answers.values()) == sorted(
        [
            ("rejected", "kind"),
            ("rejected", "data"),
            ("rejected", "data"),
            ("rejected", "finding"),
            ("rejected", "picture"),
            ("rejected", "frame"),
            ("applied", ""),
        ]
    )
    assert answers["no-uuid"] == ("rejected", "frame")
    assert status_of(stop) == "arrived"


def test_a_refused_act_leaves_its_receipt_and_nothing_else(world: World, phone: Phone) -> None:
    stop = world.stops[0]
    answer = phone.tap("not_completed", world.eight, stop=stop.pk, reason="unsafe", note="x" * 5000)
    assert (answer["status"], answer["code"]) == ("rejected", "data")
    assert (status_of(stop), Act.objects.get().answer) == ("planned", "rejected")


def test_what_others_changed_is_a_conflict(world: World, phone: Phone) -> None:
    Stop.objects.filter(pk=world.stops[0].pk).update(is_current=False, status="taken_off")
    answer = phone.tap("arrived", world.eight, stop=world.stops[0].pk)
    assert (answer["status"], answer["code"], bool(answer["reason"])) == ("conflict", "taken_away", True)


def test_an_act_follows_its_appointment_to_the_new_stop(world: World, phone: Phone) -> None:
    """A plan published meanwhile has put another row in its place, on the same technician's route."""
    old = world.stops[0]
    Stop.objects.filter(pk=old.pk).update(is_current=False, status="taken_off")
    new = Stop.objects.get(pk=old.pk)
    new.pk, new.is_current, new.status = None, True, "planned"
    new.save()
    assert phone.tap("arrived", world.eight, stop=old.pk)["status"] == "applied"
    assert (status_of(new), status_of(old)) == ("arrived", "taken_off")


def test_another_technicians_stop_does_not_exist(world: World, phone: Phone) -> None:
    visit = Visit.objects.get(appointment=world.foreign.appointment_id)
    receipts = phone.send(
        phone.act("arrived", world.eight, stop=world.foreign.pk),
        phone.act("arrived", world.eight, stop=999_999),
        phone.act("note", world.eight, visit=visit.pk, text="mine now"),
        phone.act("finding_recorded", world.eight, visit=visit.pk, observation="HU-RH", number=50),
        phone.act("photo_declared", world.eight, visit=visit.pk, photo=str(uuid4()), sha256="0" * 64),
    )
    assert {(one["status"], one["code"]) for one in receipts} == {("rejected", "not_found")}
    visit.refresh_from_db()
    assert (status_of(world.foreign), visit.summary, visit.findings.count()) == ("planned", "", 0)


def test_a_held_place_is_not_a_stop_yet(world: World, phone: Phone) -> None:
    Appointment.objects.filter(pk=world.stops[0].appointment_id).update(status=AppointmentStatus.HELD)
    assert phone.tap("arrived", world.eight, stop=world.stops[0].pk)["code"] == "not_found"


def test_not_completed_opens_the_case_again(world: World, phone: Phone) -> None:
    phone.tap("not_completed", world.eight, stop=world.stops[0].pk, reason="nobody_home", note="Volver el lunes.")
    visit = first_visit(world)
    assert (visit.status, visit.case.status, visit.summary) == ("not_done", "open", "Volver el lunes.")
    assert not VisitReport.objects.exists()
    assert CaseEvent.objects.get(kind="not_completed").reason == "nobody_home"


def test_a_finding_that_comes_after_the_end_is_in_the_report(world: World, phone: Phone) -> None:
    visit = first_visit(world)
    phone.tap("finished", world.eight, stop=world.stops[0].pk)
    phone.tap("finding_recorded", world.eight, visit=visit.pk, observation="TH-SUN", yes_no=True)
    assert len(VisitReport.objects.get(visit=visit).contents["findings"]) == 1


def test_the_strokes_of_a_signature_are_not_kept_in_the_log(world: World, phone: Phone) -> None:
    phone.tap("signature", world.eight, visit=first_visit(world).pk, name="Ana", image="")
    assert Act.objects.get().data == {"visit": first_visit(world).pk, "name": "Ana"}


def test_device_times_beyond_reason_are_bounded(world: World, phone: Phone) -> None:
    before = timezone.now()
    phone.tap("arrived", before + timedelta(days=400), stop=world.stops[0].pk)
    arrived = Stop.objects.get(pk=world.stops[0].pk).arrived_at
    assert arrived is not None
    assert before <= arrived <= timezone.now()


def test_what_no_database_takes_is_a_receipt_and_no_fault(world: World, phone: Phone) -> None:
    visit = world.visits[0].pk
    frame = '"device_time": "2026-11-19T10:00:00Z", "sequence": 1, "kind"'
    endless = f'{{"visit": {visit}, "observation": "HU-RH", "number": 1e999}}'
    rows = [
        f'{{"id": "{uuid4()}", {frame}: "note", "data": {{"visit": {visit}, "text": "a\\u0000b"}}}}',
        f'{{"id": "{uuid4()}", {frame}: "note", "data": {{"visit": {visit}, "text": "", "x\\u0000": ["\\u0000"]}}}}',
        f'{{"id": "{uuid4()}", {frame}: "arrived", "data": {{"stop": 99999999999999999999999999}}}}',
        f'{{"id": "{uuid4()}", {frame}: "finding_recorded", "data": {endless}}}',
    ]
    answer = phone.client.post(ACTS, f'{{"acts": [{",".join(rows)}]}}', content_type="application/json")
    assert [one["status"] for one in answer.json()["receipts"]] == ["rejected", "applied", "rejected", "rejected"]


def test_half_a_character_is_a_receipt_and_no_fault(world: World, phone: Phone) -> None:
    visit, stop = world.visits[0].pk, world.stops[0].pk
    half = "\\ud800"
    frame = '"device_time": "2026-11-19T10:00:00Z", "sequence": 1, "kind"'
    closing = f'{{"stop": {stop}, "reason": "{half}"}}'
    rows = [
        f'{{"id": "{uuid4()}", {frame}: "note", "data": {{"visit": {visit}, "text": "a{half}b"}}}}',
        f'{{"id": "{uuid4()}", {frame}: "note", "data": {{"visit": {visit}, "text": "", "{half}": ["{half}"]}}}}',
        f'{{"id": "{uuid4()}", {frame}: "{half}", "data": {{}}}}',
        f'{{"id": "{uuid4()}", {frame}: "not_completed", "data": {closing}}}',
        f'{{"id": "{half}", {frame}: "note", "data": {{}}}}',
    ]
    answer = phone.client.post(ACTS, f'{{"acts": [{",".join(rows)}]}}', content_type="application/json")
    found = {(one["status"], one["code"]) for one in answer.json()["receipts"]}
    assert found == {("rejected", "data"), ("applied", ""), ("rejected", "frame")}
    assert Act.objects.get(answer="applied").data == {"visit": visit, "text": "", "\ufffd": ["\ufffd"]}


@pytest.mark.parametrize("body", ["{", "[]", '{"acts": 1}', '{"acts": [1]}', "{}"])
def test_a_body_that_is_no_batch_is_a_problem(world: World, phone: Phone, body: str) -> None:
    answer = phone.client.post(ACTS, body, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_more_than_a_batch_is_refused_whole(world: World, phone: Phone) -> None:
    acts = [phone.act("arrived", world.eight, stop=world.stops[0].pk) for _ in range(201)]
    answer = phone.client.post(ACTS, {"acts": acts}, content_type="application/json")
    assert (answer.status_code, Act.objects.count()) == (400, 0)


def test_anonymous_and_unknown_tokens_are_turned_away(world: World, client: Client) -> None:
    anonymous = client.post(ACTS, {"acts": []}, content_type="application/json")
    unknown = Client(headers={"authorization": "Bearer nonsense"}).post(
        ACTS, {"acts": []}, content_type="application/json"
    )
    assert [(one.status_code, one["WWW-Authenticate"]) for one in (anonymous, unknown)] == [(401, "Bearer")] * 2


def test_an_agent_has_no_day(world: World, client: Client) -> None:
    client.force_login(world.agent)
    answers = [client.get("/api/v1/day/"), client.post(ACTS, {"acts": []}, content_type="application/json")]
    assert [(one.status_code, one["Content-Type"]) for one in answers] == [(403, "application/problem+json")] * 2


def test_a_technician_who_signed_in_with_a_password_may_work(world: World, client: Client) -> None:
    client.force_login(world.tess.user)
    act = {"id": str(uuid4()), "sequence": 1, "kind": "arrived", "device_time": world.eight.isoformat()}
    body = {"acts": [act | {"data": {"stop": world.stops[0].pk}}]}
    answer = client.post(ACTS, body, content_type="application/json")
    assert (answer.status_code, answer.json()["receipts"][0]["status"]) == (200, "applied")


def test_cookies_need_the_csrf_token(world: World) -> None:
    _device, token = world.pair(world.tess)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["visita_device"] = token
    assert strict.post(ACTS, {"acts": []}, content_type="application/json").status_code == 403
    strict.get("/tech/")
    csrf = {"x-csrftoken": strict.cookies["csrftoken"].value}
    assert strict.post(ACTS, {"acts": []}, content_type="application/json", headers=csrf).status_code == 200
