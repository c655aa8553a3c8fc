from base64 import b64encode
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from dispatch.services.media import MAX_SIGNATURE_BYTES, PictureRefused, read_photo, read_signature


def encode(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def to_url(data: bytes) -> str:
    return "data:image/png;base64," + b64encode(data).decode()


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "I;16"])
def test_every_kind_of_pixels_becomes_a_jpeg(mode: str) -> None:
    picture = read_photo(encode(Image.new(mode, (40, 30))))
    with Image.open(BytesIO(picture.content)) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (40, 30))


def test_words_inside_a_picture_are_left_out() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "Somebody Nameable")
    picture = read_photo(encode(Image.new("RGB", (9, 9)), pnginfo=info))
    assert b"Somebody" not in picture.content


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"]
)
def test_what_is_no_photo_is_refused(data: bytes) -> None:
    with pytest.raises(PictureRefused):
        read_photo(data)


def test_other_formats_are_refused() -> None:
    with pytest.raises(PictureRefused):
        read_photo(encode(Image.new("RGB", (9, 9)), "TIFF"))


def test_a_signature_on_transparent_ground_is_dark_on_white() -> None:
    strokes = Image.new("RGBA", (60, 20), (0, 0, 0, 0))
    strokes.putpixel((5, 5), (0, 0, 0, 255))
    picture = read_signature(to_url(encode(strokes)))
    with Image.open(BytesIO(picture.content)) as image:
        assert (image.format, image.getpixel((0, 0)), image.getpixel((5, 5))) == ("PNG", 255, 0)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:image/svg+xml;base64,AAAA",
        "data:image/png;base64,***",
        "data:image/png;base64,",
        to_url(bytes(MAX_SIGNATURE_BYTES + 1)),
        to_url(encode(Image.new("1", (4000, 4000)))),
    ],
)
def test_what_is_no_signature_is_refused(address: str) -> None:
    with pytest.raises(PictureRefused):
        read_signature(address)
