"""The columns of a batch stand in the order that the function wants them."""

from dataclasses import fields

import asyncpg

from realtime.submission import IntakeItem, columns
from tests.builders import make_city
from tests.models.sql.test_submit_batch_v1 import item, results


async def test_every_field_of_an_item_has_its_column(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        city = await make_city(connection)
    one, two = (item(city.ani, city.targets[city.ani]) for _ in range(2))
    table = columns([one, two])
    assert all(len(column) == 2 for column in table)
    assert len(table) == len(fields(IntakeItem))
    names = await pool.fetchval(
        "SELECT proargnames[1:16] FROM pg_proc WHERE proname = 'submit_batch_v1'"
    )
    singular = {
        "p_ops": "op",
        "p_hashes": "body_hash",
        "p_quantities": "quantity",
        "p_activity_at": "activity_at",
        "p_captured_at": "captured_at",
        "p_corrected_at": "corrected_at",
        "p_flags": "flags",
    }
    in_order = [singular.get(name, name.removeprefix("p_").removesuffix("s")) for name in names]
    assert [getattr(one, name) for name in in_order] == [column[0] for column in table]


async def test_results_come_in_the_order_of_the_items(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        city = await make_city(connection)
    items = [item(who, city.targets[who]) for who in (city.dedi, city.ani, city.eka, city.budi)]
    got = await results(pool, *items)
    assert [result.report_id for result in got] == [sent.report_id for sent in items]
