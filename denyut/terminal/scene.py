"""One picture of the feed and the board, as wide and as high as the terminal. No I/O.

Newest cards first; the board worst first. A big scope shows its parts' counts instead of cards:
nobody reads five hundred people's reports as they come.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from denyut.terminal.bars import STYLES, bar
from denyut.terminal.cards import CardView, lines_of
from denyut.terminal.words import Words, plain
from mobile_contract.board import Board, BoardPerson
from mobile_contract.cards import TopicState
from mobile_contract.live import Card, Progress, RollupRow
from mobile_contract.targets import TargetView
from notifications.texts import Texts

WIDE: Final = 116  # columns from which the board stands beside the feed
BOARD_LINES: Final = 8  # below the feed on a narrow terminal
URGENCY: Final = ("slipped", "at_risk", "on_track", "achieved", "lapsed")


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a picture shows. `rollups`: the counts of each big topic's parts."""

    title: str
    status: str
    now: datetime
    words: Words
    texts: Texts
    states: Mapping[str, TopicState]
    board: Board | None = None
    rollups: Mapping[str, Mapping[UUID, RollupRow]] = field(
        default_factory=dict[str, Mapping[UUID, RollupRow]]
    )
    unit_names: Mapping[UUID, str] = field(default_factory=dict[UUID, str])


def picture(scene: Scene, width: int, height: int) -> RenderableType:
    """The scene for a terminal of so many columns and lines."""
    beside = width >= WIDE and scene.board is not None
    inside = height - 2
    if beside:
        grid = Table.grid(padding=(0, 2), expand=True)
        grid.add_column(ratio=3)
        grid.add_column(ratio=2)
        grid.add_row(Group(*_feed(scene, inside)), Group(*_board(scene, inside, width * 2 // 5)))
        body: RenderableType = grid
    else:
        board = _board(scene, BOARD_LINES, width) if scene.board is not None else []
        body = Group(*_feed(scene, inside - len(board)), *board)
    title = f"{scene.words.say('feed')} · {plain(scene.title, 60)}"
    return Panel(
        body,
        title=Text(title, "bold"),
        subtitle=Text(f"{scene.status} · {scene.words.time(scene.now, scene.now)}", "dim"),
        title_align="left",
        subtitle_align="right",
        border_style="green",
        height=height,
    )


def newest_cards(states: Iterable[TopicState]) -> list[Card]:
    """The cards of all topics that show cards, each once, the newest first."""
    found: dict[int, Card] = {}
    for state in states:
        if state.mode == "events":
            found |= {card.position: card for card in state.cards}
    return sorted(found.values(), key=lambda card: (card.at, card.position), reverse=True)


def progress_in(states: Iterable[TopicState]) -> dict[UUID, Progress]:
    """Where the targets of all topics stand."""
    found: dict[UUID, Progress] = {}
    for state in states:
        found |= state.progress
    return found


def card_view(scene: Scene) -> CardView:
    """What the cards of a scene need beside themselves."""
    people = scene.board.people if scene.board is not None else []
    targets = {target.id: target for person in people for target in person.targets}
    return CardView(scene.words, scene.now, targets, scene.texts)


def _feed(scene: Scene, height: int) -> list[Text]:
    lines = _rollups(scene)
    view, progress = card_view(scene), progress_in(scene.states.values())
    for card in newest_cards(scene.states.values()):
        if len(lines) >= height:
            break
        lines += lines_of(card, progress, view)
    if not lines:
        lines = [Text(scene.words.say("nothing"), "dim")]
    for line in lines:
        line.no_wrap, line.overflow = True, "ellipsis"
    return lines[:height]


def _rollups(scene: Scene) -> list[Text]:
    """The parts of each big scope, the busiest first."""
    lines: list[Text] = []
    for topic, rows in scene.rollups.items():
        own = UUID(topic.partition(":")[2])
        for row in sorted(rows.values(), key=lambda row: -row.reports):
            name = scene.words.say("own") if row.unit_id == own else "…"
            line = Text(f"{plain(scene.unit_names.get(row.unit_id, name), 34):<36}", "bold")
            facts = {"reports": row.reports, "approvals": row.approvals, "slips": row.slips}
            line.append(scene.words.say("rollup", **facts), "red" if row.slips else "")
            lines.append(line)
    return lines


def _board(scene: Scene, height: int, width: int) -> list[Text]:
    """The line of people, worst first, each with the target that needs most."""
    board, words = scene.board, scene.words
    if board is None:
        return []
    totals = words.say(
        "totals",
        people=board.total_people,
        slipped=board.slipped,
        at_risk=board.at_risk,
        waiting=board.waiting,
    )
    lines = [Text(words.say("board"), "bold"), Text(totals, "dim")]
    for person in board.people:
        lines += _person(person, words, scene.now, max(8, min(20, width - 44)))
    for line in lines:
        line.no_wrap, line.overflow = True, "ellipsis"
    return lines[:height]


def _person(person: BoardPerson, words: Words, now: datetime, width: int) -> list[Text]:
    seen = person.last_contact_at or person.last_report_at
    first = Text(plain(person.name, 40), "bold")
    contact = words.say("contact", at=words.time(seen, now)) if seen else words.say("no_contact")
    first.append(f"  {contact}", "dim")
    target = neediest(person.targets)
    if target is None:
        return [first]
    pace, state = target.pace, target.pace.state
    second = Text("  ")
    measured = target.aspect in ("quality", "time")
    if measured and state == "on_track" and target.service_id is not None:
        second.append(words.say("surveyed"))
    elif measured and state == "on_track" and pace.observations < target.minimum_observations:
        facts = {"done": pace.observations, "least": target.minimum_observations}
        second.append(words.say("few", **facts))  # too little is known to say "on pace"
    else:
        said = words.say(state) if state in STYLES else plain(state, 20)
        second.append(said, STYLES.get(state, ""))
    if not measured:
        second.append(" ")
        second += bar(target.quantity, pace.approved, pace.pending, state, pace.expected, width)
        done, goal = words.number(pace.approved + pace.pending), words.number(target.quantity)
        unit = plain(target.unit_of_measure, 20)
        second.append(" " + words.say("of", done=done, goal=goal, unit=unit))
    else:
        second.append(f" {plain(target.indicator, 40)}", "dim")
    return [first, second]


def neediest(targets: Sequence[TargetView]) -> TargetView | None:
    """The target that needs most: by state, then by what is missing of what was expected."""

    def need(target: TargetView) -> tuple[int, float]:
        pace = target.pace
        state = URGENCY.index(pace.state) if pace.state in URGENCY else len(URGENCY)
        missing = (pace.expected or 0.0) - pace.approved - pace.pending
        return state, -missing / (target.quantity or 1.0)

    return min(targets, key=need, default=None)
