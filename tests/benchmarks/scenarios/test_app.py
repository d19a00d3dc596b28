"""The scenario in small: the real app on a slowed phone; Lighthouse stays at home."""

import pytest

from benchmarks.feed_filling import Filling
from benchmarks.rig import Rig
from benchmarks.scenarios import app
from benchmarks.thin_line import SLOW_4G, THIN, Line

QUICK = Line("a quick line", 0.005, 20_000, 20_000)
SIZE = app.Size(
    taps=2,
    walks=1,
    reports=2,
    feed=Filling(items=20, events_per_s=40.0, shown_every_s=0.25),
    lines=((QUICK, 1, 60_000),),
    with_lighthouse=False,
)


@pytest.mark.usefixtures("browser")
async def test_everything_is_measured_once(database: str, tmp_path):
    rig = Rig(database, tmp_path, app.TOWN)
    await rig.settle_town()
    figures = await app.measured(rig, 1, SIZE)
    by_metric = {figure.metric: figure for figure in figures}
    assert len(figures) == len(by_metric) == 13
    assert all(len(figure.values) == 1 and figure.scenario == "app" for figure in figures)
    timed = [figure for figure in figures if figure.unit == "ms" and "longest" not in figure.metric]
    assert len(timed) == 6
    assert all(figure.value > 0 for figure in timed)
    assert 0.5 < by_metric["2 reports on the wire"].value < 5
    assert 0.5 < by_metric["heap, 20 in the feed"].value < 60


def test_its_size_is_the_contracts():
    size = app.Size()
    assert (size.feed.items, size.feed.events_per_s, size.reports) == (2_000, 20.0, 10)
    assert list(size.lines) == [(SLOW_4G, 4, 2_000), (THIN, 6, 5_000)]
    assert size.with_lighthouse


def test_the_nips_are_the_towns():
    assert app.nip(3) == "198001010000000003"


def test_of_a_hundred_values_five_may_be_more():
    assert app.p95([*range(1, 101)]) == 95
    assert app.p95([7.0]) == 7.0


def test_a_row_comes_into_being_once():
    found = app.Figures()
    found.add("a", "ms", 1.0, app.at_most(2))
    found.add("a", "ms", 3.0, app.at_most(2))
    assert [(row.values, row.holds) for row in found.rows.values()] == [([1.0, 3.0], True)]
