"""Photos beside reports of the demo city: 30 % of reports have one (domain.md, "A realistic demo
city"). A photo is named by a digest, as a phone would; `photos.py` puts pictures behind a few."""

from denyut.demo.habits import Report

PHOTO_SHARE = 0.3
STEPS = 256


def photo_of(report: Report) -> str | None:
    """The digest of the photo of a report, by the report itself; None: it has none."""
    return report.body_hash[::-1].hex() if report.body_hash[0] < PHOTO_SHARE * STEPS else None
