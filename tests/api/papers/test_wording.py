"""Words of papers: the same keys in both languages, periods and days as people write them."""

from datetime import UTC, datetime

import pytest

from api.papers.paper import Language
from api.papers.wording import day_words, moment_words, period_words, words_of
from models.rules.ratings import Rating, Value


def test_both_languages_say_the_same_things() -> None:
    indonesian, english = words_of("id"), words_of("en")

    assert indonesian.keys() == english.keys()
    assert all(indonesian.values())
    assert all(english.values())
    assert {*Value, *Rating} <= indonesian.keys()


@pytest.mark.parametrize(
    ("period", "language", "words"),
    [
        ("2026-11", "id", "November 2026"),
        ("2026-05", "id", "Mei 2026"),
        ("2026-05", "en", "May 2026"),
        ("2026-Q3", "id", "Triwulan III 2026"),
        ("2026-Q3", "en", "Quarter III 2026"),
        ("2026", "id", "2026"),
    ],
)
def test_a_period_is_written_out(period: str, language: Language, words: str) -> None:
    assert period_words(period, language) == words


def test_an_instant_is_told_where_it_was() -> None:
    at = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)

    assert day_words(at, "Asia/Jakarta", "id") == "24 November 2026"
    assert day_words(at, "Asia/Jayapura", "en") == "24 November 2026"
    assert moment_words(at, "Asia/Jakarta", "id") == "24 November 2026 06.30 WIB"
