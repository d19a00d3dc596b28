"""The command: which scenarios, where the figures go, and what is said of a missed goal."""

import json

import pytest

from benchmarks import __main__ as command
from benchmarks.figures import Figure, Goal


def test_all_scenarios_of_the_contract_are_there():
    of_the_feed = ["single", "batch", "live", "idle", "scale"]
    of_notices = ["outbox", "flood", "slips", "calendar"]
    of_performance = ["cycle", "papers", "templates"]
    of_the_app = ["app"]
    expected = [*of_the_feed, *of_notices, *of_performance, *of_the_app]
    assert list(command.SCENARIOS) == expected


def test_five_rounds_of_everything_unless_told():
    chosen = command.options([])
    assert (chosen.scenario, chosen.rounds) == (None, 5)
    assert str(chosen.output) == "build/bench.json"
    assert command.options(["--scenario", "idle"]).scenario == "idle"


def test_an_unknown_scenario_is_refused(capsys):
    with pytest.raises(SystemExit):
        command.options(["--scenario", "everything"])
    assert "everything" in capsys.readouterr().err


@pytest.mark.parametrize(("value", "holds"), [(13.0, True), (30.0, False)])
def test_a_missed_goal_is_said(monkeypatch, tmp_path, capsys, value, holds):
    async def measured(rig, rounds):
        assert rounds == 2
        return [Figure("idle", "memory", "KB", Goal("at_most", 20.0), values=[value] * rounds)]

    monkeypatch.setitem(
        command.SCENARIOS, "idle", command.Scenario(command.SCENARIOS["idle"].town, measured)
    )
    monkeypatch.setattr(command, "built_rig", no_rig)
    output = tmp_path / "bench.json"
    arguments = ["--scenario", "idle", "--rounds", "2", "--output", str(output)]
    command.main([*arguments, "--folder", str(tmp_path)])
    assert json.loads(output.read_text("utf-8"))[0]["holds"] is holds
    assert ("missed: idle: memory" in capsys.readouterr().out) is not holds


class no_rig:  # noqa: N801
    """Stands where a database would."""

    def __init__(self, folder, town):
        self.folder = folder

    async def __aenter__(self):
        return None

    async def __aexit__(self, *_):
        return None
