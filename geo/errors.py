"""What geometry can refuse. The layers above translate the code; it never changes its spelling."""

from __future__ import annotations


class GeoError(ValueError):
    """A shape or point that cannot be used.

    `code` is one of bad_crs, bad_coordinate, not_a_polygon, not_a_line, empty_shape, self_crossing, bad_hole, overlapping_parts,
    invalid_shape, too_many_positions, bad_request, cut_failed. `place` is (lng, lat) of the fault in the caller's own coordinates, when known.
    """

    def __init__(self, code: str, message: str, place: tuple[float, float] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.place = place
