"""Photos of the demo city: about three in ten, the same ones each time."""

import re

from denyut.demo.city import DemoCity
from denyut.demo.evidence import PHOTO_SHARE, photo_of


def test_about_three_in_ten_reports_have_a_photo(city: DemoCity) -> None:
    reports = city.chronicle.reports
    photos = [photo for report in reports if (photo := photo_of(report))]
    assert abs(len(photos) / len(reports) - PHOTO_SHARE) < 0.05
    assert all(re.fullmatch(r"[0-9a-f]{64}", photo) for photo in photos)
    assert len(set(photos)) == len(photos)
