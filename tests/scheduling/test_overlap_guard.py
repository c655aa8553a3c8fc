import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from scheduling.checks import check_overlap_guard
from scheduling.models import Stop
from scheduling.overlap_guard import create_guard, drop_guard, guard_stands
from tests.make import at, make_appointment, make_route, make_technician

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def guard():
    yield
    Stop.objects.all().delete()
    create_guard(connection)


def put_stop(route, starts_at, ends_at, *, is_current=True):
    """Past every service: the net alone stands in the way."""
    return Stop.objects.create(
        route=route,
        technician=route.shift.technician,
        appointment=make_appointment(),
        sequence=1,
        arrival_at=starts_at,
        starts_at=starts_at,
        ends_at=ends_at,
        travel_s=0,
        is_current=is_current,
    )


def test_the_net_refuses_overlapping_planned_times():
    route = make_route(make_technician())
    put_stop(route, at(9), at(10))

    with pytest.raises(IntegrityError, match="stop_no_overlap"), transaction.atomic():
        put_stop(route, at(9, 59), at(11))


def test_the_net_lets_neighbours_history_and_other_technicians_pass():
    route, other = make_route(make_technician()), make_route(make_technician("Luis Gil"))
    put_stop(route, at(9), at(10))

    put_stop(route, at(10), at(11))
    put_stop(route, at(9), at(10), is_current=False)
    put_stop(other, at(9), at(10))

    assert Stop.objects.count() == 4


def test_the_net_refuses_an_update_that_would_overlap():
    route = make_route(make_technician())
    put_stop(route, at(9), at(10))
    later = put_stop(route, at(11), at(12))

    with pytest.raises(IntegrityError, match="stop_no_overlap"), transaction.atomic():
        Stop.objects.filter(pk=later.pk).update(arrival_at=at(9, 30), starts_at=at(9, 30))


@pytest.mark.usefixtures("guard")
def test_canary_without_the_net_planned_times_overlap():
    route = make_route(make_technician())
    drop_guard(connection)

    put_stop(route, at(9), at(10))
    put_stop(route, at(9, 30), at(10, 30))

    assert Stop.objects.count() == 2


@pytest.mark.usefixtures("guard")
def test_the_check_misses_the_net_and_a_migration_puts_it_back():
    drop_guard(connection)
    assert [error.id for error in check_overlap_guard(databases=["default"])] == ["scheduling.W001"]

    call_command("migrate", verbosity=0, skip_checks=False)

    assert guard_stands(connection)
    assert check_overlap_guard(databases=["default"]) == []
