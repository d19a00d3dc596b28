"""Figures: medians, ratios round by round, and what a goal says of them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.figures import Figure, Goal, shown, table, write

POSITIVE = st.floats(min_value=0.001, max_value=1e6)


@given(st.lists(st.tuples(POSITIVE, POSITIVE), min_size=1, max_size=9))
def test_the_ratio_is_the_median_of_the_rounds_own_ratios(rounds):
    figure = Figure("single", "rate", "1/s", peer="pgbench")
    figure.values = [ours for ours, _ in rounds]
    figure.peer_values = [theirs for _, theirs in rounds]
    ratios = sorted(ours / theirs for ours, theirs in rounds)
    assert figure.ratio is not None
    assert ratios[0] <= figure.ratio <= ratios[-1]
    assert min(figure.values) <= figure.value <= max(figure.values)


@given(POSITIVE, POSITIVE)
def test_a_machine_that_slows_down_slows_both(speed, slower):
    figure = Figure("single", "rate", "1/s", peer="pgbench")
    figure.values, figure.peer_values = [speed * 2, slower * 2], [speed, slower]
    assert figure.ratio == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("goal", "value", "ratio", "holds"),
    [
        (Goal("at_most", 25.0), 25.0, None, True),
        (Goal("at_most", 25.0), 25.1, None, False),
        (Goal("at_least", 1.5, "ratio"), 1.0, 1.5, True),
        (Goal("at_least", 1.5, "ratio"), 9.0, 1.4, False),
        (Goal("at_least", 1.5, "ratio"), 9.0, None, None),
    ],
)
def test_a_goal_holds_for_the_value_or_the_ratio(goal, value, ratio, holds):
    assert goal.holds(value, ratio) is holds


def test_a_row_has_what_the_contract_names():
    figure = Figure("live", "CPU", "µs", Goal("at_most", 0.4, "ratio"), "nchan", [1.0], [4.0])
    assert figure.as_json() == {
        "scenario": "live",
        "metric": "CPU",
        "value": 1.0,
        "unit": "µs",
        "peer": "nchan",
        "peer_value": 4.0,
        "ratio": 0.25,
        "goal": "≤ 0.4 × peer",
        "holds": True,
        "spread": [1.0, 1.0],
    }


def test_one_scenario_leaves_the_others_rows_in_the_file(tmp_path):
    path = tmp_path / "build" / "bench.json"
    write(
        [Figure("single", "rate", "1/s", values=[1.0]), Figure("idle", "m", "KB", values=[2.0])],
        path,
    )
    write([Figure("single", "r", "1/s", values=[3.0])], path)
    rows = json.loads(path.read_text("utf-8"))
    assert {row["scenario"]: row["value"] for row in rows} == {"single": 3.0, "idle": 2.0}


def test_the_table_shows_the_spread_and_says_no_aloud():
    met = Figure("idle", "memory", "KB", Goal("at_most", 20.0), values=[13.0, 14.0, 15.0])
    missed = Figure("batch", "rate", "1/s", Goal("at_least", 6.0, "ratio"), "pgbench", [2e4], [4e3])
    alone = Figure("live", "CPU", "µs", Goal("at_most", 1.0, "ratio"), None, [6.0])
    _, first, second, third = table([met, missed, alone]).splitlines()
    assert "13.0 … 15.0" in first
    assert first.endswith("yes")
    assert "20,000" in second
    assert second.endswith("NO")
    assert third.endswith("—")


def test_a_number_has_the_digits_of_a_measurement():
    assert [shown(value) for value in (12_345.6, 123.45, 1.234)] == ["12,346", "123.5", "1.23"]
