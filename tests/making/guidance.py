"""Announcements and trainings as HR would have published them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from models.queries.announcements import NewAnnouncement
from models.queries.training import NewTraining
from models.tables.columns import new_id
from tests.builders import City

BEGINS = datetime(2026, 12, 1, 2, tzinfo=UTC)


def an_announcement(city: City, unit_id: UUID | None = None) -> NewAnnouncement:
    """One to the health agency, or to another unit."""
    unit_id = unit_id or city.health
    return NewAnnouncement(new_id(), "lesson", unit_id, "Tanpa sinyal", "Isi", 3, city.hr)


def a_training(city: City) -> NewTraining:
    """One of the health agency."""
    ends = BEGINS + timedelta(hours=3)
    return NewTraining(new_id(), city.health, "Latihan", "Aula", BEGINS, ends, city.hr)
