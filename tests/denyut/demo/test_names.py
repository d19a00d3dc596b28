"""Invented people: every NIP is well formed and given once."""

from datetime import date
from random import Random

from denyut.demo.names import Registry
from models.rules.nip import parse_nip

TODAY = date(2026, 11, 24)


def test_every_nip_is_well_formed_and_given_once() -> None:
    registry = Registry(Random(1), TODAY)
    people = [registry.somebody() for _ in range(3_000)]
    numbers = [parse_nip(person.nip) for person in people]
    assert len({number.digits for number in numbers}) == len(people)
    ages = [TODAY.year - number.birth_date.year for number in numbers]
    assert min(ages) >= 22
    assert max(ages) <= 58


def test_contract_servants_are_among_them() -> None:
    registry = Registry(Random(1), TODAY)
    share = sum(parse_nip(registry.somebody().nip).is_pppk for _ in range(2_000)) / 2_000
    assert 0.25 < share < 0.35


def test_titles_come_from_the_job() -> None:
    registry = Registry(Random(1), TODAY)
    assert all(registry.somebody((", S.Pd.",)).name.endswith(", S.Pd.") for _ in range(20))
