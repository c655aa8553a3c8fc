import pytest

from scheduling.errors import TooBusy
from scheduling.models import Route
from scheduling.services.routes import ATTEMPTS, RouteChange, change_routes
from tests.make import make_route, make_technician

pytestmark = pytest.mark.django_db(transaction=True)


def version_of(route):
    return Route.objects.values_list("version", flat=True).get(pk=route.pk)


def test_a_change_raises_the_version_of_each_route_it_saw():
    first, second = make_route(make_technician()), make_route(make_technician("Luis Gil"))

    assert change_routes(lambda: RouteChange({first.pk: 1, second.pk: 1}, lambda: "written")) == "written"
    assert (version_of(first), version_of(second)) == (2, 2)


def test_a_change_made_from_an_old_version_is_computed_again():
    route = make_route(make_technician())
    seen = iter([7, 1])

    assert change_routes(lambda: RouteChange({route.pk: next(seen)}, lambda: "written")) == "written"
    assert version_of(route) == 2


def test_after_some_tries_it_is_refused_politely_and_nothing_is_written():
    route = make_route(make_technician())
    tries = []

    with pytest.raises(TooBusy):
        change_routes(
            lambda: RouteChange({route.pk: 7}, lambda: tries.append("write")) if not tries.append("compute") else None
        )

    assert tries == ["compute"] * ATTEMPTS
    assert version_of(route) == 1


def test_what_fails_inside_leaves_the_versions_alone():
    route = make_route(make_technician())

    def fail():
        raise LookupError("no such thing")

    with pytest.raises(LookupError):
        change_routes(lambda: RouteChange({route.pk: 1}, fail))
    assert version_of(route) == 1
