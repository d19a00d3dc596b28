"""Every signal has an offer and every caveat a sentence, in both languages."""

import pytest

from mobile_contract.problems import LANGUAGES, Language
from mobile_contract.support_words import SupportWords
from models.rules.impact import Caveat
from models.rules.signals import Signal

BLAME = ("sanksi", "hukuman", "teguran", "malas", "sanction", "punish", "lazy", "warning")


@pytest.fixture(scope="module")
def words() -> SupportWords:
    return SupportWords.loaded()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("signal", Signal)
def test_an_offer_asks_and_never_blames(
    words: SupportWords, signal: Signal, language: Language
) -> None:
    offer = words.offer(signal, language)
    assert offer.endswith("?")
    assert not any(word in offer.lower() for word in BLAME)


@pytest.mark.parametrize("caveat", Caveat)
def test_every_caveat_is_said_in_both_languages(words: SupportWords, caveat: Caveat) -> None:
    said = {words.caveat(caveat, language) for language in LANGUAGES}
    assert len(said) == 2
    assert all(said)


def test_the_list_says_that_it_is_no_sanction(words: SupportWords) -> None:
    assert "Bukan sanksi" in words.purpose("id")
    assert "no sanction" in words.purpose("en")
