"""A day on the board for tests: technicians with shifts, visits on their routes, some promised."""

from datetime import date, datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from dispatch.models import Visit
from scheduling.models import Route, Stop
from scheduling.services.moves import move_stop
from scheduling.services.offers import confirm_hold, hold_offer
from tests.dispatch.cast import make_visit
from tests.make import at, make_offer, make_place, make_route, make_technician


def in_three_days() -> date:
    """A day that is still to come, whenever the tests run."""
    return timezone.localdate() + timedelta(days=3)


def make_lane(name: str, day: date, **options: Any) -> Route:
    options = {"hours": (8, 18), "home": make_place(40.0, -3.0, f"Home of {name}")} | options
    technician = make_technician(name, **options)
    return make_route(technician, day)


def make_waiting(name: str, latitude: float = 40.01, **fields: Any) -> Visit:
    """A visit that no route has taken."""
    visit = make_visit(name, **fields)
    place = visit.appointment.place
    place.latitude, place.longitude = latitude, -3.0
    place.save()
    return visit


def place_visit(visit: Visit, route: Route, starts_at: datetime, **more: Any) -> Stop:
    return move_stop(
        appointment_id=visit.appointment_id,
        route_id=route.pk,
        starts_at=starts_at,
        actor=None,
        now=timezone.now(),
        **more,
    )


def promise_visit(visit: Visit, starts_at: datetime, hours: float = 2) -> None:
    now = timezone.now()
    offer = make_offer(visit.appointment, starts_at, hours, now=now)
    held = hold_offer(appointment_id=visit.appointment_id, offer_id=offer.pk, now=now)
    confirm_hold(appointment_id=visit.appointment_id, offer_id=held.pk, now=now)


def make_day(day: date, lanes: int = 2) -> list[Route]:
    """``lanes`` technicians; the first two have a visit each at 9:00, the first one also at 11:00; one visit waits."""
    names = ["Ana Sanz", "Luis Gil", *(f"Eva {chr(65 + number)}" for number in range(10))]
    routes = [make_lane(name, day) for name in names[:lanes]]
    for number, route in enumerate(routes[:2]):
        place_visit(make_waiting(f"Customer {number + 1}"), route, at(9, day=day))
    place_visit(make_waiting("Customer 3"), routes[0], at(11, day=day))
    make_waiting("Customer 4")
    return routes


def read_day(client: Client, day: date | str) -> Any:
    answer = client.get(f"/board/day/{day}/")
    assert answer.status_code == 200
    return answer.json()


def as_json(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
