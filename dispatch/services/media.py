"""Pictures from phones. Nothing of the sent file is kept but its pixels: place, device and time stay outside."""

import binascii
from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from dispatch.models import Finding, Photo, Signature, Visit
from scheduling.errors import Refused

MAX_PHOTO_BYTES = 12 * 1024 * 1024
MAX_PHOTO_PIXELS = 40_000_000
KEPT_EDGE = 2560
PHOTO_FORMATS = ("JPEG", "PNG", "WEBP")
MAX_SIGNATURE_BYTES = 300_000
MAX_SIGNATURE_PIXELS = 2_000_000
DATA_URL = "data:image/png;base64,"


class PictureRefused(Refused):
    code = "picture"


@dataclass(frozen=True, slots=True)
class Picture:
    """Re-encoded bytes. ``original_sha256`` is of what was sent."""

    content: bytes
    width: int
    height: int
    original_sha256: str


def read_photo(data: bytes) -> Picture:
    """A JPEG of at most 2560 pixels an edge, turned upright. What is too large is refused before decoding."""
    image = _open(data, max_bytes=MAX_PHOTO_BYTES, max_pixels=MAX_PHOTO_PIXELS, formats=PHOTO_FORMATS)
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((KEPT_EDGE, KEPT_EDGE), Image.Resampling.LANCZOS)
    return _encode(_flatten(upright), data, "JPEG", quality=85, optimize=True)


def read_signature(data_url: str) -> Picture:
    """Strokes drawn on the phone, as the ``data:`` address of a PNG."""
    if not data_url.startswith(DATA_URL):
        raise PictureRefused(_("The signature is not a picture in PNG format."))
    try:
        data = b64decode(data_url.removeprefix(DATA_URL), validate=True)
    except binascii.Error as error:
        raise PictureRefused(_("The signature arrived damaged. Please sign again.")) from error
    image = _open(data, max_bytes=MAX_SIGNATURE_BYTES, max_pixels=MAX_SIGNATURE_PIXELS, formats=("PNG",))
    return _encode(_flatten(image).convert("L"), data, "PNG", optimize=True)


def _open(data: bytes, *, max_bytes: int, max_pixels: int, formats: tuple[str, ...]) -> Image.Image:
    if len(data) > max_bytes:
        raise PictureRefused(_("The picture is too large: %(limit)s MB at most.") % {"limit": max_bytes // 1_000_000})
    try:
        image = Image.open(BytesIO(data), formats=formats)
        if image.width * image.height > max_pixels:
            raise PictureRefused(_("The picture has too many pixels."))
        image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise PictureRefused(_("The picture can't be read. JPEG, PNG and WebP can.")) from error
    return image


def _flatten(image: Image.Image) -> Image.Image:
    """Transparent parts become white."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        coloured = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", coloured.size, "white"), coloured).convert("RGB")
    return image.convert("RGB")


def _encode(image: Image.Image, data: bytes, form: str, **options: object) -> Picture:
    # A new image, because Pillow writes some of what it read (profiles, comments) along with the pixels.
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    out = BytesIO()
    bare.save(out, form, **options)
    return Picture(out.getvalue(), bare.width, bare.height, sha256(data).hexdigest())


def keep_photo(
    *, visit: Visit, client_id: UUID, picture: Picture, finding_client_id: UUID | None, for_customer: bool, at: datetime
) -> Photo:
    """The same photo sent again is the same row."""
    known = Photo.objects.filter(visit=visit, client_id=client_id).first()
    if known is not None:
        return known
    finding = Finding.objects.filter(visit=visit, client_id=finding_client_id).first() if finding_client_id else None
    photo = Photo(
        visit=visit,
        finding=finding,
        client_id=client_id,
        sha256=picture.original_sha256,
        for_customer=for_customer,
        taken_at=at,
    )
    # Django reads width and height only from a file that has a name.
    name = f"{client_id}.jpg"
    photo.image.save(name, ContentFile(picture.content, name), save=False)
    try:
        with transaction.atomic():
            photo.save()
    except IntegrityError:
        photo.image.delete(save=False)
        return Photo.objects.get(visit=visit, client_id=client_id)
    return photo


def keep_signature(*, visit: Visit, name: str, data_url: str, at: datetime) -> Signature:
    """A later signature replaces the earlier one. Without strokes the typed name alone stands; ``image`` is empty."""
    if not name.strip():
        raise PictureRefused(_("Write the name of who signs."))
    picture = read_signature(data_url) if data_url else None
    signature = Signature.objects.filter(visit=visit).first() or Signature(visit=visit)
    signature.name, signature.signed_at = name.strip()[:120], at
    signature.image = ""
    if picture is not None:
        signature.image.save(f"{visit.pk}.png", ContentFile(picture.content), save=False)
    signature.save()
    return signature
