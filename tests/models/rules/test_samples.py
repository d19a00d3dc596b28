"""Krejcie and Morgan's table, exactly; more people never need a smaller sample."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.samples import adequate, needed

people = st.integers(1, 10_000_000)


@pytest.mark.parametrize(
    ("population", "sample"),
    [
        *((10, 10), (50, 44), (100, 80), (200, 132), (500, 217)),
        *((1_000, 278), (2_000, 322), (5_000, 357), (10_000, 370)),
    ],
)
def test_the_golden_table(population: int, sample: int):
    assert needed(population) == sample


@given(people, people)
def test_more_people_never_need_fewer_answers(one: int, other: int):
    fewer, more = sorted((one, other))
    assert needed(fewer) <= needed(more)


@given(people)
def test_a_sample_is_never_larger_than_its_population_nor_than_384(population: int):
    assert 1 <= needed(population) <= min(population, 384)


@given(st.integers(0, 500), people)
def test_a_sample_is_adequate_from_what_is_needed_on(responses: int, population: int):
    assert adequate(responses, population) == (responses >= needed(population))


def test_of_an_unknown_population_nobody_can_say():
    assert adequate(1_000, None) is None


def test_nobody_is_no_population():
    with pytest.raises(ValueError, match="nobody"):
        needed(0)
