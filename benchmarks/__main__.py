"""`make bench`: measures every scenario, or one, prints the table, and writes build/bench.json.

    python -m benchmarks [--scenario NAME] [--rounds 5] [--output build/bench.json]

Each scenario gets a database of its own. A missed goal is said below the table and in the file;
it does not fail the command, whose work is to measure. A goal whose peer is not installed is
neither met nor missed.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvloop

from benchmarks.figures import Figure, table, write
from benchmarks.rig import Rig, built_rig
from benchmarks.scenarios import (
    app,
    batch,
    calendar,
    cycle,
    flood,
    idle,
    live,
    outbox,
    papers,
    scale,
    single,
    slips,
    templates,
)
from benchmarks.town import Town

ROUNDS = 5
OUTPUT = Path("build/bench.json")
PERSISTENT = Path("/var/tmp")  # /tmp may lie in memory, where a flush to disk costs nothing


@dataclass(frozen=True, slots=True)
class Scenario:
    """A town, and what is measured in it: rig and rounds in, figures out."""

    town: Town
    measured: Callable[[Rig, int], Awaitable[list[Figure]]]


SCENARIOS: Final[Mapping[str, Scenario]] = {
    "single": Scenario(single.TOWN, single.measured),
    "batch": Scenario(batch.TOWN, batch.measured),
    "live": Scenario(live.TOWN, live.measured),
    "idle": Scenario(idle.TOWN, idle.measured),
    "scale": Scenario(scale.TOWN, scale.measured),
    "outbox": Scenario(outbox.TOWN, outbox.measured),
    "flood": Scenario(flood.TOWN, flood.measured),
    "slips": Scenario(slips.TOWN, slips.measured),
    "calendar": Scenario(calendar.TOWN, calendar.measured),
    "cycle": Scenario(cycle.TOWN, cycle.measured),
    "papers": Scenario(papers.TOWN, papers.measured),
    "templates": Scenario(templates.TOWN, templates.measured),
    "app": Scenario(app.TOWN, app.measured),
}


def options(arguments: Sequence[str]) -> argparse.Namespace:
    """What to run, how often, and where the figures go."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--scenario", choices=list(SCENARIOS), help="only this one")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of which the median is taken")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="where the figures are kept")
    parser.add_argument(
        "--folder", type=Path, default=PERSISTENT, help="where the databases are, until the end"
    )
    return parser.parse_args(arguments)


async def measured(names: Sequence[str], rounds: int, folder: Path, output: Path) -> list[Figure]:
    """One scenario after another; what is measured is written at once, and printed."""
    figures: list[Figure] = []
    for name in names:
        scenario, began = SCENARIOS[name], time.monotonic()
        print(f"\n{name}: {rounds} rounds", flush=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=f"denyut-bench-{name}-") as made:
            async with built_rig(Path(made), scenario.town) as rig:
                found = await scenario.measured(rig, rounds)
        write(found, output)
        print(f"{table(found)}\n{name}: {time.monotonic() - began:,.0f} s", flush=True)
        figures += found
    return figures


def machine() -> str:
    """Where the figures come from: they are compared by their ratios, not by their seconds."""
    cores = len(os.sched_getaffinity(0))
    return f"{cores} processors, {platform.machine()}, Python {platform.python_version()}"


def main(arguments: Sequence[str]) -> None:
    """The whole command."""
    chosen = options(arguments)
    names = [chosen.scenario] if chosen.scenario else list(SCENARIOS)
    print(machine())
    figures = uvloop.run(measured(names, chosen.rounds, chosen.folder, chosen.output))
    if len(names) > 1:
        print(f"\n{table(figures)}")
    for figure in figures:
        if figure.holds is False:
            print(f"missed: {figure.scenario}: {figure.metric}")


if __name__ == "__main__":
    main(sys.argv[1:])
