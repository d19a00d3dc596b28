"""Figures: rounds in, medians with their spread out, held against a goal.

A goal is either on the value itself or on its ratio to a peer's, which was measured in the same
run, round by round in turn, so that a machine that slows down slows both.
"""

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Side = Literal["at_most", "at_least"]


@dataclass(frozen=True, slots=True)
class Goal:
    """What must hold: `ratio` compares with the peer, otherwise the value is meant."""

    side: Side
    limit: float
    of: Literal["value", "ratio"] = "value"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __str__(self) -> str:
        sign = "≤" if self.side == "at_most" else "≥"
        return f"{sign} {self.limit:g}" + (" × peer" if self.of == "ratio" else "")

    def holds(self, value: float, ratio: float | None) -> bool | None:
        """None where the peer is missing."""
        measured = value if self.of == "value" else ratio
        if measured is None:
            return None
        return measured <= self.limit if self.side == "at_most" else measured >= self.limit


@dataclass(slots=True)
class Figure:
    """One metric of a scenario over its rounds."""

    scenario: str
    metric: str
    unit: str
    goal: Goal | None = None
    peer: str | None = None
    values: list[float] = field(default_factory=list)
    peer_values: list[float] = field(default_factory=list)

    @property
    def value(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.values)

    @property
    def peer_value(self) -> float | None:
        """The median of the peer's rounds."""
        return statistics.median(self.peer_values) if self.peer_values else None

    @property
    def ratio(self) -> float | None:
        """Ours by the peer's: the median of the rounds' own ratios."""
        if not self.peer_values:
            return None
        pairs = zip(self.values, self.peer_values, strict=False)
        return statistics.median(ours / theirs for ours, theirs in pairs)

    @property
    def holds(self) -> bool | None:
        """Whether the goal is met; None without a goal or without its peer."""
        return self.goal.holds(self.value, self.ratio) if self.goal else None

    def as_json(self) -> dict[str, Any]:
        """One row of build/bench.json."""
        return {
            "scenario": self.scenario,
            "metric": self.metric,
            "value": round(self.value, 4),
            "unit": self.unit,
            "peer": self.peer,
            "peer_value": None if self.peer_value is None else round(self.peer_value, 4),
            "ratio": None if self.ratio is None else round(self.ratio, 4),
            "goal": str(self.goal) if self.goal else None,
            "holds": self.holds,
            "spread": [round(min(self.values), 4), round(max(self.values), 4)],
        }


def write(figures: Sequence[Figure], path: Path) -> None:
    """Keeps rows of other scenarios that an earlier run left in the file."""
    named = {figure.scenario for figure in figures}
    kept = json.loads(path.read_text("utf-8")) if path.exists() else []
    rows = [row for row in kept if row["scenario"] not in named]
    rows += [figure.as_json() for figure in figures]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", "utf-8")


def table(figures: Sequence[Figure]) -> str:
    """The same for a person, one line a figure."""
    metrics = [f"{figure.metric} ({figure.unit})" for figure in figures]
    wide = max([42, *(len(metric) + 2 for metric in metrics)])
    head = f"{'scenario':<10}{'metric':<{wide}}{'median':>9}  {'spread':<19}{'peer':>9}{'ratio':>7}"
    lines = [f"{head}  {'goal':<14}holds"]
    for figure, metric in zip(figures, metrics, strict=True):
        spread = f"{shown(min(figure.values))} … {shown(max(figure.values))}"
        peer = "—" if figure.peer_value is None else shown(figure.peer_value)
        ratio = "—" if figure.ratio is None else f"{figure.ratio:.2f}"
        holds = {True: "yes", False: "NO", None: "—"}[figure.holds]
        lines.append(
            f"{figure.scenario:<10}{metric:<{wide}}"
            f"{shown(figure.value):>9}  {spread:<19}{peer:>9}{ratio:>7}"
            f"  {figure.goal or '':<14}{holds}"
        )
    return "\n".join(lines)


def shown(value: float) -> str:
    """A number with the digits that a measurement has."""
    return f"{value:,.0f}" if value >= 1_000 else f"{value:,.2f}" if value < 10 else f"{value:,.1f}"
