"""Sets of moments, kept as few intervals as possible."""

from .interval import Interval


class IntervalSet:
    """An immutable set of moments: sorted intervals that neither overlap nor touch."""

    def __init__(self, intervals=()):
        self._intervals = tuple(_merged(intervals))

    def union(self, other):
        return IntervalSet([*self, *other])

    def intersection(self, other):
        shared = []
        for mine in self:
            for theirs in other:
                if mine.overlaps(theirs):
                    shared.append(Interval(max(mine.start, theirs.start), min(mine.end, theirs.end)))
        return IntervalSet(shared)

    def difference(self, other):
        """The moments of this set that are not in ``other``."""
        left = []
        for interval in self:
            start = interval.start
            for taken in other:
                if taken.end <= start:
                    continue
                if taken.start >= interval.end:
                    break
                if taken.start > start:
                    left.append(Interval(start, taken.start))
                start = taken.end
            if start < interval.end:
                left.append(Interval(start, interval.end))
        return IntervalSet(left)

    def __contains__(self, moment):
        return any(moment in interval for interval in self._intervals)

    def __iter__(self):
        return iter(self._intervals)

    def __len__(self):
        return len(self._intervals)

    def __eq__(self, other):
        return isinstance(other, IntervalSet) and self._intervals == other._intervals

    def __hash__(self):
        return hash(self._intervals)

    def __repr__(self):
        return f"IntervalSet({', '.join(map(str, self))})"


def _merged(intervals):
    merged = []
    for interval in sorted(intervals):
        if merged and interval.start <= merged[-1].end:
            merged[-1] = Interval(merged[-1].start, interval.end)
        else:
            merged.append(interval)
    return merged
