"""Frozen evidence: one form, one hash, and the same suggestion for ever."""

import hashlib
import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.evidence import (
    MOST_REPORT_IDS,
    RULES,
    TargetFacts,
    achievement_of,
    frozen,
    reproduced,
    result_content,
    scaled_goal,
    suggestion_of,
    target_content,
    told,
)
from models.rules.ratings import ASSUMED, Bands, Rating, Shown, Value, behaviour_suggested

VISITS = TargetFacts(
    *("a", "Kunjungan", "kali", "quantity", "higher"),
    *(300.0, None, None, 10, 1.0, 270.0, 12.0, 30, ("r1", "r2")),
)
amounts = st.floats(min_value=0, max_value=1e6)
shares = st.floats(min_value=0, max_value=1)
facts = st.builds(
    TargetFacts,
    id=st.uuids().map(str),
    indicator=st.text(max_size=5),
    unit_of_measure=st.just("kali"),
    aspect=st.sampled_from(["quantity", "quality", "time", "cost"]),
    direction=st.sampled_from(["higher", "lower"]),
    quantity=amounts,
    low=st.none(),
    high=st.none(),
    minimum_observations=st.integers(1, 20),
    share=shares,
    approved=amounts,
    pending=amounts,
    observations=st.integers(0, 30),
    report_ids=st.lists(st.uuids().map(str), max_size=3).map(tuple),
    kind=st.sampled_from(["main", "additional"]),
    service_id=st.none() | st.just("loket"),
    index=st.none() | st.floats(25, 100),
)
rising = st.tuples(st.floats(1, 90), st.floats(90, 110), st.floats(110, 200)).map(
    lambda ends: Bands(*ends)
)


def content_of(
    targets: list[TargetFacts], bands: Bands, shown: list[Shown] | None = None
) -> dict[str, Any]:
    suggestion = suggestion_of(targets, bands)
    behaviour = behaviour_suggested(shown) if shown else None
    return {
        "rules": RULES,
        "bands": asdict(bands),
        "targets": [target_content(each, suggestion) for each in targets],
        "behaviours": [asdict(each) for each in shown or []],
        "suggestion": {"result": result_content(suggestion), "behaviour": behaviour},
    }


@given(
    st.lists(facts, max_size=6, unique_by=lambda each: each.id),
    rising,
    st.none() | st.lists(st.sampled_from(Rating), min_size=7, max_size=7),
)
def test_what_was_frozen_is_reproduced_from_the_text_alone(targets, bands, given_ratings):
    shown = given_ratings and [
        Shown(value, rating, "Contoh") for value, rating in zip(Value, given_ratings, strict=True)
    ]
    text = frozen(content_of(targets, bands, shown)).text
    again = reproduced(text)
    assert again.result == suggestion_of(targets, bands)
    assert (again.result.rating, again.result.mean, again.behaviour) == told(text)


def test_the_text_has_one_form_and_its_hash_is_of_its_bytes():
    one, other = frozen({"b": 1, "a": "Ramadan – é"}), frozen({"a": "Ramadan – é", "b": 1})
    assert one == other
    assert one.text == '{"a":"Ramadan – é","b":1}'
    assert one.sha256 == hashlib.sha256(one.text.encode()).digest()


def test_numbers_without_a_word_in_json_are_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        frozen({"mean": float("nan")})


def test_a_part_is_asked_for_its_share_of_a_sum():
    half = replace(VISITS, share=0.5)
    assert scaled_goal(half).quantity == 150
    assert achievement_of(half) == 180.0
    ranged = replace(half, direction="range", low=100.0, high=400.0)
    assert (scaled_goal(ranged).low, scaled_goal(ranged).high) == (50, 200)


def test_a_measured_value_is_asked_for_in_full_whatever_the_part():
    quality = replace(VISITS, aspect="quality", quantity=85.0, share=0.2, approved=2550.0)
    assert scaled_goal(quality).quantity == 85
    assert achievement_of(quality) == 100.0  # 2550 over 30 reports


def test_a_part_without_working_time_is_missing():
    assert achievement_of(replace(VISITS, share=0.0)) is None


def test_what_waits_for_the_supervisor_is_shown_and_not_counted():
    assert achievement_of(VISITS) == achievement_of(replace(VISITS, pending=500.0)) == 90.0


def test_a_target_that_names_a_service_has_its_index_as_its_value():
    named = replace(VISITS, service_id="loket", aspect="quality", quantity=88.31, index=91.48)
    assert achievement_of(named) == 103.59
    assert achievement_of(replace(named, index=None)) is None


def test_of_very_many_reports_their_count_and_hash_stand_for_the_rest():
    many = tuple(f"{number:04}" for number in range(MOST_REPORT_IDS + 7))
    target = replace(VISITS, report_ids=many)
    content = target_content(target, suggestion_of([target], ASSUMED))
    assert len(content["report_ids"]) == MOST_REPORT_IDS
    assert content["reports"] == MOST_REPORT_IDS + 7
    assert content["reports_sha256"] == hashlib.sha256("\n".join(many).encode()).hexdigest()


@pytest.mark.parametrize("spoilt", [{"rules": "1999-9"}, {"rules": RULES}, {}])
def test_an_unknown_text_is_not_guessed_at(spoilt):
    with pytest.raises(ValueError, match="no "):
        reproduced(json.dumps(spoilt))
