"""The verdict on the wire: what is missing stays missing, and bounds are bounds."""

from uuid import uuid4

import pytest
from pydantic import ValidationError

from mobile_contract.verdicts import (
    MAX_COMMENT_CHARACTERS,
    Answers,
    NewVerdict,
    element_means,
)
from models.rules.satisfaction import ELEMENTS, Element, Tally, first_missing

GOOD = {element.value: 4 for element in ELEMENTS}


def test_an_answer_that_is_missing_is_none_and_no_zero():
    answers = Answers.model_validate({name: 3 for name in GOOD if name != "time"})
    assert answers.by_element()[Element.TIME] is None
    assert first_missing(answers.by_element()) is Element.TIME
    assert first_missing(Answers.model_validate(GOOD).by_element()) is None


@pytest.mark.parametrize("answer", [0, 5, -1, 2.5, "gut"])
def test_answers_go_from_one_to_four(answer: object):
    with pytest.raises(ValidationError):
        Answers.model_validate(GOOD | {"cost": answer})


def test_a_comment_is_short_and_can_be_stored():
    body = {"id": str(uuid4()), "answers": GOOD}
    assert NewVerdict.model_validate(body | {"comment": "  Baik  "}).comment == "Baik"
    for comment in ("x" * (MAX_COMMENT_CHARACTERS + 1), "a\x00b", "\ud800"):
        with pytest.raises(ValidationError):
            NewVerdict.model_validate(body | {"comment": comment})


def test_means_are_of_all_nine_and_null_without_responses():
    assert [each.mean for each in element_means(Tally())] == [None] * 9
    tally = Tally(dict.fromkeys(ELEMENTS, 7), 2)
    assert {each.mean for each in element_means(tally)} == {3.5}
    assert [each.element for each in element_means(tally)] == list(ELEMENTS)
