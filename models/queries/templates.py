"""Job titles, the targets people with a job usually get, and giving them to a whole unit at once.

Applying a template twice for a period makes nothing twice: a target made from a template exists
once for a person and a period. Who would get what is asked first (the preview) and made after.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import UUID

from models.queries.asking import Row, asked, asked_one
from models.queries.feed import FeedRow
from models.queries.locks import locked_units_of
from models.queries.targets import NewTarget, targets_made
from models.rules.periods import Days, PeriodKind, bounds
from models.rules.refusals import Conflict, InvalidValue, NotFound
from models.tables.columns import new_id

TEMPLATE = """
    SELECT id, job_title_id, indicator, unit_of_measure, aspect, direction, quantity, low, high,
           max_quantity, period, made_at
      FROM target_template
"""

SET_TEMPLATE = """
    INSERT INTO target_template (id, job_title_id, indicator, unit_of_measure, aspect, direction,
                                 quantity, low, high, max_quantity, period)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (id) DO UPDATE SET indicator = excluded.indicator,
        unit_of_measure = excluded.unit_of_measure, aspect = excluded.aspect,
        direction = excluded.direction, quantity = excluded.quantity, low = excluded.low,
        high = excluded.high, max_quantity = excluded.max_quantity, period = excluded.period
"""

HOLDERS = """
    SELECT e.id, e.name, u.zone
      FROM unit_ancestry a
      JOIN employee e ON e.unit_id = a.unit_id
      JOIN unit u ON u.id = e.unit_id
     WHERE a.ancestor_id = $1 AND a.current AND e.active AND e.job_title_id = $2
     ORDER BY e.name, e.id
"""

HAVE_ALREADY = """
    SELECT t.employee_id, t.template_id
      FROM target t
     WHERE t.employee_id = ANY ($1::uuid[]) AND t.template_id = ANY ($2::uuid[])
       AND t.period_start = ANY ($3::timestamptz[])
"""

Outcome = Literal["made", "exists", "oneself", "left_out"]
Pair = tuple[UUID, UUID]
"""A person and a template."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template as it is written. A known id changes that template."""

    id: UUID
    job_title_id: UUID
    indicator: str
    unit_of_measure: str
    quantity: float
    period: str = "month"
    aspect: str = "quantity"
    direction: str = "higher"
    low: float | None = None
    high: float | None = None
    max_quantity: float | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """How what one person gets differs from one template. None: as in the template."""

    quantity: float | None = None
    low: float | None = None
    high: float | None = None
    max_quantity: float | None = None
    leave_out: bool = False


@dataclass(frozen=True, slots=True)
class Differing:
    """Differences by person and template. `only`: for these people and nobody else."""

    by_pair: Mapping[Pair, Difference] = field(default_factory=dict[Pair, Difference])
    only: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """What one person gets from one template: a new target, or why not."""

    outcome: Outcome
    target: NewTarget
    differs: bool = False


async def job_titles(connection: Any) -> Sequence[Row]:
    """Every job title by name."""
    return await asked(
        connection, "SELECT id, code, name, asks_location FROM job_title ORDER BY name, id"
    )


async def job_title_row(connection: Any, job_title_id: UUID) -> Row | None:
    """One job title."""
    return await asked_one(
        connection,
        "SELECT id, code, name, asks_location FROM job_title WHERE id = $1",
        job_title_id,
    )


async def job_title_made(connection: Any, code: str, name: str, asks_location: bool) -> UUID:
    """Adds a job title. Raises Conflict for a code in use."""
    row = await asked_one(
        connection,
        "INSERT INTO job_title (id, code, name, asks_location) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (code) DO NOTHING RETURNING id",
        new_id(),
        code,
        name,
        asks_location,
    )
    if row is None:
        raise Conflict(field="code")
    return row["id"]


async def job_title_changed(
    connection: Any, job_title_id: UUID, name: str, asks_location: bool
) -> list[UUID]:
    """Renames a job or changes its policy; the answer is who holds it. Raises NotFound."""
    if not await asked(
        connection,
        "UPDATE job_title SET name = $2, asks_location = $3 WHERE id = $1 RETURNING id",
        job_title_id,
        name,
        asks_location,
    ):
        raise NotFound
    rows = await asked(connection, "SELECT id FROM employee WHERE job_title_id = $1", job_title_id)
    return [row["id"] for row in rows]


async def job_title_removed(connection: Any, job_title_id: UUID) -> None:
    """Deletes a job nobody holds, with its unused templates. Raises Conflict, NotFound."""
    used = await asked_one(
        connection,
        """SELECT EXISTS (SELECT FROM employee WHERE job_title_id = $1)
               OR EXISTS (SELECT FROM target t JOIN target_template m ON m.id = t.template_id
                           WHERE m.job_title_id = $1) AS used""",
        job_title_id,
    )
    if used is not None and used["used"]:
        raise Conflict(field="job_title_id", reason="in_use")
    await asked(connection, "DELETE FROM target_template WHERE job_title_id = $1", job_title_id)
    if not await asked(
        connection, "DELETE FROM job_title WHERE id = $1 RETURNING id", job_title_id
    ):
        raise NotFound


