import unittest
from datetime import datetime

from freebusy import AgendaError, Booking, parse_agenda


class AgendaTest(unittest.TestCase):
    def test_a_line_is_a_booking(self):
        [booking] = parse_agenda(["2024-03-04 09:00-12:00 Workshop"])
        self.assertEqual(
            booking, Booking(datetime(2024, 3, 4, 9), datetime(2024, 3, 4, 12), "Workshop")
        )

    def test_a_booking_may_end_after_midnight(self):
        [booking] = parse_agenda(["2024-03-04 22:00-01:00 Release"])
        self.assertEqual(booking.end, datetime(2024, 3, 5, 1))

    def test_blank_lines_and_comments_are_skipped(self):
        self.assertEqual(list(parse_agenda(["", "# holidays", "   "])), [])

    def test_the_error_names_the_line(self):
        with self.assertRaises(AgendaError) as caught:
            list(parse_agenda(["2024-03-04 09:00-12:00 Workshop", "lunch"]))
        self.assertEqual(caught.exception.number, 2)


if __name__ == "__main__":
    unittest.main()
