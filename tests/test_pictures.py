import hashlib
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from gridops import pictures
from gridops.errors import Invalid, TooLarge, Unavailable, UnsupportedMedia
from gridops.pictures import MAX_BYTES, clean

SECRET = b"Wang Wu was here"
RED, WHITE = (250, 0, 0), (255, 255, 255)


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def scene(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """White with a red top-left quarter, to tell which way is up."""
    image = Image.new("RGB", (width, height), WHITE)
    image.paste(RED, (0, 0, width // 2, height // 2))
    return image.convert(mode)


def opened(blob: bytes) -> Image.Image:
    image = Image.open(BytesIO(blob))
    image.load()
    return image


def close_to(pixel, colour) -> bool:
    return all(abs(a - b) < 24 for a, b in zip(pixel, colour, strict=True))


def exif_with_everything(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 11.0, 42.5), 3: "E", 4: (121.0, 26.0, 11.0)})
    exif.get_ifd(0x8769)[0x9003] = "2026:08:01 12:30:00"
    return exif


def png_header_only(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_jpeg_with_thumbnail_and_digest(kind):
    picture = clean(encoded(scene(800, 600), kind))
    kept, thumbnail = opened(picture.blob), opened(picture.thumbnail)
    assert (kept.format, picture.mime, kept.size) == ("JPEG", "image/jpeg", (800, 600))
    assert (picture.width, picture.height) == (800, 600)
    assert (thumbnail.format, thumbnail.size) == ("JPEG", (320, 240))
    assert picture.sha256 == hashlib.sha256(picture.blob).hexdigest()
    assert close_to(kept.getpixel((100, 100)), RED) and close_to(kept.getpixel((700, 500)), WHITE)


@pytest.mark.parametrize(("size", "kept"), [((6000, 3000), (2048, 1024)), ((3000, 6000), (1024, 2048)), ((2048, 10), (2048, 10)), ((1, 1), (1, 1))])
def test_the_longest_edge_is_2048_and_nothing_is_enlarged(size, kept):
    picture = clean(encoded(scene(*size), "JPEG"))
    assert opened(picture.blob).size == kept == (picture.width, picture.height)
    assert max(opened(picture.thumbnail).size) == min(320, max(size))


# Where the top-left corner of the stored pixels lies in the upright picture (EXIF 2.32, Orientation).
CORNERS = {1: "top left", 2: "top right", 3: "bottom right", 4: "bottom left", 5: "top left", 6: "top right", 7: "bottom right", 8: "bottom left"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_picture_stands_upright(orientation, kind):
    picture = clean(encoded(scene(400, 200), kind, exif=exif_with_everything(orientation)))
    width, height = (400, 200) if orientation < 5 else (200, 400)
    assert (picture.width, picture.height) == (width, height)
    x = width // 4 if "left" in CORNERS[orientation] else width * 3 // 4
    y = height // 4 if "top" in CORNERS[orientation] else height * 3 // 4
    upright = opened(picture.blob)
    assert close_to(upright.getpixel((x, y)), RED)
    assert close_to(upright.getpixel((width - x, height - y)), WHITE)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_metadata_survives(kind):
    comment = PngImagePlugin.PngInfo()
    comment.add_text("Author", SECRET.decode())
    options = {"JPEG": {"comment": SECRET}, "PNG": {"pnginfo": comment}, "WEBP": {"xmp": b"<x:xmpmeta>" + SECRET}}[kind]
    source = encoded(scene(800, 600), kind, exif=exif_with_everything(), icc_profile=SECRET * 8, **options)
    assert SECRET in source and opened(source).getexif().get_ifd(0x8825)

    picture = clean(source)

    for kept in (picture.blob, picture.thumbnail):
        assert SECRET not in kept
        assert b"Exif" not in kept and b"xmp" not in kept.lower() and b"ICC_PROFILE" not in kept
        assert not dict(opened(kept).getexif())
        assert set(opened(kept).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_bytes_behind_the_picture_do_not_survive():
    assert SECRET not in clean(encoded(scene(100, 100), "JPEG") + SECRET).blob


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "1", "I;16", "CMYK"])
def test_every_colour_mode_becomes_what_the_eye_saw(mode):
    grey = Image.new("L", (64, 64), 255)
    grey.paste(60, (0, 0, 32, 32))
    source = grey.convert("I").point(lambda level: level * 257).convert("I;16") if mode == "I;16" else grey.convert(mode)
    kept = opened(clean(encoded(source, "JPEG" if mode == "CMYK" else "PNG")).blob)
    dark = 0 if mode == "1" else 60
    assert kept.mode == "RGB"
    assert close_to(kept.getpixel((48, 48)), WHITE)
    assert mode == "1" or close_to(kept.getpixel((16, 16)), (dark,) * 3)


def test_transparency_becomes_white():
    source = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    assert close_to(opened(clean(encoded(source, "PNG")).blob).getpixel((32, 32)), WHITE)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_frame_is_kept(kind):
    frames = [Image.new("RGB", (64, 64), colour) for colour in (RED, (0, 0, 250), (0, 250, 0))]
    picture = clean(encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100))
    assert close_to(opened(picture.blob).getpixel((32, 32)), RED)


def test_too_many_bytes_are_refused():
    with pytest.raises(TooLarge) as caught:
        clean(b"\xff\xd8\xff" + bytes(MAX_BYTES))
    assert caught.value.code == "photo_too_large"


@pytest.mark.parametrize("size", [(50_000, 1001), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_a_decompression_bomb_is_refused_from_its_header(size):
    with pytest.raises(Invalid) as caught:
        clean(png_header_only(*size))
    assert caught.value.code == "photo_too_many_pixels"


@pytest.mark.parametrize("size", [(16_000, 3_200), (16_383, 11_000)])
def test_a_webp_bomb_is_refused(size):
    """The second is one that Pillow itself refuses to open."""
    canvas = encoded(Image.new("RGB", (16, 16)), "WEBP", lossless=True)
    bits = struct.unpack_from("<I", canvas, 21)[0] & ~0xFFFFFFF | (size[0] - 1) | (size[1] - 1) << 14
    with pytest.raises(Invalid) as caught:
        clean(canvas[:21] + struct.pack("<I", bits) + canvas[25:])
    assert caught.value.code == "photo_too_many_pixels"


@pytest.mark.parametrize(
    "blob",
    [b"", b"\xff\xd8", b"just a text that somebody named photo.jpg", "一段文字".encode(), b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'/>",
     b"RIFF\x00\x00\x00\x00WAVEfmt ", b"MZ" + bytes(100), encoded(scene(8, 8), "GIF"), encoded(scene(8, 8), "TIFF"), encoded(scene(8, 8), "BMP")],
)
def test_what_is_no_photo_is_refused(blob):
    with pytest.raises(UnsupportedMedia) as caught:
        clean(blob)
    assert caught.value.code == "not_a_photo"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 0.9])
def test_a_truncated_photo_is_broken(kind, share):
    whole = encoded(Image.effect_noise((300, 200), 60), kind)
    with pytest.raises(Invalid) as caught:
        clean(whole[: max(16, int(len(whole) * share))])
    assert caught.value.code == "photo_broken"


@pytest.mark.parametrize("magic", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\x00\x00\x00WEBP"])
def test_rubbish_behind_a_good_beginning_is_broken(magic):
    with pytest.raises(Invalid) as caught:
        clean(magic + b"rubbish " * 100)
    assert caught.value.code == "photo_broken"


# Pillow warns, which is right in a log.
@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_a_good_picture_with_broken_exif_is_kept():
    picture = clean(encoded(scene(64, 64), "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff"))
    assert (picture.width, picture.height) == (64, 64)


def test_pictures_are_decoded_one_after_the_other():
    """Sixteen phones at once must not need sixteen times 400 MB."""
    with ThreadPoolExecutor(1) as phone:
        with pictures._decoding:
            waiting = phone.submit(clean, encoded(scene(8, 8), "PNG"))
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.2)
        assert waiting.result(timeout=5).width == 8


def test_who_waits_too_long_is_asked_to_come_back(monkeypatch):
    monkeypatch.setattr(pictures, "PATIENCE_S", 0.01)
    with pictures._decoding, pytest.raises(Unavailable) as caught:
        clean(encoded(scene(8, 8), "PNG"))
    assert caught.value.details["retry_after"] == 0.01
