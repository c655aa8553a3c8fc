import pytest
from django.contrib import admin
from django.test import Client

from dispatch.models import Case, CaseSource
from dispatch.services.sources import find_source
from scheduling.models import Absence, User
from tests.dispatch.cast import make_user, make_visit
from tests.make import make_technician

pytestmark = pytest.mark.django_db


@pytest.fixture
def superuser(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root", language="en"))
    return client


def test_every_list_opens(superuser: Client) -> None:
    make_visit()
    names = [model._meta for model in admin.site._registry]
    paths = [f"/admin/{name.app_label}/{name.model_name}/" for name in names]
    assert {path: superuser.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_states_are_read_only(superuser: Client) -> None:
    case = make_visit().case
    paths = ["case/add/", "visit/add/", "notice/add/", f"case/{case.pk}/delete/"]
    assert [superuser.get(f"/admin/dispatch/{path}").status_code for path in paths] == [403] * 4
    assert superuser.get(f"/admin/dispatch/case/{case.pk}/change/").status_code == 200
    assert superuser.post(f"/admin/dispatch/case/{case.pk}/change/", {"status": "closed"}).status_code == 403
    assert Case.objects.get().status == "visit_opened"


def test_a_token_is_issued_and_shown_once(superuser: Client) -> None:
    source = CaseSource.objects.create(name="helpdesk")
    act = {"action": "issue_tokens", "_selected_action": [source.pk]}
    page = superuser.post("/admin/dispatch/casesource/", act, follow=True)
    token = str(next(iter(page.context["messages"]))).split()[-1]
    assert find_source(token) == source
    assert token not in superuser.get(f"/admin/dispatch/casesource/{source.pk}/change/").content.decode()


def test_an_absence_that_ends_first_is_told_at_its_field(superuser: Client) -> None:
    values = {
        "technician": make_technician().pk,
        "kind": "holiday",
        "starts_at_0": "2026-11-20",
        "ends_at_0": "2026-11-19",
    }
    page = superuser.post("/admin/scheduling/absence/add/", values | {"starts_at_1": "08:00", "ends_at_1": "08:00"})
    assert dict(page.context["adminform"].form.errors) == {"ends_at": ["An absence ends after it starts."]}
    assert Absence.objects.count() == 0


def test_outsiders_stay_outside(client: Client) -> None:
    client.force_login(make_user("dispatcher"))
    assert client.get("/admin/dispatch/customer/").status_code == 302
