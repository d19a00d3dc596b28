"""What an import found and did: errors with their place, and what is different afterwards."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

from models.queries.feed import FeedRow
from models.queries.imports.table import RowError

What = Literal["added", "changed", "unchanged", "retired"]


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How to import. `retire_missing`: who and what the file leaves out is retired, but only in
    the units (for leave: of the people) that it names. `actor_id`: who stands in the audit.
    `units`: where the importer may set targets, everything below included; None: everywhere."""

    dry_run: bool = False
    retire_missing: bool = False
    actor_id: UUID | None = None
    units: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One row against what was there. `before` and `after` name only what changes."""

    line: int
    what: What
    key: str
    before: Mapping[str, Any] = field(default_factory=dict[str, Any])
    after: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(slots=True)
class Findings:
    """What one run collects. Whoever collects writes in one transaction, which is undone when
    anything stands in `errors` at the end.

    `rights`: whether anybody's rights may have changed.
    """

    now: datetime
    errors: list[RowError] = field(default_factory=list[RowError])
    differences: list[Difference] = field(default_factory=list[Difference])
    events: list[FeedRow] = field(default_factory=list[FeedRow])
    rights: bool = False


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The end of an import. `applied`: everything was committed; otherwise nothing was.

    `events` are to be announced, if the caller has a live feed to tell.
    """

    errors: Sequence[RowError]
    differences: Sequence[Difference]
    applied: bool
    events: Sequence[FeedRow] = ()

    def counts(self) -> dict[What, int]:
        """How many rows of each kind."""
        found = Counter(difference.what for difference in self.differences)
        return {what: found[what] for what in get_args(What)}


def compared(
    line: int, key: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Difference:
    """A row that exists against the file: `changed` with what differs, or `unchanged`."""
    told = [name for name in after if before.get(name) != after[name]]
    if not told:
        return Difference(line, "unchanged", key)
    return Difference(
        line,
        "changed",
        key,
        {name: before.get(name) for name in told},
        {name: after[name] for name in told},
    )
