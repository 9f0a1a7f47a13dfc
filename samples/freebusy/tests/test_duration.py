import unittest
from datetime import timedelta

from freebusy import format_duration, parse_duration


class DurationTest(unittest.TestCase):
    def test_units_add_up(self):
        self.assertEqual(parse_duration("1h30m"), timedelta(minutes=90))
        self.assertEqual(parse_duration("2d"), timedelta(days=2))

    def test_what_is_formatted_reads_back(self):
        for minutes in (0, 1, 59, 60, 61, 1440, 3000):
            with self.subTest(minutes=minutes):
                duration = timedelta(minutes=minutes)
                self.assertEqual(parse_duration(format_duration(duration)), duration)

    def test_nonsense_is_refused(self):
        for text in ("", "h", "30", "30m1h", "1h 30m", "-5m"):
            with self.subTest(text=text), self.assertRaises(ValueError):
                parse_duration(text)


if __name__ == "__main__":
    unittest.main()
