"""The plain-text agenda: one booking a line, ``2024-03-04 09:00-12:00 Title``."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_LINE = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d)-(\d\d:\d\d)(?: (.*))?")


class AgendaError(ValueError):
    """A line that is no booking."""

    def __init__(self, number, line):
        super().__init__(f"line {number} is no booking: {line!r}")
        self.number = number


@dataclass(frozen=True)
class Booking:
    start: datetime
    end: datetime
    title: str = ""


def parse_agenda(lines):
    """Reads bookings from lines. Blank lines and ``#`` comments are skipped."""
    for number, line in enumerate(lines, start=1):
        line = line.strip()
        if line and not line.startswith("#"):
            yield _booking(number, line)


def _booking(number, line):
    match = _LINE.fullmatch(line)
    if not match:
        raise AgendaError(number, line)
    day, start, end, title = match.groups()
    start = datetime.fromisoformat(f"{day} {start}")
    end = datetime.fromisoformat(f"{day} {end}")
    if end <= start:
        end += timedelta(days=1)
    return Booking(start, end, title or "")
