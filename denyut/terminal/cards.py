"""The cards of a feed as lines: who, what, how much toward which target, when, and the answers.

A card has the same words and states as on the screens. Each state has its own sign and word;
colour only underlines it. Cards of a kind that this version does not know are named, not hidden.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from rich.text import Text

from denyut.terminal.bars import STYLES, bar
from denyut.terminal.words import Words, plain
from mobile_contract.contents import (
    FeedbackContent,
    NoticeContent,
    ReportContent,
    SlipContent,
    TargetContent,
)
from mobile_contract.live import Card, Progress
from mobile_contract.targets import TargetView
from notifications.ladder import NoticeKind
from notifications.texts import Details, Texts

LATE: Final = timedelta(minutes=10)  # between the activity and its arrival: worth saying
BAR_WIDTH: Final = 24
INDENT: Final = "       "
STATUS_STYLES: Final = {
    "received": "cyan",
    "revised": "cyan",
    "approved": "green",
    "returned": "yellow",
    "withdrawn": "dim",
}


@dataclass(frozen=True, slots=True)
class CardView:
    """What is known beside a card: the words, the present, and the targets of the board."""

    words: Words
    now: datetime
    targets: Mapping[UUID, TargetView]
    texts: Texts


def lines_of(card: Card, progress: Mapping[UUID, Progress], view: CardView) -> list[Text]:
    """A card as a few lines, the first of which begins with the time."""
    try:
        match card.kind:
            case "report":
                body = _report(card, progress, view)
            case "slip" | "recovery":
                body = _turn(card, progress, view)
            case "target_changed":
                content = msgspec.json.decode(card.content, type=TargetContent)
                word = "target_made" if content.change == "made" else "target_changed"
                body = [Text(view.words.say(word, **_named(content)))]
            case "notice":
                body = [Text(view.words.say("notice", text=_notice(card, view)), "bold")]
            case _:
                body = [Text(view.words.say("other", kind=plain(card.kind, 40)), "dim")]
    except msgspec.MsgspecError:  # a newer service; the card is there and cannot be read
        body = [Text(view.words.say("other", kind=plain(card.kind, 40)), "dim")]
    first = Text().append(f"{view.words.time(card.at, view.now):>5}  ", "dim")
    return [first + body[0], *(Text(INDENT) + line for line in body[1:])]


def _report(card: Card, progress: Mapping[UUID, Progress], view: CardView) -> list[Text]:
    words = view.words
    content = msgspec.json.decode(card.content, type=ReportContent)
    unit = plain(content.unit_of_measure, 40)
    first = Text()
    first.append(plain(content.employee_name, 60), "bold")
    first.append(f"  {words.number(content.quantity)} {unit}")
    first.append(f" · {plain(content.indicator, 60)}", "dim")
    body = [first]
    standing = progress.get(content.target_id)
    if standing is not None:
        body.append(_standing(standing, unit, view))
    status = Text()
    status.append(_status(card, content, words), STATUS_STYLES.get(content.status, ""))
    if card.at - content.activity_at > LATE:
        then, at = words.time(content.activity_at, view.now), words.time(card.at, view.now)
        status.append(f"  {words.say('late', then=then, at=at)}", "dim")
    if content.note:
        status.append(f"  “{plain(content.note, 120)}”", "italic dim")
    body.append(status)
    return body + [_said(each, words) for each in card.feedback]


def _status(card: Card, content: ReportContent, words: Words) -> str:
    receipt, actor = card.receipt or "", plain(content.actor_name or "", 60)
    match content.status:
        case "received" | "revised":
            return words.say(content.status, receipt=receipt)
        case "approved":
            return words.say("approved", actor=actor)
        case "returned":
            return words.say("returned", actor=actor, reason=plain(content.reason or "", 160))
        case "withdrawn":
            return words.say("withdrawn")
        case _:
            return plain(content.status, 40)


def _said(raw: msgspec.Raw, words: Words) -> Text:
    said = msgspec.json.decode(raw, type=FeedbackContent)
    word = "praise" if said.feedback_kind == "praise" else "word"
    text = words.say(word, actor=plain(said.actor_name or "", 60), text=plain(said.text or "", 160))
    return Text(text + (words.say("read") if said.acknowledged_at else ""))


def _standing(standing: Progress, unit: str, view: CardView) -> Text:
    """The bar and the numbers behind it, with what is still needed by now."""
    words, target = view.words, view.targets.get(standing.target_id)
    done = standing.approved + standing.pending
    if target is not None and target.aspect in ("quality", "time"):
        pace = target.pace
        mean = (pace.approved + pace.pending) / max(1, pace.observations)
        facts = {"value": words.number(mean), "goal": words.number(standing.goal)}
        return Text(words.say("measured", unit=unit, **facts), STYLES.get(standing.state, ""))
    expected = target.pace.expected if target is not None else None
    text = bar(
        standing.goal, standing.approved, standing.pending, standing.state, expected, BAR_WIDTH
    )
    goal = words.number(standing.goal)
    text.append("  " + words.say("of", done=words.number(done), goal=goal, unit=unit))
    needed = math.ceil(expected - done) if expected is not None else 0
    if needed > 0:
        text.append(" · " + words.say("more", needed=words.number(needed)))
    text.append("  " + words.say(standing.state) if standing.state in STYLES else "", "dim")
    return text


def _turn(card: Card, progress: Mapping[UUID, Progress], view: CardView) -> list[Text]:
    content = msgspec.json.decode(card.content, type=SlipContent)
    style = "red" if card.kind == "slip" else "green"
    body = [Text(view.words.say(card.kind, **_named(content)), style)]
    standing = progress.get(content.target_id)
    if standing is not None:
        body.append(_standing(standing, plain(content.unit_of_measure, 40), view))
    return body


def _named(content: SlipContent | TargetContent) -> dict[str, str]:
    return {"name": plain(content.employee_name, 60), "indicator": plain(content.indicator, 60)}


def _notice(card: Card, view: CardView) -> str:
    """The inbox's own words; a kind that this version does not know is named."""
    content = msgspec.json.decode(card.content, type=NoticeContent)
    try:
        kind = NoticeKind(content.notice_kind)
    except ValueError:
        return plain(content.notice_kind, 40)
    details = Details(
        plain(content.indicator or "", 60),
        plain(content.employee_name or "", 60),
        subject=plain(content.subject, 120),
    )
    return view.texts.inbox(kind, view.words.language, details).body
