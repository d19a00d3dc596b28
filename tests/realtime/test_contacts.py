"""Last contact: cheap to note, written in bulk, never older than it was."""

from datetime import datetime, timedelta

import pytest

from realtime.contacts import ContactOptions, Contacts
from tests.builders import City, make_city


class Seconds:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
async def city(pool) -> City:
    return await make_city(pool)


async def contact_age(pool, employee_id) -> timedelta | None:
    return await pool.fetchval(
        "SELECT clock_timestamp() - at FROM last_contact WHERE employee_id = $1", employee_id
    )


async def test_a_flush_writes_everybody_heard_from_once(pool, city, clock):
    contacts = Contacts(pool, ContactOptions(), clock)
    for employee_id in (city.ani, city.budi, city.ani):
        contacts.heard_from(employee_id)
    assert await contacts.flush() == 2
    assert await contacts.flush() == 0
    assert await pool.fetchval("SELECT count(*) FROM last_contact") == 2


async def test_the_instant_is_that_of_the_contact_not_of_the_flush(pool, city, clock):
    contacts = Contacts(pool, ContactOptions(), clock)
    contacts.heard_from(city.ani)
    clock.now_s += 3_600
    contacts.heard_from(city.budi)
    await contacts.flush()
    assert await contact_age(pool, city.ani) >= timedelta(hours=1)
    assert await contact_age(pool, city.budi) < timedelta(hours=1)


async def test_an_older_contact_never_overwrites_a_newer_one(pool, city, clock):
    late, early = (Contacts(pool, ContactOptions(), clock) for _ in range(2))
    early.heard_from(city.ani)
    clock.now_s += 3_600
    late.heard_from(city.ani)
    await late.flush()
    newest: datetime = await pool.fetchval("SELECT at FROM last_contact")
    await early.flush()
    assert await pool.fetchval("SELECT at FROM last_contact") == newest


async def test_what_could_not_be_written_goes_with_the_next_flush(pool, city, clock):
    class Away:
        async def execute(self, *_):
            contacts.heard_from(city.budi)
            raise OSError("away")

    contacts = Contacts(Away(), ContactOptions(), clock)
    contacts.heard_from(city.ani)
    with pytest.raises(OSError, match="away"):
        await contacts.flush()
    contacts._pool = pool
    assert await contacts.flush() == 2


async def test_the_end_of_the_service_flushes(pool, city):
    async with Contacts(pool, ContactOptions()).running() as contacts:
        contacts.heard_from(city.ani)
    assert await contact_age(pool, city.ani) is not None
