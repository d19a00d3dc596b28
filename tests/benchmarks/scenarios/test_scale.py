"""The scenario in small: the same answers from a short history and a longer one."""

from benchmarks.rig import built_rig
from benchmarks.scenarios import scale
from benchmarks.town import Town

SMALL = Town(agencies=2, sections=2, people=3, targets=2)
SIZE = scale.Size(few=24, many=24 * 40, calls=2, scans=1, due_targets=2)


async def test_the_same_questions_are_asked_of_both(tmp_path, monkeypatch):
    async with built_rig(tmp_path, SMALL) as rig:
        figures = await scale.measured(rig, 1, SIZE)
    assert [figure.metric for figure in figures] == [
        "a board, 960 reports",
        "a feed page, 960 reports",
        "a resume, 960 reports",
        "a slip scan, 960 reports",
    ]
    assert {figure.peer for figure in figures} == {"24 reports"}
    assert all(figure.value > 0 and figure.ratio is not None for figure in figures)


def test_its_size_is_the_contracts():
    assert (scale.Size().few, scale.Size().many) == (10_000, 3_000_000)
    assert str(scale.SHARE) == "≤ 1.5 × peer"
