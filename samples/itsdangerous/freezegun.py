"""What the tests of itsdangerous use of freezegun, for a sandbox in which freezegun is not installed.

They freeze the clock at a moment and let it tick, and the library asks for nothing but time.time().
"""

from datetime import timedelta, timezone
from unittest import mock


class freeze_time:
    def __init__(self, moment):
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        self._seconds = moment.timestamp()
        self._clock = mock.patch("time.time", lambda: self._seconds)

    def __enter__(self):
        self._clock.start()
        return self

    def __exit__(self, *error):
        self._clock.stop()

    def tick(self, delta=timedelta(seconds=1)):
        self._seconds += delta.total_seconds()
