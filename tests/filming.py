"""Films as a phone writes them, made on the spot: a few frames that turn from black to white, with the secrets that phones write along."""

from __future__ import annotations

from io import BytesIO

import av
import numpy as np

SECRETS = {"location": "+31.2304+121.4737/", "com.apple.quicktime.location.ISO6709": "+31.2304+121.4737/", "make": "Phone of Wang Wu", "title": "secret"}
CODECS = {"mp4": ("libx264", "aac"), "webm": ("libvpx", "libopus")}


def film(*, kind: str = "mp4", seconds: float = 1, size: tuple[int, int] = (320, 180), sound: bool = True) -> bytes:
    written = BytesIO()
    with av.open(written, "w", format=kind, options={"movflags": "use_metadata_tags"} if kind == "mp4" else {}) as target:
        target.metadata.update(SECRETS)
        picture = target.add_stream(CODECS[kind][0], rate=10)
        picture.width, picture.height, picture.pix_fmt = *size, "yuv420p"
        voice = target.add_stream(CODECS[kind][1], rate=48_000) if sound else None
        for number in range(int(seconds * 10)):
            shade = np.full((size[1], size[0], 3), number * 255 // int(seconds * 10), np.uint8)
            target.mux(picture.encode(av.VideoFrame.from_ndarray(shade, format="rgb24")))
        target.mux(picture.encode())
        if voice is not None:
            _hum(target, voice, seconds)
    return written.getvalue()


def _hum(target, voice, seconds: float) -> None:
    for number in range(int(seconds * 48_000) // 960):
        frame = av.AudioFrame.from_ndarray(np.zeros((2, 960), np.float32), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = 48_000, number * 960
        target.mux(voice.encode(frame))
    target.mux(voice.encode())
