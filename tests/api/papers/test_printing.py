"""The press process: a line in, a line out, whatever goes wrong; over when its input is over."""

import io
import json
from pathlib import Path

from api.papers.printing import answered, serve
from tests.api.papers.test_typesetting import poster


def setting(file: Path) -> dict[str, object]:
    return {
        "set": {"form": "poster", "data": poster(), "qr": "x", "file": str(file), "tagged": False}
    }


def test_a_piece_is_set_and_joined(tmp_path: Path) -> None:
    one, two, whole = (tmp_path / name for name in ("1.pdf", "2.pdf", "whole.pdf"))
    first, second = answered(setting(one)), answered(setting(two))
    assert (first["pages"], second["pages"]) == (1, 1)
    assert second["resident_bytes"] > 1_000_000
    bound = answered({"join": {"pieces": [str(one), str(two)], "file": str(whole)}})

    assert bound["pages"] == 2
    assert bound["bytes"] == whole.stat().st_size


def test_each_line_has_its_answer_and_a_bad_one_stops_nothing(tmp_path: Path) -> None:
    lines = ["nonsense", json.dumps({"join": {}}), json.dumps(setting(tmp_path / "1.pdf"))]
    answers = io.StringIO()
    serve(io.StringIO("\n".join(lines) + "\n"), answers)

    first, second, third = (json.loads(line) for line in answers.getvalue().splitlines())
    assert first["error"].startswith("JSONDecodeError")
    assert second["error"].startswith("KeyError")
    assert third["pages"] == 1


def test_it_ends_with_its_input() -> None:
    answers = io.StringIO()
    serve(io.StringIO(""), answers)

    assert answers.getvalue() == ""
