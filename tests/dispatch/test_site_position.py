import pytest
from django.test import Client
from django.utils import timezone

from scheduling.models import Route
from tests.dispatch.cast import make_user, make_visit
from tests.dispatch.customers import confirm_first_offer, current_stop, make_team

pytestmark = pytest.mark.django_db


def test_moving_a_place_lets_whoever_plans_with_it_look_again(client: Client) -> None:
    client.force_login(make_user("agent"))
    make_team(timezone.now())
    visit = make_visit()
    confirm_first_offer(visit, timezone.now())
    route = current_stop(visit).route
    untouched = list(Route.objects.exclude(pk=route.pk).order_by("pk").values_list("version", flat=True))

    position = {"latitude": "40.01", "longitude": "-3.01", "quality": "picked"}
    assert client.post(f"/cases/{visit.case_id}/place/", position).status_code == 302

    assert Route.objects.get(pk=route.pk).version == route.version + 1
    assert list(Route.objects.exclude(pk=route.pk).order_by("pk").values_list("version", flat=True)) == untouched
