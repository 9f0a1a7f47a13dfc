"""Bookings, and the free time between them."""

from .agenda import Booking
from .interval import Interval
from .intervalset import IntervalSet


class Schedule:
    def __init__(self):
        self._bookings = []

    def book(self, start, end, title=""):
        """Adds a booking. Double bookings are allowed: people accept two meetings at once."""
        Interval(start, end)
        self._bookings.append(Booking(start, end, title))

    def busy(self):
        """The moments with at least one booking."""
        return IntervalSet(Interval(booking.start, booking.end) for booking in self._bookings)

    def is_free(self, start, end):
        wanted = Interval(start, end)
        return not any(wanted.overlaps(Interval(b.start, b.end)) for b in self._bookings)

    def free(self, start, end, at_least=None):
        """The free stretches between ``start`` and ``end``, in order, none shorter than ``at_least``."""
        window = IntervalSet([Interval(start, end)])
        slots = window.difference(self.busy())
        return [slot for slot in slots if at_least is None or slot.length >= at_least]

    def first_free(self, start, end, at_least=None):
        """The first of the free stretches, or None."""
        return next(iter(self.free(start, end, at_least)), None)
