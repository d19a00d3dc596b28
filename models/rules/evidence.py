"""What a decision stood on, frozen so that the suggestion can be worked out again years later.

Source: issue 4, "What was decided can be reproduced years later from the frozen evidence, after
transfers and changes of rules". Invariants: the text holds everything that the rules of its time
ask for, names of then included, and nothing of today's is read to reproduce it; a text has one
form (canonical JSON), so its hash proves that nobody has touched it. `RULES` names the arithmetic;
when it changes, the old one stays here under its old name.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, cast

from models.rules.achievement import achievement, index_achievement
from models.rules.pace import Aspect, Direction, Goal
from models.rules.ratings import (
    Bands,
    Item,
    Rating,
    ResultKind,
    Shown,
    Suggestion,
    Value,
    behaviour_suggested,
    suggested,
)

RULES: Final = "2026-1"
MOST_REPORT_IDS = 500  # of one target in one text; beyond, their count and hash stand for them


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What is known of one target in one part. Sums in its own unit of measure.

    `share`: working time of the part within the target's period over that of the whole period
    (0-1), leave taken out. `observations`: approved reports in the part, or answers where the
    target names a public service, whose index is then its value.
    """

    id: str
    indicator: str
    unit_of_measure: str
    aspect: str
    direction: str
    quantity: float
    low: float | None
    high: float | None
    minimum_observations: int
    share: float
    approved: float
    pending: float
    observations: int
    report_ids: tuple[str, ...]
    kind: ResultKind = "main"
    result_title: str | None = None
    service_id: str | None = None
    index: float | None = None


@dataclass(frozen=True, slots=True)
class Frozen:
    """Canonical JSON and the hash of its UTF-8 bytes."""

    text: str
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Reproduced:
    """The suggestions that follow from a frozen text; behaviour None: none was given."""

    result: Suggestion
    behaviour: Rating | None


def scaled_goal(facts: TargetFacts) -> Goal:
    """The goal of the part: sums are asked for in proportion to its working time."""
    aspect, direction = Aspect(facts.aspect), Direction(facts.direction)
    share = 1.0 if aspect.is_measured else facts.share
    low = None if facts.low is None else facts.low * share
    high = None if facts.high is None else facts.high * share
    if direction is Direction.RANGE and (low is None or high is None):
        low = high = facts.quantity * share
    return Goal(
        facts.quantity * share,
        direction,
        aspect,
        low,
        high,
        minimum_observations=facts.minimum_observations,
    )


def value_of(facts: TargetFacts) -> float | None:
    """What was reached: the approved sum, the mean measured value, or the index; None: nothing."""
    if facts.service_id is not None:
        return facts.index
    if facts.observations <= 0:
        return None
    measured = Aspect(facts.aspect).is_measured
    return facts.approved / facts.observations if measured else facts.approved


def achievement_of(facts: TargetFacts) -> float | None:
    """Percent reached of the part's goal; None: missing, or no working time in the part."""
    if facts.service_id is not None:
        return index_achievement(facts.quantity, facts.index)
    if facts.share <= 0:
        return None
    return achievement(scaled_goal(facts), value_of(facts), facts.observations)


def suggestion_of(facts: Sequence[TargetFacts], bands: Bands) -> Suggestion:
    """What these targets suggest under these bands."""
    return suggested([Item(each.id, each.kind, achievement_of(each)) for each in facts], bands)


def target_content(facts: TargetFacts, suggestion: Suggestion) -> dict[str, Any]:
    """One target as it is frozen: the facts, the goal of the part, and what follows from both."""
    (banded,) = (item for item in suggestion.items if item.id == facts.id)
    goal = scaled_goal(facts)
    content = asdict(facts)
    ids = sorted(facts.report_ids)
    content["report_ids"] = ids[:MOST_REPORT_IDS]
    content["reports"] = len(ids)
    content["reports_sha256"] = hashlib.sha256("\n".join(ids).encode()).hexdigest()
    content["part_goal"] = {"quantity": goal.quantity, "low": goal.low, "high": goal.high}
    content["value"] = value_of(facts)
    content["achievement"] = banded.achievement
    content["rating"] = banded.rating
    return content


def result_content(suggestion: Suggestion) -> dict[str, Any]:
    """A suggestion as it is frozen; its items stand with the targets."""
    return {
        "rating": suggestion.rating,
        "mean": suggestion.mean,
        "missing": sorted(suggestion.missing),
    }


def frozen(content: Mapping[str, Any]) -> Frozen:
    """The one form of this content: sorted keys, no blanks, no number that JSON has no word for."""
    text = json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return Frozen(text, hashlib.sha256(text.encode()).digest())


def reproduced(text: str) -> Reproduced:
    """What is suggested by a frozen text alone, under the rules that it names.

    Raises ValueError for rules that this house does not know, or a text that is no evidence.
    """
    content = cast(dict[str, Any], json.loads(text))
    try:
        match content["rules"]:
            case "2026-1":
                return _reproduced_2026_1(content)
            case other:
                raise ValueError(f"no rules are called {other!r}")
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is no evidence: {error!r}") from error


def told(text: str) -> tuple[Rating | None, float | None, Rating | None]:
    """What the frozen text itself says was suggested: result, its mean, and behaviour."""
    suggestion = cast(dict[str, Any], json.loads(text))["suggestion"]
    result, behaviour = suggestion["result"], suggestion["behaviour"]
    return _rating(result["rating"]), result["mean"], _rating(behaviour)


def _reproduced_2026_1(content: Mapping[str, Any]) -> Reproduced:
    bands = Bands(**content["bands"])
    facts = [_facts(target) for target in content["targets"]]
    shown = [
        Shown(Value(each["value"]), Rating(each["rating"]), each["example"])
        for each in content["behaviours"]
    ]
    return Reproduced(suggestion_of(facts, bands), behaviour_suggested(shown) if shown else None)


def _facts(target: Mapping[str, Any]) -> TargetFacts:
    known = {name: target[name] for name in TargetFacts.__dataclass_fields__}
    known["report_ids"] = tuple(known["report_ids"])
    return TargetFacts(**known)


def _rating(word: str | None) -> Rating | None:
    return None if word is None else Rating(word)
