"""Every refusal can be said to a person, in both languages, and a phone knows what to do next."""

import json
from importlib.resources import files
from string import Formatter
from typing import get_args

import msgspec
import pytest

from mobile_contract.problems import (
    CATALOGUE,
    LANGUAGES,
    RETRY_MEANINGS,
    UNEXPECTED,
    Language,
    Problem,
    Problems,
    Retry,
)
from models.rules.refusals import all_refusals

KNOWN_DETAILS = {
    "field",
    "latest",
    "limit",
    "limit_bytes",
    "limit_characters",
    "limit_pixels",
    "log_id",
    "retry_after_s",
    "state",
}


def words(language: Language) -> dict[str, str]:
    source = files("mobile_contract").joinpath("texts", f"{language}.json")
    return json.loads(source.read_text("utf-8"))


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.fixture(scope="module")
def problems() -> Problems:
    return Problems.loaded()


def test_the_catalogue_holds_every_refusal_and_the_one_fault_of_ours() -> None:
    assert set(CATALOGUE) == {*all_refusals(), UNEXPECTED}


def test_every_retry_policy_is_explained() -> None:
    assert set(RETRY_MEANINGS) == set(get_args(Retry))
    assert {entry.retry for entry in CATALOGUE.values()} == set(get_args(Retry))


def test_both_languages_have_the_same_keys_and_nothing_is_left_over() -> None:
    indonesian, english = words("id"), words("en")
    assert list(indonesian) == list(english)
    wanted = {
        f"problem.{code}.{part}" for code in CATALOGUE for part in ("title", "detail", "action")
    }
    optional = {f"problem.{code}.more" for code in CATALOGUE}
    assert wanted <= set(indonesian)
    left_over = set(indonesian) - wanted - optional
    assert all(key.startswith("word.") for key in left_over)


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_are_short_and_sentences_end(language: Language) -> None:
    for key, text in words(language).items():
        assert text == text.strip()
        if key.endswith(".title"):
            assert len(text) <= 45
            assert not text.endswith(".")
        elif not key.startswith("word."):
            assert text.endswith(".")
            assert len(text) <= 220


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_added_sentence_has_places_and_only_for_facts_that_refusals_give(
    language: Language,
) -> None:
    for key, text in words(language).items():
        if key.endswith(".more"):
            assert len(places(text)) == 1
            assert places(text) <= KNOWN_DETAILS
        else:
            assert places(text) == set()


def test_the_languages_name_the_same_facts() -> None:
    english = words("en")
    for key, text in words("id").items():
        assert places(text) == places(english[key])


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_problem_carries_both_languages_whatever_the_caller_speaks(
    problems: Problems, code: str
) -> None:
    spoken = {each: problems.problem(code, 400, each, {}) for each in LANGUAGES}
    assert spoken["id"].detail == spoken["id"].texts.id == spoken["en"].texts.id
    assert spoken["en"].detail == spoken["en"].texts.en == spoken["id"].texts.en
    assert spoken["id"].title == problems.title(code, "id")
    assert spoken["id"].action == spoken["en"].action
    assert spoken["id"].type == f"urn:denyut:problem:{code}"
    assert spoken["id"].retry == CATALOGUE[code].retry


def test_facts_are_told_in_the_way_of_the_language(problems: Problems) -> None:
    problem = problems.problem("note_too_long", 413, "id", {"limit_characters": 4_000})
    assert problem.detail.endswith("Batasnya 4.000 karakter.")
    assert problem.texts.en.endswith("The limit is 4,000 characters.")
    assert problem.details == {"limit_characters": 4_000}


def test_field_and_pause_stand_on_their_own_and_in_the_sentence(problems: Problems) -> None:
    wrong = problems.problem("invalid_value", 422, "id", {"field": "activity_at"})
    assert wrong.field == "activity_at"
    assert wrong.detail.endswith("Periksa isian waktu kegiatan.")
    assert wrong.details == {}
    busy = problems.problem("busy", 503, "en", {"retry_after_s": 3})
    assert busy.retry_after_s == 3.0
    assert busy.detail.endswith("It will be tried again after 3 seconds.")


def test_a_fact_that_is_missing_leaves_its_sentence_out(problems: Problems) -> None:
    assert problems.detail("invalid_value", "id", {}) == words("id")["problem.invalid_value.detail"]


def test_an_unknown_code_is_a_mistake_of_ours(problems: Problems) -> None:
    with pytest.raises(KeyError):
        problems.problem("no_such_code", 400, "id", {})


def test_on_the_wire_absent_facts_are_left_out(problems: Problems) -> None:
    encoded = msgspec.json.encode(problems.problem("not_found", 404, "id", {}))
    assert set(msgspec.json.decode(encoded)) == {
        "type", "title", "status", "code", "detail", "texts", "action", "retry",
    }  # fmt: skip
    assert msgspec.json.decode(encoded, type=Problem).code == "not_found"
