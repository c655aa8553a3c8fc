"""One of everything that an address can name, so that a door without its guard would show something."""

import gzip
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from dispatch.models import Photo, Signature
from dispatch.services.links import create_link
from dispatch.services.notices import tell_customer
from maps.models import Region
from maps.region_files import BASEMAP
from mobile_api.models import DeclaredPhoto
from scheduling.models import RoutePlan, Run, WeightSet
from tests.dispatch.cast import make_source
from tests.mobile_api.world import Phone, World


class Doors:
    """A finished visit with report, photo and signature; a plan, a run, a phone, a link, a source."""

    def __init__(self) -> None:
        self.world = World(now=timezone.now())
        self.phone: Phone = self.world.phone(self.world.tess)
        stop, visit = self.world.stops[0], self.world.visits[0]
        assert self.phone.tap("finished", self.world.now, stop=stop.pk)["status"] == "applied"
        photo_id, picture = uuid4(), ContentFile(b"picture", "photo.jpg")
        digest = sha256(b"picture").hexdigest()
        photo = Photo(visit=visit, client_id=photo_id, sha256=digest, taken_at=self.world.now, width=1, height=1)
        Photo.objects.bulk_create([photo])
        photo.image.storage.save(f"photos/{photo_id}.jpg", picture)
        Photo.objects.filter(client_id=photo_id).update(image=f"photos/{photo_id}.jpg")
        DeclaredPhoto.objects.create(visit=visit, client_id=photo_id, sha256=digest, taken_at=self.world.now)
        Signature.objects.create(
            visit=visit, name="Ana", image=ContentFile(b"strokes", "ana.png"), signed_at=self.world.now
        )
        tell_customer(template="visit_opened", visit=visit, occasion="door", now=self.world.now)
        day = self.world.eight.date()
        run = Run.objects.create(date=day, requested_at=self.world.now, time_limit_s=5)
        plan = RoutePlan.objects.create(date=day, created_at=self.world.now)
        _link, address = create_link(visit=visit, now=timezone.now())
        self.link_path = address.removeprefix(settings.SITE_URL)
        self.source_token = make_source()[1]
        self.runs = {"run": run.pk, "plan": plan.pk}
        self.names: dict[str, object] = {
            "case_id": visit.case_id,
            "visit_id": visit.pk,
            "technician_id": self.world.tess.pk,
            "device_id": self.phone.device.pk,
            "appointment_id": stop.appointment_id,
            "stop_id": stop.pk,
            "photo_id": Photo.objects.get(client_id=photo_id).pk,
            "client_id": photo_id,
            "token": self.link_path.split("/")[2],
            "date": day.isoformat(),
            "name": make_region(),
            "weight_set_id": WeightSet.objects.get(code="balanced").pk,
        }

    def holder(self, route: str) -> Client:
        """Somebody with the key of a door that opens by one."""
        if route.startswith("api/"):
            return Client(headers={"authorization": f"Bearer {self.source_token}"})
        client = Client()
        client.get(self.link_path)
        return client

    def name(self, route: str, name: str) -> str:
        return str(self.runs[route.split("/")[1]] if name == "some_id" else self.names[name])


def make_region() -> str:
    folder = Path(settings.DATA_DIR) / "regions" / "doors"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / BASEMAP).write_bytes(gzip.compress(b"{}"))
    bounds = {"south": 0, "west": 0, "north": 1, "east": 1}
    return Region.objects.create(name="doors", kind="generated", seed=1, folder="doors", **bounds).name
