import unittest

from freebusy import Interval


class IntervalTest(unittest.TestCase):
    def test_the_start_belongs_and_the_end_does_not(self):
        self.assertIn(3, Interval(3, 5))
        self.assertNotIn(5, Interval(3, 5))

    def test_touching_is_not_overlapping(self):
        self.assertFalse(Interval(1, 3).overlaps(Interval(3, 5)))
        self.assertTrue(Interval(1, 4).overlaps(Interval(3, 5)))

    def test_an_empty_interval_cannot_be_made(self):
        for start, end in [(3, 3), (5, 3)]:
            with self.subTest(start=start, end=end), self.assertRaises(ValueError):
                Interval(start, end)

    def test_length_is_the_difference(self):
        self.assertEqual(Interval(3, 10).length, 7)


if __name__ == "__main__":
    unittest.main()