async def templates_of(connection: Any, job_title_id: UUID) -> Sequence[Row]:
    """The templates of a job, in the order they were made."""
    return await asked(
        connection, f"{TEMPLATE} WHERE job_title_id = $1 ORDER BY made_at, id", job_title_id
    )


async def template_row(connection: Any, template_id: UUID) -> Row | None:
    """One template."""
    return await asked_one(connection, f"{TEMPLATE} WHERE id = $1", template_id)


async def template_set(connection: Any, template: Template) -> None:
    """Adds a template or changes it; targets made from it stay as they were agreed."""
    await asked(
        connection,
        SET_TEMPLATE,
        template.id,
        template.job_title_id,
        template.indicator,
        template.unit_of_measure,
        template.aspect,
        template.direction,
        template.quantity,
        template.low,
        template.high,
        template.max_quantity,
        template.period,
    )


async def template_removed(connection: Any, template_id: UUID) -> None:
    """Deletes a template that no target was made from. Raises Conflict, NotFound."""
    if await asked(connection, "SELECT 1 FROM target WHERE template_id = $1 LIMIT 1", template_id):
        raise Conflict(field="template_id", reason="in_use")
    if not await asked(
        connection, "DELETE FROM target_template WHERE id = $1 RETURNING id", template_id
    ):
        raise NotFound


async def planned_targets(
    connection: Any,
    job_title_id: UUID,
    unit_id: UUID,
    period: tuple[PeriodKind, Days],
    for_whom_not: UUID | None = None,
    differing: Differing | None = None,
) -> list[Planned]:
    """What applying the job's templates of this kind of period to a unit and below would do.

    `for_whom_not`: the person who applies, since nobody sets their own targets. Raises
    InvalidValue for a difference or a person that is not among those it is about.
    """
    differing = differing or Differing()
    kind, days = period
    templates = [
        row for row in await templates_of(connection, job_title_id) if row["period"] == kind
    ]
    people = _chosen(await asked(connection, HOLDERS, unit_id, job_title_id), differing.only)
    pairs = {(person["id"], template["id"]) for person in people for template in templates}
    if not differing.by_pair.keys() <= pairs:
        raise InvalidValue(field="differences")
    spans = {zone: bounds(days, zone) for zone in {person["zone"] for person in people}}
    have = {
        (row["employee_id"], row["template_id"])
        for row in await asked(
            connection,
            HAVE_ALREADY,
            [person["id"] for person in people],
            [template["id"] for template in templates],
            [start for start, _ in spans.values()],
        )
    }
    planned: list[Planned] = []
    for person in people:
        start, end = spans[person["zone"]]
        for template in templates:
            target = NewTarget(
                new_id(),
                person["id"],
                person["name"],
                template["indicator"],
                template["unit_of_measure"],
                template["quantity"],
                start,
                end,
                template["aspect"],
                template["direction"],
                template["low"],
                template["high"],
                template["max_quantity"],
                template["id"],
            )
            pair = person["id"], template["id"]
            difference = differing.by_pair.get(pair)
            outcome: Outcome = "made"
            if person["id"] == for_whom_not:
                outcome = "oneself"
            elif pair in have:
                outcome = "exists"
            elif difference is not None and difference.leave_out:
                outcome = "left_out"
            own = target if difference is None else _differing(target, difference)
            planned.append(Planned(outcome, own, differs=own != target))
    return planned


def _chosen(people: Sequence[Row], only: frozenset[UUID] | None) -> Sequence[Row]:
    if only is None:
        return people
    if not only <= {person["id"] for person in people}:
        raise InvalidValue(field="employee_ids")
    return [person for person in people if person["id"] in only]


def _differing(target: NewTarget, difference: Difference) -> NewTarget:
    """The target with what one person gets otherwise."""
    given = {
        name: getattr(difference, name)
        for name in ("quantity", "low", "high", "max_quantity")
        if getattr(difference, name) is not None
    }
    own = replace(target, **given)
    if own.low is not None and own.high is not None and own.low > own.high:
        raise InvalidValue(field="differences")
    return own


async def templates_applied(
    connection: Any,
    job_title_id: UUID,
    unit_id: UUID,
    period: tuple[PeriodKind, Days],
    by: UUID,
    differing: Differing | None = None,
) -> tuple[list[Planned], list[FeedRow]]:
    """Makes what the preview showed. Two who apply at once make nothing twice: the second waits
    for the shards and then finds the targets of the first. Announce the events after the commit.
    """
    seen = await planned_targets(connection, job_title_id, unit_id, period, by, differing)
    await locked_units_of(connection, [each.target.employee_id for each in seen])
    planned = await planned_targets(connection, job_title_id, unit_id, period, by, differing)
    fresh = [each.target for each in planned if each.outcome == "made"]
    return planned, await targets_made(connection, fresh, by)
