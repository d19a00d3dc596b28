"""A small town on the run's own server, for scenarios in small."""

import pytest

from benchmarks.rig import Rig
from benchmarks.town import Town

SMALL = Town(agencies=2, sections=2, people=3, targets=2, hr_of_first_agency=4)


@pytest.fixture
async def rig(database: str, tmp_path) -> Rig:
    """A town of twelve people; four of them hold HR for the first agency."""
    made = Rig(database, tmp_path, SMALL)
    await made.settle_town()
    return made
