"""Every route, asked by everybody about somebody: the answer, and what of them is in it."""

import pytest

from tests.matrix.routes import ROUTES
from tests.matrix.rows import NOTHING, YES, Row
from tests.matrix.stage import Stage
from tests.matrix.subjects import anybodys_marks_in
from tests.matrix.who import Who

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("row", ROUTES, ids=[row.label for row in ROUTES])
async def test_everybody_hears_what_the_table_says(stage: Stage, row: Row) -> None:
    """And no answer holds more of the subject than the row shows, and no refusal anything."""
    wrong: dict[str, str] = {}
    for who in Who:
        subject = await stage.subject(who)
        call = stage.calls[row.label](subject)
        answer = await stage.ask(who, subject, call)
        expected = row.verdicts[who]
        heard = call.code_of(answer) or (NOTHING if expected == NOTHING else YES)
        seen = subject.marks_in(answer.text) & row.looked_for
        if heard != expected:
            wrong[who] = f"{heard} instead of {expected}"
        elif expected == YES and seen != row.shows:
            wrong[who] = f"sees {sorted(seen)} instead of {sorted(row.shows)}"
        elif expected == NOTHING and seen:
            wrong[who] = f"sees {sorted(seen)} of somebody who is none of theirs"
        elif expected not in (YES, NOTHING) and (leak := seen | anybodys_marks_in(answer.text)):
            wrong[who] = f"is refused and yet reads {sorted(leak)}"
        if call.method != "GET" and heard == YES:
            await stage.leave(who)
    assert wrong == {}
