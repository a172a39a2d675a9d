"""Small painted photos: a scene with the trouble, and the same scene without."""

from __future__ import annotations

from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

SIZE = (360, 270)


def scene(chance: Random, *, trouble: bool) -> bytes:
    """A JPEG: a wall, the ground, two windows, and where there is trouble a heap of things."""
    sky, ground = (196, 214, 226), (chance.randint(120, 150),) * 3
    image = Image.new("RGB", SIZE, sky)
    pen = ImageDraw.Draw(image)
    pen.rectangle((40, 30, 320, 190), fill=(chance.randint(170, 215), 160, 140))
    pen.rectangle((0, 190, *SIZE), fill=ground)
    for left in (75, 235):
        pen.rectangle((left, 65, left + 50, 120), fill=(92, 120, 140))
    for _ in range(chance.randint(6, 10) if trouble else 0):
        _heap(pen, chance)
    written = BytesIO()
    image.save(written, "JPEG", quality=70)
    return written.getvalue()


def _heap(pen: ImageDraw.ImageDraw, chance: Random) -> None:
    left, top, size = chance.randint(90, 230), chance.randint(165, 215), chance.randint(18, 44)
    pen.ellipse((left, top, left + size, top + size * 0.7), fill=tuple(chance.randint(30, 130) for _ in range(3)))
