import unittest
from datetime import datetime, timedelta

from freebusy import Interval, Schedule


def at(hour, minute=0):
    return datetime(2024, 3, 4, hour, minute)


class ScheduleTest(unittest.TestCase):
    def setUp(self):
        self.schedule = Schedule()

    def test_an_empty_day_is_free(self):
        self.assertEqual(self.schedule.free(at(9), at(17)), [Interval(at(9), at(17))])

    def test_free_time_lies_between_the_bookings(self):
        self.schedule.book(at(10), at(11))
        self.schedule.book(at(13), at(14))
        self.assertEqual(
            self.schedule.free(at(9), at(17)),
            [Interval(at(9), at(10)), Interval(at(11), at(13)), Interval(at(14), at(17))],
        )

    def test_overlapping_bookings_count_once(self):
        self.schedule.book(at(10), at(12))
        self.schedule.book(at(11), at(13))
        self.assertEqual(
            self.schedule.free(at(9), at(17)), [Interval(at(9), at(10)), Interval(at(13), at(17))]
        )

    def test_short_gaps_are_left_out(self):
        self.schedule.book(at(9, 20), at(17))
        self.assertEqual(self.schedule.free(at(9), at(17), at_least=timedelta(minutes=30)), [])

    def test_first_free_is_none_on_a_full_day(self):
        self.schedule.book(at(8), at(18))
        self.assertIsNone(self.schedule.first_free(at(9), at(17)))

    def test_is_free_sees_every_booking(self):
        self.schedule.book(at(10), at(11))
        self.assertTrue(self.schedule.is_free(at(11), at(12)))
        self.assertFalse(self.schedule.is_free(at(10, 30), at(12)))


if __name__ == "__main__":
    unittest.main()
