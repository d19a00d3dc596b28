"""A suggestion or a correction says what it is about and what could come next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.feedback import FeedbackKind, problem_of
from models.rules.refusals import ReasonRequired

CHANGING = (FeedbackKind.SUGGESTION, FeedbackKind.CORRECTION)
kinds, texts = st.sampled_from(FeedbackKind), st.text(max_size=20)
blanks = st.sampled_from(["", " ", "\t\n"])


def field_of(kind: FeedbackKind, cites: bool, about: str, next_step: str) -> object:
    problem = problem_of(kind, cites=cites, about=about, next_step=next_step)
    if problem is None:
        return None
    assert isinstance(problem, ReasonRequired)
    return problem.details["field"]


@given(st.sampled_from([kind for kind in FeedbackKind if kind not in CHANGING]), texts, texts)
def test_praise_a_question_and_a_comment_may_stand_alone(
    kind: FeedbackKind, about: str, next_step: str
):
    assert not kind.asks_for_change
    for cites in (True, False):
        assert field_of(kind, cites, about, next_step) is None


@pytest.mark.parametrize("kind", CHANGING)
@given(about=texts, next_step=blanks)
def test_on_a_report_or_target_what_is_missing_is_the_next_step(
    kind: FeedbackKind, about: str, next_step: str
):
    assert field_of(kind, True, about, next_step) == "next_step"
    assert field_of(kind, True, about, "Besok dicoba") is None


@pytest.mark.parametrize("kind", CHANGING)
@given(about=blanks, next_step=texts)
def test_on_a_period_it_has_to_say_what_it_is_about(kind: FeedbackKind, about: str, next_step: str):
    assert field_of(kind, False, about, next_step) == "about"
    assert field_of(kind, False, "Kunjungan rumah", "Besok dicoba") is None


@given(kinds, st.booleans(), texts, texts, texts)
def test_saying_more_is_never_refused_where_less_was_taken(
    kind: FeedbackKind, cites: bool, about: str, next_step: str, more: str
):
    if field_of(kind, cites, about, next_step) is None:
        assert field_of(kind, cites, about + more, next_step + more) is None
        assert field_of(kind, True, about, next_step) is None
