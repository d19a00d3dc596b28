"""Every element has its question and four different answers, in both languages."""

from mobile_contract.problems import LANGUAGES
from mobile_contract.questions import loaded_questions
from models.rules.satisfaction import ELEMENTS


def test_the_nine_are_asked_in_their_order_in_both_languages():
    questions = loaded_questions()
    assert set(questions) == set(LANGUAGES)
    for asked in questions.values():
        assert [each.element for each in asked] == list(ELEMENTS)


def test_each_has_four_answers_from_worst_to_best():
    for asked in loaded_questions().values():
        for each in asked:
            assert each.question.endswith("?")
            assert len(set(each.answers)) == 4


def test_the_two_languages_say_it_in_other_words():
    questions = loaded_questions()
    for one, other in zip(questions["id"], questions["en"], strict=True):
        assert one.question != other.question
