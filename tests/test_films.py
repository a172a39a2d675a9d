"""Short films: what is kept of them, what is not, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from io import BytesIO

import av
import pytest
from PIL import Image

from gridops import films, pictures
from gridops.errors import Invalid, TooLarge, Unavailable, UnsupportedMedia
from tests.filming import SECRETS, film
from tests.test_pictures import encoded, scene


@pytest.mark.parametrize("kind", ["mp4", "webm"])
def test_picture_and_sound_stay_and_nothing_written_along(kind):
    sent = film(kind=kind)
    assert b"121.4737" in sent
    kept = films.clean(sent)
    assert (kept.mime, kept.width, kept.height) == (f"video/{kind}", 320, 180)
    with av.open(BytesIO(kept.blob)) as opened:
        assert (len(opened.streams.video), len(opened.streams.audio)) == (1, 1)
        assert sum(1 for _ in opened.decode(video=0)) == 10
        told = {**opened.metadata, **opened.streams.video[0].metadata}
    assert not any(secret.encode() in kept.blob for secret in SECRETS.values()) and not set(SECRETS) & set(told)


def test_the_thumbnail_is_its_first_picture():
    thumbnail = Image.open(BytesIO(films.clean(film()).thumbnail))
    assert (thumbnail.format, thumbnail.size) == ("JPEG", (320, 180)) and max(thumbnail.getpixel((9, 9))) < 20


def test_it_may_last_half_a_minute():
    assert films.clean(film(seconds=30, sound=False)).mime == "video/mp4"
    with pytest.raises(Invalid) as caught:
        films.clean(film(seconds=33, sound=False))
    assert caught.value.code == "film_too_long"


def test_a_film_that_hides_its_length_is_measured():
    """WebM written by a browser says nothing of how long it is."""
    hidden = film(kind="webm", seconds=33, sound=False)
    with av.open(BytesIO(hidden)) as opened:
        assert opened.duration
    written = BytesIO()
    with av.open(BytesIO(hidden)) as source, av.open(written, "w", format="webm", options={"live": "1"}) as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    with pytest.raises(Invalid) as caught:
        films.clean(written.getvalue())
    assert caught.value.code == "film_too_long"


@pytest.mark.parametrize(("blob", "error", "code"), [
    (b"this is text", UnsupportedMedia, "not_a_film"),
    (encoded(scene(4, 4), "JPEG"), UnsupportedMedia, "not_a_film"),
    (film()[:400], Invalid, "film_broken"),
    (b"\0\0\0\x20ftypmp42" + b"\xff" * 500, Invalid, "film_broken"),
    (b"\x1a\x45\xdf\xa3" + b"\xff" * 500, Invalid, "film_broken"),
    (film(size=(5000, 64), seconds=0.2, sound=False), UnsupportedMedia, "not_a_film"),
    (b"\0\0\0\x20ftypmp42" + b"\0" * films.MAX_BYTES, TooLarge, "film_too_large"),
])
def test_what_is_refused(blob, error, code):
    with pytest.raises(error) as caught:
        films.clean(blob)
    assert caught.value.code == code


def test_nobody_else_loads_the_decoder():
    """A web process that has seen no film has not spent the memory."""
    code = "import sys, gridops.application, gridops.films; sys.exit('av' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_a_film_that_says_it_is_smaller_than_it_is():
    """What counts is what would be decoded."""
    honest = film(kind="webm", seconds=0.1, size=(6000, 200), sound=False)
    assert honest.count(b"\xb0\x82\x17\x70") == 1, "PixelWidth 6000"
    with pytest.raises(UnsupportedMedia) as caught:
        films.clean(honest.replace(b"\xb0\x82\x17\x70", b"\xb0\x82\x00\xc8"))
    assert caught.value.code == "not_a_film"


def test_the_decoder_is_kept_to_the_width_too():
    """A picture of 16000 by 16000 is a gigabyte before anybody has looked at it."""
    plain = film(kind="webm", seconds=0.1, size=(320, 180), sound=False)
    key = plain.index(b"\x9d\x01\x2a") + 3  # of a VP8 key frame: its width and height follow
    vast = plain[:key] + (16_000).to_bytes(2, "little") * 2 + plain[key + 4:]
    with pytest.raises((Invalid, UnsupportedMedia)) as caught:
        films.clean(vast)
    assert caught.value.code in ("film_broken", "not_a_film")


def test_a_codec_that_nobody_knows_is_refused():
    with pytest.raises(UnsupportedMedia) as caught:
        films.clean(film().replace(b"avc1", b"zzzz"))
    assert caught.value.code == "not_a_film"


@pytest.fixture
def full():
    """Every seat for films taken, as by films of 30 MB."""
    with ExitStack() as seats:
        for _ in range(films.SEATS):
            seats.enter_context(films._seat())
        yield


def test_photos_do_not_wait_for_films(full):
    with ThreadPoolExecutor(2) as phones:
        waiting = phones.submit(films.clean, film())
        assert phones.submit(pictures.clean, encoded(scene(40, 30), "JPEG")).result(timeout=5).width == 40
        assert not waiting.done()
        films._copying.release()
        assert waiting.result(timeout=5).mime == "video/mp4"
        films._copying.acquire()


def test_films_do_not_wait_for_photos():
    with pictures._decoding:
        assert films.clean(film()).mime == "video/mp4"


def test_a_full_line_sends_away_at_once(full):
    """Whoever waits holds a thread of the server: photos need some, too."""
    with ExitStack() as line, pytest.raises(Unavailable) as caught:
        for _ in range(films.IN_LINE):
            line.enter_context(films._line)
        films.clean(film())
    assert caught.value.details["retry_after"] == films.PATIENCE_S


def test_who_waits_too_long_is_asked_to_come_back_and_leaves_no_mark(full, monkeypatch):
    monkeypatch.setattr(films, "PATIENCE_S", 0.01)
    for _ in range(films.IN_LINE + 1):
        with pytest.raises(Unavailable):
            films.clean(film())
