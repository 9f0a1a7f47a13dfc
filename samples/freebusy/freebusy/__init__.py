"""Finds free time in a calendar."""

from .agenda import AgendaError, Booking, parse_agenda
from .duration import format_duration, parse_duration
from .interval import Interval
from .intervalset import IntervalSet
from .schedule import Schedule

__all__ = [
    "AgendaError",
    "Booking",
    "Interval",
    "IntervalSet",
    "Schedule",
    "format_duration",
    "parse_agenda",
    "parse_duration",
]

__version__ = "0.3.0"
