from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from uuid import UUID, uuid4

from django.utils import timezone
from PIL import Image

from dispatch.models import Photo
from tests.mobile_api.world import Phone, World


def draw(*, size: tuple[int, int] = (640, 480), exif: bool = False) -> bytes:
    out = BytesIO()
    image = Image.new("RGB", size, "teal")
    tags = Image.Exif()
    if exif:
        tags[0x010F] = "Camera Maker"
        tags[0x0112] = 6
        tags.get_ifd(0x8825)[2] = (40.0, 4.0, 12.0)
    image.save(out, "JPEG", exif=tags)
    return out.getvalue()


def declare(world: World, phone: Phone, data: bytes, **more: object) -> UUID:
    photo = uuid4()
    digest = sha256(data).hexdigest()
    receipt = phone.tap(
        "photo_declared", world.eight, visit=world.visits[0].pk, photo=str(photo), sha256=digest, **more
    )
    assert receipt["status"] == "applied"
    return photo


def put(phone: Phone, photo: UUID, data: bytes) -> tuple[int, str]:
    answer = phone.client.put(f"/api/v1/photos/{photo}/", data, content_type="image/jpeg")
    return answer.status_code, answer.json().get("type", "")


def test_a_declared_photo_is_kept_upright_and_bare(world: World, phone: Phone) -> None:
    data = draw(exif=True)
    photo = declare(world, phone, data)
    assert put(phone, photo, data) == (201, "")
    kept = Photo.objects.get(client_id=photo)
    with Image.open(kept.image.path) as image:
        assert (image.size, image.format, dict(image.getexif())) == ((480, 640), "JPEG", {})
    assert b"Camera Maker" not in kept.image.read()
    assert (kept.visit, kept.sha256) == (world.visits[0], sha256(data).hexdigest())


def test_sending_it_again_changes_nothing(world: World, phone: Phone) -> None:
    data = draw()
    photo = declare(world, phone, data)
    assert [put(phone, photo, data), put(phone, photo, data)] == [(201, ""), (200, "")]
    assert Photo.objects.count() == 1


def test_a_photo_belongs_to_its_finding(world: World, phone: Phone) -> None:
    finding = str(uuid4())
    phone.tap(
        "finding_recorded", world.eight, visit=world.visits[0].pk, finding=finding, observation="TH-SUN", yes_no=True
    )
    data = draw()
    photo = declare(world, phone, data, finding=finding)
    put(phone, photo, data)
    assert str(Photo.objects.get().finding.client_id) == finding  # type: ignore[union-attr]


def test_a_photo_may_come_before_its_finding(world: World, phone: Phone) -> None:
    finding, data = str(uuid4()), draw()
    put(phone, declare(world, phone, data, finding=finding), data)
    phone.tap(
        "finding_recorded", world.eight, visit=world.visits[0].pk, finding=finding, observation="TH-SUN", yes_no=True
    )
    assert str(Photo.objects.get().finding.client_id) == finding  # type: ignore[union-attr]


def test_a_large_photo_is_made_smaller(world: World, phone: Phone) -> None:
    data = draw(size=(4000, 1000))
    photo = declare(world, phone, data)
    put(phone, photo, data)
    assert (Photo.objects.get().width, Photo.objects.get().height) == (2560, 640)


def test_what_was_not_declared_does_not_exist(world: World, phone: Phone) -> None:
    assert put(phone, uuid4(), draw())[0] == 404


def test_another_phones_photo_does_not_exist(world: World, phone: Phone) -> None:
    data = draw()
    photo = declare(world, phone, data)
    assert put(world.phone(world.omar), photo, data)[0] == 404
    assert not Photo.objects.exists()


def test_a_photo_cut_off_or_exchanged_is_refused(world: World, phone: Phone) -> None:
    data = draw()
    photo = declare(world, phone, data)
    assert put(phone, photo, draw(size=(10, 10))) == (422, "checksum")
    assert put(phone, photo, data[:-200]) == (422, "checksum")
    assert put(phone, photo, b"") == (422, "checksum")
    assert put(phone, photo, data) == (201, "")


def test_what_arrived_whole_and_is_no_picture_is_refused_for_good(world: World, phone: Phone) -> None:
    for data in (b"no picture", draw()[:-200]):
        assert put(phone, declare(world, phone, data), data) == (422, "picture")


def test_a_bomb_is_refused_before_it_is_decoded(world: World, phone: Phone) -> None:
    out = BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    bomb = out.getvalue()
    photo = declare(world, phone, bomb)
    began = timezone.now()
    assert put(phone, photo, bomb) == (422, "picture")
    assert timezone.now() - began < timedelta(seconds=2)


def test_too_many_bytes_are_refused(world: World, phone: Phone) -> None:
    data = b"\xff\xd8" + bytes(13 * 1024 * 1024)
    photo = declare(world, phone, data)
    assert put(phone, photo, data)[0] == 413


def test_the_technician_sees_it_and_another_does_not(world: World, phone: Phone) -> None:
    data = draw()
    photo = declare(world, phone, data)
    put(phone, photo, data)
    own, other = world.phone(world.tess), world.phone(world.omar)
    own.client.cookies["visita_device"], other.client.cookies["visita_device"] = own.token, other.token
    assert [one.client.get(f"/tech/photos/{photo}/").status_code for one in (own, other)] == [200, 404]
