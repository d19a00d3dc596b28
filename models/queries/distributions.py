"""How the predicates of a unit's people are spread, beside the organisation's own predicate.

Source: domain.md: an organisation's own predicate sets an expected distribution; warn, never
force. Only decisions that stand are counted: one that was reopened is not.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models.queries.appraisal_decisions import DECIDED
from models.queries.asking import asked, asked_one
from models.rules.appraising import AppraisalOptions
from models.rules.distribution import Unbalanced, warning
from models.rules.predicates import Predicate

# Where the part was worked, and below it, as the tree stood when the appraisal was opened.
COUNTS = """
    SELECT a.predicate, count(*) AS people FROM appraisal a
     WHERE a.unit_path @> ARRAY[$1::uuid] AND a.period = $2 AND a.state = ANY ($3::text[])
     GROUP BY a.predicate
"""

WAITING = """
    SELECT count(*) AS people FROM appraisal a
     WHERE a.unit_path @> ARRAY[$1::uuid] AND a.period = $2 AND a.state <> ALL ($3::text[])
"""

# The nearest unit upwards that has one.
OWN = """
    SELECT p.unit_id, p.predicate, p.decree, p.set_at
      FROM unit u JOIN unit_predicate p ON p.unit_id = ANY (u.path)
     WHERE u.id = $1 AND p.period = $2
     ORDER BY array_position(u.path, p.unit_id) DESC LIMIT 1
"""

SET = """
    INSERT INTO unit_predicate (unit_id, period, predicate, decree, set_by)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (unit_id, period) DO UPDATE
       SET predicate = excluded.predicate, decree = excluded.decree, set_by = excluded.set_by,
           set_at = clock_timestamp()
"""


@dataclass(frozen=True, slots=True)
class Distribution:
    """What is decided in a unit and below. `own`: None, nobody has set one for this period."""

    counts: dict[Predicate, int]
    waiting: int
    own: Predicate | None
    own_unit_id: UUID | None
    decree: str
    warning: Unbalanced | None

    @property
    def decided(self) -> int:
        """How many decisions stand."""
        return sum(self.counts.values())


async def distribution_of(
    connection: Any, unit_id: UUID, period: str, options: AppraisalOptions | None = None
) -> Distribution:
    """The distribution of a unit and everything below for one period (`2026-11`, `2026-Q4` …)."""
    options = options or AppraisalOptions()
    rows = await asked(connection, COUNTS, unit_id, period, list(DECIDED))
    found = {Predicate(row["predicate"]): row["people"] for row in rows}
    counts = {each: found.get(each, 0) for each in Predicate}
    waiting = await asked_one(connection, WAITING, unit_id, period, list(DECIDED))
    own = await asked_one(connection, OWN, unit_id, period)
    predicate = Predicate(own["predicate"]) if own else None
    return Distribution(
        counts,
        waiting["people"] if waiting else 0,
        predicate,
        own["unit_id"] if own else None,
        own["decree"] if own else "",
        warning(counts, predicate, options.expected, options.tolerance, options.at_least),
    )


async def unit_predicate_set(
    connection: Any, unit_id: UUID, period: str, predicate: Predicate, decree: str, set_by: UUID
) -> None:
    """Sets, or corrects, the organisation's own predicate of a period."""
    await asked(connection, SET, unit_id, period, predicate.value, decree, set_by)
