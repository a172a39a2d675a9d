"""Orders of the city's hotline and platforms, both ways: taken in once, answered one by one, held against the city's own list."""

from gridops.services.upstream.known import refuse_known

__all__ = ["refuse_known"]
