"""Whoever looks at somebody's data leaves a trace, whichever way they look; refusals leave none."""

import asyncio
from uuid import UUID

import pytest

from tests.matrix.routes import ROUTES
from tests.matrix.rows import YES, Row
from tests.matrix.stage import Stage
from tests.matrix.subjects import Subject
from tests.matrix.who import Who

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENCE_S = 20.0  # for something that must come
TRACED = [row for row in ROUTES if row.traced]


async def traces(stage: Stage, viewer_id: UUID, subject: Subject) -> int:
    """How often the viewer was written down to have looked at the subject, or a unit of theirs."""
    units = [*subject.path, *([subject.ids["left_unit"]] if "left_unit" in subject.ids else [])]
    return await stage.pool.fetchval(
        "SELECT count(*) FROM data_view WHERE viewer_id = $1"
        " AND (employee_id = $2 OR unit_id = ANY ($3::uuid[]))",
        viewer_id,
        subject.employee_id,
        units,
    )


@pytest.mark.parametrize("row", TRACED, ids=[row.label for row in TRACED])
async def test_a_look_is_written_down(stage: Stage, row: Row) -> None:
    for who in Who:
        if row.verdicts[who] != YES or who is Who.SELF:
            continue
        subject, viewer_id = await stage.subject(who), stage.cast.people[who]
        before = await traces(stage, viewer_id, subject)
        answer = await stage.ask(who, subject, stage.calls[row.label](subject))
        assert answer.status_code == 200
        async with asyncio.timeout(PATIENCE_S):  # those of the feed are written in batches
            while await traces(stage, viewer_id, subject) == before:
                await asyncio.sleep(0.01)


async def test_every_row_that_shows_a_persons_data_to_others_is_traced() -> None:
    """Reading that shows somebody's data to more than themselves, and is no matter of offices."""
    reads = {
        row.label
        for row in ROUTES
        if row.label.startswith("GET ")
        and row.shows - {"desk", "holder"}
        and {who for who, verdict in row.verdicts.items() if verdict == YES} > {Who.SELF}
    }
    assert reads <= {row.label for row in TRACED}
