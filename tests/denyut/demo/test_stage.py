"""The stage: today's city is used again, an older one made anew, and nothing else is touched."""

from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.passwords import HasherOptions
from denyut.demo.city import CityOptions
from denyut.demo.load import city_of
from denyut.demo.stage import (
    NotADemo,
    StageOptions,
    TooFewPeople,
    connected,
    found_city,
    hashed,
    set_stage,
    spoken_password,
)
from denyut.demo.tables import MADE
from denyut.settings import Settings
from tests.builders import make_city

OPTIONS = StageOptions(CityOptions(scale=0.01), phones=3, identities=4)


async def cast_by_query(dsn: str | None) -> Any:
    assert dsn is not None
    async with connected(dsn) as connection:
        made = await city_of(connection)
        hashes = await connection.fetch("SELECT DISTINCT password_hash FROM account")
        return made, [row[0] for row in hashes]


async def test_the_same_day_uses_the_city_again_with_a_new_password(tmp_path: Path) -> None:
    settings, steps = Settings(data_dir=tmp_path), []
    async with set_stage(settings, OPTIONS, steps.append) as first:
        before = await cast_by_query(first.settings.database_url)
        lent = [player.nip for player in (*first.phones, *first.identities)]
        assert (len(first.phones), len(first.identities), len(set(lent))) == (3, 4, 7)
        assert not set(lent) & {player.nip for player in first.cast.values()}
    async with set_stage(settings, OPTIONS, steps.append) as second:
        after = await cast_by_query(second.settings.database_url)
        assert after[0] == before[0]
        assert len(after[1]) == 1
        assert after[1] != before[1]
        assert second.password != first.password
        assert [player.nip for player in (*second.phones, *second.identities)] == lent
        async with connected(second.settings.database_url or "") as connection:
            await connection.execute(
                'UPDATE audit_entry SET details = details || \'{"made_on": "2020-01-01"}\''
                " WHERE action = $1",
                MADE,
            )
    async with set_stage(settings, OPTIONS, steps.append) as third:
        made, _ = await cast_by_query(third.settings.database_url)
        assert made.made_on.year > 2020
    assert [step for step in steps if step.endswith("city")] == [
        "making_city",
        "using_city",
        "making_city",
    ]


async def test_a_real_installation_is_never_touched(pool: asyncpg.Pool) -> None:
    assert await found_city(pool) is None
    await make_city(pool)
    with pytest.raises(NotADemo, match="DENYUT_DATA_DIR"):
        await found_city(pool)


async def test_more_people_than_the_city_has_are_refused(tmp_path: Path) -> None:
    options = StageOptions(CityOptions(scale=0.01), phones=0, identities=5_000)
    with pytest.raises(TooFewPeople, match="--identities"):
        async with set_stage(Settings(data_dir=tmp_path), options, lambda _: None):
            pass


def test_passwords_differ_and_can_be_typed() -> None:
    made = {spoken_password() for _ in range(200)}
    assert len(made) == 200
    assert all(len(password) == 18 and password.isascii() for password in made)


async def test_the_hash_is_argon2id_and_not_the_password() -> None:
    made = await hashed("luti-7", HasherOptions(memory_kib=64, passes=1))
    assert made.startswith("$argon2id$")
    assert "luti" not in made
