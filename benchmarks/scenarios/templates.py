"""A job's templates are given to a thousand people at once, over HTTP, each second one differing.

What HR waits for: one request that makes every target with its pace and its event, or shows them.
"""

import time
from dataclasses import dataclass
from typing import Any

import httpx

from benchmarks.figures import Figure, Goal
from benchmarks.rig import Rig
from benchmarks.town import EMPLOYEE, OTHER, Town, agency, token, uid

TOWN = Town(agencies=2, sections=50, people=20, targets=1, hr_of_first_agency=1)
JOB = uid(OTHER, 900_001)
TEMPLATES = (uid(OTHER, 910_001), uid(OTHER, 910_002))
WITHIN_S = 120.0  # after which a request is given up


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it: the first agency of the town says."""

    limit_s: float = 5.0


async def measured(rig: Rig, rounds: int, size: Size | None = None) -> list[Figure]:
    """Seconds to make two targets for everybody in an agency, and to show them before."""
    size = size or Size()
    town = rig.town
    people = town.sections * town.people
    figures = [
        Figure(
            "templates",
            f"{people:,} people get {len(TEMPLATES)} targets each",
            "s",
            Goal("at_most", size.limit_s),
        ),
        Figure("templates", f"the same shown for {people:,} people", "s"),
    ]
    await _prepared(rig)
    differences = [
        {
            "employee_id": str(uid(EMPLOYEE, number)),
            "template_id": str(TEMPLATES[0]),
            "quantity": 100 + number,
        }
        for number in range(1, people + 1, 2)
    ]
    headers = {"authorization": f"Bearer {token(town.hr()[0])}"}
    async with (
        rig.service() as service,
        httpx.AsyncClient(base_url=service.url, headers=headers, timeout=WITHIN_S) as client,
    ):
        for number in range(rounds):
            body = {
                "job_title_id": str(JOB),
                "unit_id": str(agency(1)),
                "period": f"{2027 + number // 12}-{number % 12 + 1:02}",
                "differences": differences,
            }
            for figure, preview in zip(reversed(figures), (True, False), strict=True):
                took_s, answer = await _asked(client, body | {"preview": preview})
                if answer["made"] != people * len(TEMPLATES):
                    raise RuntimeError(f"{answer['made']} targets for {people} people")
                figure.values.append(took_s)
    return figures


async def _prepared(rig: Rig) -> None:
    """Everybody of the first agency gets the job, with its templates of a month."""
    async with rig.connected() as connection:
        await connection.execute(
            "INSERT INTO job_title (id, code, name) VALUES ($1, 'bench', 'Perawat')", JOB
        )
        await connection.executemany(
            "INSERT INTO target_template (id, job_title_id, indicator, unit_of_measure, quantity)"
            " VALUES ($1, $2, $3, 'orang', 300)",
            [(each, JOB, f"Pasien {place}") for place, each in enumerate(TEMPLATES)],
        )
        await connection.execute(
            "UPDATE employee SET job_title_id = $1"
            "  WHERE unit_id IN (SELECT unit_id FROM unit_ancestry WHERE ancestor_id = $2)",
            JOB,
            agency(1),
        )
        await connection.execute("ANALYZE")


async def _asked(client: httpx.AsyncClient, body: dict[str, Any]) -> tuple[float, dict[str, Any]]:
    began = time.perf_counter()
    answer = await client.post("/v1/targets/from-templates", json=body)
    took_s = time.perf_counter() - began
    answer.raise_for_status()
    return took_s, answer.json()
