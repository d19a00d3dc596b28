"""Both languages say everything; a push says nothing that a stranger may not read."""

import json
from datetime import UTC, datetime
from importlib.resources import files
from string import Formatter
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.ladder import RELIEF_KINDS, NoticeKind, opens
from notifications.texts import DIGEST, Details, Language, Texts, details_of

ABOUT_TARGETS = sorted(
    kind for kind in NoticeKind if opens(kind, None)["screen"] in ("target", "staff_target")
)
OF_THE_CYCLE = sorted(
    set(NoticeKind)
    - set(ABOUT_TARGETS)
    - {NoticeKind.TEST, NoticeKind.LATE_REPORTS, NoticeKind.NUDGE}
)
LANGUAGES: tuple[Language, ...] = get_args(Language)
TEXTS = Texts.loaded()
PUSH_TITLE_MAX = 50  # characters that a small phone shows before it cuts
PUSH_BODY_MAX = 120


def entries(language: Language) -> dict[str, dict[str, str]]:
    text = files("notifications").joinpath("texts", f"{language}.json").read_text("utf-8")
    return json.loads(text)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.loaded()


def test_the_languages_share_their_keys_and_hold_every_kind() -> None:
    shapes = [
        {kind: sorted(wording) for kind, wording in entries(language).items()}
        for language in LANGUAGES
    ]
    assert shapes[0] == shapes[1]
    assert set(shapes[0]) == {*NoticeKind, DIGEST}


@pytest.mark.parametrize("kind", ABOUT_TARGETS)
def test_the_languages_name_the_same_things(kind: NoticeKind) -> None:
    named = [places(entries(language)[kind]["body"]) for language in LANGUAGES]
    expected = {"indicator", "employee"} if kind.startswith("staff_") else {"indicator"}
    assert named == [expected, expected]


@pytest.mark.parametrize("kind", OF_THE_CYCLE)
def test_notices_of_the_cycle_name_their_subject_or_the_employee_alike(kind: NoticeKind) -> None:
    named = [places(entries(language)[kind]["body"]) for language in LANGUAGES]
    assert named[0] == named[1]
    assert set() < named[0] <= {"subject", "employee"}


@given(st.sampled_from(OF_THE_CYCLE), st.sampled_from(LANGUAGES), st.text())
def test_a_subject_stands_in_the_inbox_just_as_it_is_written(
    texts: Texts, kind: NoticeKind, language: Language, subject: str
) -> None:
    named = places(entries(language)[kind]["body"])
    body = texts.inbox(kind, language, details_of({"subject": subject})).body
    assert "subject" not in named or subject in body


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", NoticeKind)
def test_a_push_is_short_and_has_no_place_for_a_detail(
    texts: Texts, kind: NoticeKind, language: Language
) -> None:
    push = texts.push(kind, language)
    assert places(push.title) == places(push.body) == set()
    assert 0 < len(push.title) <= PUSH_TITLE_MAX
    assert 0 < len(push.body) <= PUSH_BODY_MAX


@given(st.sampled_from(ABOUT_TARGETS), st.sampled_from(LANGUAGES), st.text(), st.text())
def test_the_inbox_shows_names_just_as_they_are_written(
    texts: Texts, kind: NoticeKind, language: Language, indicator: str, employee: str
) -> None:
    body = texts.inbox(kind, language, Details(indicator, employee)).body
    assert indicator in body
    assert not kind.startswith("staff_") or employee in body


def test_the_languages_differ(texts: Texts) -> None:
    for kind in NoticeKind:
        assert texts.push(kind, "id") != texts.push(kind, "en")


# --- what is wanting --------------------------------------------------------------------------

FRIDAY_NOON = datetime(2026, 11, 27, 12, 30, tzinfo=UTC)
amounts = st.floats(0.01, 100_000)


def wants(**details: Any) -> Details:
    return Details("Kunjungan rumah", "Sari", unit="kunjungan", **details)


def test_what_is_wanting_is_said_in_plain_words(texts: Texts) -> None:
    needed = wants(wanting="more", amount=5.2, by=FRIDAY_NOON)
    assert texts.wanting("en", needed) == "6 kunjungan more by Friday noon."
    assert texts.wanting("id", needed) == "Perlu 6 kunjungan lagi sebelum Jumat siang."
    now = wants(wanting="more", amount=0.24)
    assert texts.wanting("en", now) == "0.3 kunjungan more brings it back to its pace."
    assert texts.wanting("id", now).startswith("Perlu 0,3 kunjungan lagi")
    body = texts.inbox(NoticeKind.AT_RISK, "en", needed).body
    assert body.endswith("6 kunjungan more by Friday noon.")


@pytest.mark.parametrize(
    ("hour", "named"),
    [(7, "morning"), (10, "morning"), (11, "noon"), (14, "afternoon"), (18, "evening")],
)
def test_the_time_of_day_has_a_name(texts: Texts, hour: int, named: str) -> None:
    at = wants(wanting="more", amount=1.0, by=FRIDAY_NOON.replace(hour=hour))
    assert texts.wanting("en", at).endswith(f"Friday {named}.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_no_amount_mends_is_said_too(texts: Texts, language: Language) -> None:
    said = {texts.wanting(language, wants(wanting=why)) for why in ("limit", "measured")}
    assert len(said) == 2
    assert all(said)
    for nothing in ({}, {"wanting": "more"}, {"wanting": "more", "amount": 0.0}):
        assert texts.wanting(language, wants(**nothing)) == ""


def test_good_news_asks_for_nothing(texts: Texts) -> None:
    details = wants(wanting="more", amount=3.0)
    for kind in RELIEF_KINDS:
        assert "3 kunjungan" not in texts.inbox(kind, "en", details).body


@given(amounts)
def test_the_amount_that_is_said_is_enough_and_not_much_more(amount: float) -> None:
    said = TEXTS.wanting("en", wants(wanting="more", amount=amount)).split(" ")[0]
    assert -1e-5 <= float(said) - amount < 1.0


def test_the_content_of_a_notice_gives_the_details_in_local_time() -> None:
    content = {
        "indicator": "Kunjungan rumah",
        "employee_name": "Sari",
        "unit_of_measure": "kali",
        "needed": 6,
        "needed_by": "2026-11-27T05:30:00+00:00",
        "wanting": "more",
        "zone": "Asia/Jakarta",
    }
    details = details_of(content)
    assert (details.indicator, details.employee, details.unit) == (
        "Kunjungan rumah",
        "Sari",
        "kali",
    )
    assert details.by is not None
    assert (details.by.hour, details.amount) == (12, 6.0)


def test_what_another_version_wrote_is_left_out() -> None:
    assert details_of({"needed": "many", "needed_by": 7}, "Ani") == Details("", "Ani")
