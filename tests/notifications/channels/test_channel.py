"""The shape of the interface between outbox and providers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.channels.channel import WORDS_MAX, Later, display_tag, words

APNS_COLLAPSE_ID_MAX_BYTES = 64


@given(st.text(max_size=200))
def test_a_tag_fits_every_provider_and_stays_the_same(key: str) -> None:
    tag = display_tag(key)
    assert tag == display_tag(key)
    assert 0 < len(tag.encode()) <= APNS_COLLAPSE_ID_MAX_BYTES
    assert tag.isascii()


@given(st.lists(st.text(max_size=90), unique=True, min_size=2, max_size=50))
def test_two_notices_never_replace_each_other(keys: list[str]) -> None:
    assert len({display_tag(key) for key in keys}) == len(keys)


def test_a_tag_tells_nothing_about_person_or_target() -> None:
    assert "8d1e" not in display_tag("slip:8d1e:1:8d1e")


@given(st.text(st.characters(exclude_categories=()), max_size=700))
def test_a_providers_words_are_one_line_that_a_database_takes(text: str) -> None:
    kept = words(text)
    assert len(kept) <= WORDS_MAX
    assert kept.isprintable()
    assert kept.encode().decode() == kept


def test_a_providers_words_stay_what_they_were() -> None:
    assert (
        words("410 push subscription\r\n has  unsubscribed")
        == "410 push subscription has unsubscribed"
    )
    assert words("a\0b\ud800c\x1b[31m") == "abc[31m"


def test_an_outcome_cannot_be_changed_on_its_way() -> None:
    with pytest.raises(AttributeError):
        Later(1.0).retry_after_s = 2.0  # type: ignore[misc]
