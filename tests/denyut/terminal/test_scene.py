"""One picture: as high as asked, newest cards first, the board worst first."""

from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from rich.console import Console

from denyut.terminal.scene import Scene, neediest, newest_cards, picture, progress_in
from denyut.terminal.words import Words
from mobile_contract.board import Board, BoardPerson
from mobile_contract.cards import TopicState
from mobile_contract.live import Progress, RollupRow
from tests.denyut.terminal.test_cards import NOW, TARGET, TEXTS, report, target


def numbered(position: int, minutes: int) -> Any:
    made = report(employee_name=f"Orang {position}")
    return msgspec.structs.replace(made, position=position, at=NOW - timedelta(minutes=minutes))


def board(*people: BoardPerson) -> Board:
    return Board(people=list(people), total_people=12, slipped=1, at_risk=2, waiting=3)


def person(name: str, *targets: Any) -> BoardPerson:
    return BoardPerson(
        employee_id=uuid4(),
        name=name,
        unit_id=uuid4(),
        unit_name="Bidang",
        slipped=1,
        at_risk=0,
        waiting=0,
        last_contact_at=NOW,
        targets=list(targets),
    )


def scene(**changes: Any) -> Scene:
    state = TopicState(
        "unit:a",
        64,
        cards=tuple(numbered(16 * place, 10 - place) for place in range(1, 5)),
        progress={TARGET: Progress(TARGET, 250, 200, 12, "on_track")},
    )
    values: dict[str, Any] = {
        "title": "Bidang Pendaftaran",
        "status": "● tersambung",
        "now": NOW,
        "words": Words(),
        "texts": TEXTS,
        "states": {"unit:a": state},
    }
    return Scene(**(values | changes))


def drawn(scene: Scene, width: int, height: int) -> list[str]:
    console = Console(width=width, height=height, file=StringIO(), record=True)
    console.print(picture(scene, width, height))
    return console.export_text().rstrip("\n").split("\n")


@pytest.mark.parametrize("width", [60, 80, 116, 160])
@pytest.mark.parametrize("height", [12, 24, 50])
def test_a_picture_is_exactly_as_high_and_wide_as_the_terminal(width: int, height: int) -> None:
    lines = drawn(scene(board=board(person("Budi", target()))), width, height)
    assert len(lines) == height
    assert max(len(line) for line in lines) <= width


def test_the_newest_card_is_on_top() -> None:
    text = "\n".join(drawn(scene(), 100, 30))
    assert text.index("Orang 64") < text.index("Orang 48") < text.index("Orang 16")


def test_a_card_of_two_topics_is_shown_once() -> None:
    one = numbered(16, 1)
    states = [TopicState(topic, 16, cards=(one,)) for topic in ("unit:a", "person:b")]
    assert newest_cards(states) == [one]


def test_the_board_shows_totals_contact_and_the_neediest_target() -> None:
    behind = target(id=uuid4(), pace={"state": "slipped", "expected": 220})
    text = "\n".join(drawn(scene(board=board(person("Budi", target(), behind))), 140, 30))
    assert "12 orang · 1 target tertinggal" in text
    assert "Budi  kabar 14.05" in text
    assert "▼ tertinggal" in text


def test_a_measured_target_is_not_called_on_pace_before_anybody_can_know() -> None:
    days: dict[str, Any] = {"aspect": "time", "direction": "lower", "minimum_observations": 10}
    few = target(**days, pace={"observations": 7})
    assert "baru 7 dari 10 pengukuran" in "\n".join(board_of(few))
    enough = target(**days, pace={"observations": 10})
    assert "● sesuai laju" in "\n".join(board_of(enough))
    surveyed = target(**days, service_id=uuid4(), pace={"observations": 10})
    assert "dinilai dari survei" in "\n".join(board_of(surveyed))


def board_of(known: Any) -> list[str]:
    """A picture whose board shows one person with this target."""
    return drawn(scene(board=board(person("Budi", known)), states={}), 140, 30)


def test_an_empty_feed_says_so() -> None:
    assert "Belum ada laporan" in "\n".join(drawn(scene(states={}), 80, 14))


def test_a_big_scope_shows_its_parts_the_busiest_first() -> None:
    own, school, clinic = (UUID(int=n) for n in (1, 2, 3))
    rows = {
        own: RollupRow(own, 1, 0, 0, 0),
        school: RollupRow(school, 40, 3, 0, 2),
        clinic: RollupRow(clinic, 7, 0, 0, 0),
    }
    topic = f"unit:{own}"
    shown = scene(
        states={topic: TopicState(topic, 16, mode="rollup", cards=(numbered(16, 1),))},
        rollups={topic: rows},
        unit_names={school: "SD Negeri 01", clinic: "Puskesmas"},
    )
    text = "\n".join(drawn(shown, 100, 20))
    assert text.index("SD Negeri 01") < text.index("Puskesmas") < text.index("Unit ini sendiri")
    assert "40 laporan hari ini · 3 disetujui · 2 tertinggal" in text
    assert "Orang 16" not in text


def test_worse_states_need_more_and_among_equals_what_is_missing() -> None:
    behind = target(id=uuid4(), pace={"state": "slipped", "expected": 210})
    further = target(id=uuid4(), pace={"state": "slipped", "expected": 240})
    assert neediest([target(), behind, further]) is further
    unknown = target(id=uuid4(), pace={"state": "resting", "expected": None})
    assert neediest([unknown, target()]) is not unknown
    assert neediest([]) is None


def test_progress_of_all_topics_is_known() -> None:
    assert progress_in(scene().states.values())[TARGET].pending == 12
