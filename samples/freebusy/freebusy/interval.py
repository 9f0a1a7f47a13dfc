"""A stretch between two moments."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, order=True)
class Interval:
    """The moments from ``start`` up to, but not including, ``end``.

    Ordered by start, then by end.
    """

    start: Any
    end: Any

    def __post_init__(self):
        if not self.start < self.end:
            raise ValueError(f"an interval ends after it starts: {self.start} to {self.end}")

    @property
    def length(self):
        return self.end - self.start

    def overlaps(self, other):
        """Whether the two share a moment. Touching is not sharing."""
        return self.start < other.end and other.start < self.end

    def __contains__(self, moment):
        return self.start <= moment < self.end

    def __str__(self):
        return f"{_moment(self.start)}-{_moment(self.end)}"


def _moment(value):
    return value.strftime("%H:%M") if hasattr(value, "strftime") else str(value)
