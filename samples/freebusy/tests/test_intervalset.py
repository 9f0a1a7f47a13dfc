import unittest

from freebusy import Interval, IntervalSet


def intervals(*pairs):
    return IntervalSet(Interval(start, end) for start, end in pairs)


class NormalFormTest(unittest.TestCase):
    def test_the_order_of_arrival_does_not_matter(self):
        self.assertEqual(intervals((5, 6), (1, 2)), intervals((1, 2), (5, 6)))

    def test_overlapping_intervals_become_one(self):
        self.assertEqual(list(intervals((1, 4), (3, 6))), [Interval(1, 6)])

    def test_touching_intervals_become_one(self):
        self.assertEqual(list(intervals((1, 3), (3, 6))), [Interval(1, 6)])

    def test_a_chain_of_overlaps_becomes_one(self):
        self.assertEqual(list(intervals((1, 3), (2, 5), (4, 9))), [Interval(1, 9)])

    def test_of_two_with_the_same_start_the_longer_stays(self):
        self.assertEqual(list(intervals((1, 8), (1, 3))), [Interval(1, 8)])


class AlgebraTest(unittest.TestCase):
    def test_union_covers_both(self):
        self.assertEqual(intervals((1, 3)).union(intervals((2, 5))), intervals((1, 5)))

    def test_intersection_covers_what_both_cover(self):
        self.assertEqual(
            intervals((1, 5), (7, 9)).intersection(intervals((4, 8))), intervals((4, 5), (7, 8))
        )

    def test_difference_cuts_a_hole(self):
        self.assertEqual(intervals((1, 9)).difference(intervals((3, 5))), intervals((1, 3), (5, 9)))

    def test_difference_with_itself_is_empty(self):
        self.assertEqual(len(intervals((1, 3), (5, 9)).difference(intervals((1, 3), (5, 9)))), 0)

    def test_difference_clips_at_the_ends(self):
        self.assertEqual(intervals((3, 8)).difference(intervals((1, 4), (7, 12))), intervals((4, 7)))


if __name__ == "__main__":
    unittest.main()
