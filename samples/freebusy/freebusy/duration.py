"""Durations as people write them: 45m, 1h30m, 2d."""

import re
from datetime import timedelta

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_TEXT = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def parse_duration(text):
    """``1h30m`` as a timedelta. Units go from large to small, each at most once."""
    match = _TEXT.fullmatch(text.strip())
    if not match or not any(match.groups()):
        raise ValueError(f"not a duration: {text!r}")
    seconds = sum(int(count) * unit for count, unit in zip(match.groups(), _UNITS.values()) if count)
    return timedelta(seconds=seconds)


def format_duration(duration):
    """The shortest text that ``parse_duration`` reads back as ``duration``."""
    rest = int(duration.total_seconds())
    if rest < 0:
        raise ValueError("a duration is not negative")
    parts = []
    for unit, seconds in _UNITS.items():
        count, rest = divmod(rest, seconds)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
