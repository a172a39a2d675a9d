"""Photos as they come from strangers' phones, and as they are kept: upright, small, and saying nothing but what they show."""

from __future__ import annotations

import hashlib
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from PIL import Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from gridops.errors import Invalid, TooLarge, Unavailable, UnsupportedMedia

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
LONGEST_EDGE = 2048
THUMBNAIL_EDGE = 320
MIME = "image/jpeg"

# A picture of few bytes may need 400 MB while it is decoded: one at a time in a process, or a handful of phones fill the memory.
PATIENCE_S = 20
_decoding = threading.Lock()

_ORIENTATION = 0x0112
# EXIF 2.32, tag Orientation: what has to be done to see the picture upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow raises on broken files, by reading its plugins: there is no common base.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, struct.error, zlib.error)


@dataclass(frozen=True)
class Picture:
    """``blob`` and ``thumbnail`` are JPEG without any metadata; ``sha256`` is the hex digest of ``blob``."""

    blob: bytes
    width: int
    height: int
    thumbnail: bytes
    mime: str
    sha256: str


def clean(blob: bytes) -> Picture:
    """JPEG, PNG or WEBP in, a safe Picture out: longest edge 2048 px, thumbnail 320 px; of an animation the first frame.

    Raises TooLarge ``photo_too_large`` (over 10 MB), UnsupportedMedia ``not_a_photo``, Invalid ``photo_too_many_pixels``
    (over 50 million, known from the header before anything is decoded), Invalid ``photo_broken``, and Unavailable where too many
    others are being decoded.
    """
    if len(blob) > MAX_BYTES:
        raise TooLarge("A photo may have at most 10 MB.", code="photo_too_large", details={"max_bytes": MAX_BYTES})
    reader = _reader(blob)
    with _one_at_a_time(), _broken_is_invalid():
        image = _upright(reader, blob)
    return of_image(image)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    if not _decoding.acquire(timeout=PATIENCE_S):
        raise Unavailable(details={"retry_after": PATIENCE_S})
    try:
        yield
    finally:
        _decoding.release()


def _reader(blob: bytes) -> Callable[[BytesIO], ImageFile]:
    # The plugins are called by name: Image.open would try more formats, and warn about sizes only after opening.
    if blob.startswith(b"\xff\xd8\xff"):
        return JpegImageFile
    if blob.startswith(b"\x89PNG\r\n\x1a\n"):
        return PngImageFile
    if blob.startswith(b"RIFF") and blob[8:12] == b"WEBP":
        return WebPImageFile
    raise UnsupportedMedia("Only JPEG, PNG and WEBP photos are accepted.", code="not_a_photo")


@contextmanager
def _broken_is_invalid() -> Iterator[None]:
    try:
        yield
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except _BROKEN as error:
        raise Invalid("The photo is damaged or incomplete.", code="photo_broken") from error


def _upright(reader: Callable[[BytesIO], ImageFile], blob: bytes) -> Image.Image:
    with reader(BytesIO(blob)) as source:
        if source.width * source.height > MAX_PIXELS:
            raise _too_many_pixels()
        # A JPEG is decoded at a fraction of its size where that is enough: a quarter of the time and memory.
        source.draft(None, (LONGEST_EDGE, LONGEST_EDGE))
        source.load()
        turn = _UPRIGHT.get(_orientation(source))
        small = _scalable(source)
        # Shrinking comes first, and in place: a second copy of 50 million pixels would cost 200 MB.
        small.thumbnail((LONGEST_EDGE, LONGEST_EDGE), Image.Resampling.LANCZOS)
        opaque = _opaque(small)
    return opaque if turn is None else opaque.transpose(turn)


def _scalable(source: Image.Image) -> Image.Image:
    """RGB, L, or RGBA where something shines through: what can be shrunk smoothly."""
    if source.has_transparency_data:
        return source if source.mode == "RGBA" else source.convert("RGBA")
    if source.mode.startswith("I"):
        # Pillow clips 16-bit grey to white instead of scaling it.
        return source.convert("I").point(lambda level: level / 256).convert("L")
    return source if source.mode in ("RGB", "L") else source.convert("RGB")


def _opaque(small: Image.Image) -> Image.Image:
    """RGB on white in a fresh image, which carries nothing over from the source's ``info``."""
    fresh = Image.new("RGB", small.size, "white")
    fresh.paste(small, mask=small if small.mode == "RGBA" else None)
    return fresh


def _orientation(source: Image.Image) -> int | None:
    try:
        return source.getexif().get(_ORIENTATION)
    except _BROKEN:
        return None  # a good picture with broken EXIF is still a good picture


def of_image(image: Image.Image) -> Picture:
    thumbnail = image.copy()
    thumbnail.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE), Image.Resampling.LANCZOS)
    blob = _jpeg(image, quality=85)
    return Picture(blob, image.width, image.height, _jpeg(thumbnail, quality=80), MIME, hashlib.sha256(blob).hexdigest())


def _jpeg(image: Image.Image, *, quality: int) -> bytes:
    written = BytesIO()
    image.save(written, "JPEG", quality=quality, optimize=True)
    return written.getvalue()


def _too_many_pixels() -> Invalid:
    return Invalid(
        "A photo may have at most 50 million pixels.", code="photo_too_many_pixels", details={"max_pixels": MAX_PIXELS},
    )
