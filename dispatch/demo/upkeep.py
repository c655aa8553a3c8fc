from datetime import datetime, timedelta

from django.conf import settings

from dispatch.demo.build import REGION
from dispatch.demo.days import TOWN_ZONE
from dispatch.demo.people import ACCOUNTS
from dispatch.models import Customer
from maps.models import Region
from maps.regions import create_generated_region
from scheduling.models import Technician, User
from scheduling.services.shifts import make_shifts


def is_built() -> bool:
    names = [username for username, *_rest in ACCOUNTS]
    return User.objects.filter(username__in=names).count() == len(names) and Technician.objects.exists()


def is_used() -> bool:
    return User.objects.exists() or Technician.objects.exists() or Customer.objects.exists()


def keep_going(*, now: datetime) -> None:
    """What a demo of yesterday needs today: its map, should the files be gone, and shifts for the days to come."""
    region = Region.objects.filter(name=REGION).first()
    if region is not None and region.seed is not None:
        create_generated_region(name=REGION, seed=region.seed)
    today = now.astimezone(TOWN_ZONE).date()
    make_shifts(first=today, last=today + timedelta(days=settings.SLOT_HORIZON_DAYS))
