"""Short films as they come from phones, and as they are kept: picture and sound as they were taken, and nothing written along with them.

Nothing is encoded anew. The streams are copied into a fresh file, without the position, the name of the phone and whatever else it wrote
(FFmpeg through PyAV); only the first picture is decoded, for the thumbnail.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from gridops import pictures
from gridops.errors import Invalid, TooLarge, Unavailable, UnsupportedMedia
from gridops.pictures import Picture

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer

MAX_BYTES = 30 * 1024 * 1024
LONGEST_S = 30
WIDEST = 4096
# As browsers play them; a phone's HEVC plays on phones and in Safari. Container by what the first bytes say.
VIDEO = {"h264", "hevc", "vp8", "vp9", "av1"}
AUDIO = {"aac", "mp3", "opus", "vorbis"}
MIME = {"mp4": "video/mp4", "webm": "video/webm"}
# Of a process, apart from the photos' one: a film may hold 100 MB for seconds, and no resident's photo waits for it. Who finds the queue full
# comes back later, or a handful of films would hold the threads that photos come in by.
SEATS, IN_LINE = 1, 2
PATIENCE_S = 20
_copying = threading.BoundedSemaphore(SEATS)
_line = threading.BoundedSemaphore(SEATS + IN_LINE)
READ_AS = {"mp4": "mov", "webm": "matroska"}  # never what FFmpeg guesses: it knows formats that name other files


def container_of(blob: bytes) -> str | None:
    """mp4 (also QuickTime's .mov and .3gp), webm, or None: no film."""
    if blob[4:8] == b"ftyp":
        return "mp4"
    return "webm" if blob.startswith(b"\x1a\x45\xdf\xa3") else None


def clean(blob: bytes) -> Picture:
    """A film of at most 30 s and 30 MB as a Picture: ``thumbnail`` is a JPEG of its first frame, ``mime`` video/mp4 or video/webm.

    Raises TooLarge ``film_too_large``, Invalid ``film_too_long``, UnsupportedMedia ``not_a_film``, Invalid ``film_broken``, and Unavailable where
    too many other films are being copied.
    """
    kind = container_of(blob)
    if kind is None:
        raise _unsupported()
    if len(blob) > MAX_BYTES:
        raise TooLarge("A film may have at most 30 MB.", code="film_too_large", details={"max_bytes": MAX_BYTES})
    with _seat(), _opened(blob, kind) as source:
        _check(source)
        first, copied = _first_picture(source), _copied(source, kind)
    still = pictures.of_image(first)
    return Picture(copied, first.width, first.height, still.thumbnail, MIME[kind], hashlib.sha256(copied).hexdigest())


@contextmanager
def _seat() -> Iterator[None]:
    if not _line.acquire(blocking=False):
        raise _busy()
    try:
        if not _copying.acquire(timeout=PATIENCE_S):
            raise _busy()
        try:
            yield
        finally:
            _copying.release()
    finally:
        _line.release()


def _busy() -> Unavailable:
    return Unavailable(details={"retry_after": PATIENCE_S})


@contextmanager
def _opened(blob: bytes, kind: str) -> Iterator[InputContainer]:
    import av  # forty megabytes that only a process needs in which a film arrives

    try:
        with av.open(BytesIO(blob), format=READ_AS[kind], metadata_errors="replace") as source:
            yield source
    except (av.FFmpegError, ValueError, StopIteration) as error:
        raise Invalid("The film is damaged or incomplete.", code="film_broken") from error


def _check(source: InputContainer) -> None:
    if len(source.streams.video) != 1 or len(source.streams.audio) > 1:
        raise _unsupported()
    video = source.streams.video[0]
    if any(stream.codec_context is None for stream in (video, *source.streams.audio)):
        raise _unsupported()  # nobody here can read it
    names = [stream.codec_context.name for stream in source.streams.audio]
    if video.codec_context.name not in _decoders(VIDEO) or not set(names) <= _decoders(AUDIO) or max(video.width, video.height) > WIDEST:
        raise _unsupported()
    if source.duration is not None and source.duration > LONGEST_S * 1_000_000:
        raise _too_long()


def _decoders(codecs: set[str]) -> set[str]:
    """Names of decoders: of some codecs FFmpeg has another one that it likes better."""
    return codecs | {"libdav1d", "mp3float", "libopus", "libvorbis", "libvpx", "libvpx-vp9"}


def _first_picture(source: InputContainer) -> Image.Image:
    """The decoder is kept to the width as well: a file may say one and hold another. Raises UnsupportedMedia."""
    source.streams.video[0].codec_context.options = {"max_pixels": str(WIDEST * WIDEST)}
    frame = next(source.decode(video=0))
    if max(frame.width, frame.height) > WIDEST:
        raise _unsupported()
    image = frame.to_image()
    source.seek(0)
    return image.rotate(frame.rotation, expand=True) if frame.rotation else image


def _copied(source: InputContainer, kind: str) -> bytes:
    """Raises Invalid ``film_too_long`` where the head of the file had kept it to itself."""
    import av

    written = BytesIO()
    with av.open(written, "w", format=kind, options={"fflags": "+bitexact"}) as target:
        _copy(source, target)
    return written.getvalue()


def _copy(source: InputContainer, target: OutputContainer) -> None:
    streams = {stream.index: target.add_stream_from_template(stream) for stream in (*source.streams.video, *source.streams.audio)}
    for stream in streams.values():
        stream.metadata.clear()
    for packet in source.demux(*source.streams.video, *source.streams.audio):
        if packet.dts is None:
            continue
        if packet.pts is not None and packet.pts * packet.time_base > LONGEST_S + 1:
            raise _too_long()
        packet.stream = streams[packet.stream.index]
        target.mux(packet)


def _unsupported() -> UnsupportedMedia:
    return UnsupportedMedia("Only MP4 and WebM films as phones take them are accepted.", code="not_a_film")


def _too_long() -> Invalid:
    return Invalid("A film may last at most 30 seconds.", code="film_too_long", details={"max_s": LONGEST_S})
