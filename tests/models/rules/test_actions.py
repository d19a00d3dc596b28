"""The documented table is the table in force, and each action is either a person's or a unit's."""

import pytest

from models.rules import actions
from models.rules.actions import ALLOWED, FOR_HEADS, OF_A_UNIT, UNIT_ROLES, Action, Relationship

COLUMNS = {
    1: {"self"},
    2: {"decider", "direct_head"},
    3: {"grand_head", "definitive_reading", "assigned"},
    4: {"event_unit_head"},
    5: {"hr"},
    6: {"administrator"},
}
NAMED_IN_WORDS = {
    Action.DECIDE_APPRAISAL, Action.DECIDE_OBJECTION, Action.REPORT_FOR, Action.READ_MENTEE,
}  # fmt: skip


def documented() -> dict[tuple[str, int], bool]:
    """By action and column, whether the table in the documentation says yes."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (actions.__doc__ or "").splitlines()
        if line.startswith("|")
    ]
    return {
        (action, column): row[column] == "yes"
        for row in rows[2:]
        for action in row[0].split(", ")
        for column in COLUMNS
    }


def test_every_action_of_a_person_stands_in_the_documented_table():
    assert {action for action, _ in documented()} == set(Action) - OF_A_UNIT - NAMED_IN_WORDS


@pytest.mark.parametrize(("action", "column"), documented())
def test_the_documented_table_is_the_table(action: str, column: int):
    allowed = ALLOWED[Action(action)]
    ties = {Relationship(name) for name in COLUMNS[column]}
    assert bool(ties & allowed) is documented()[action, column]


@pytest.mark.parametrize("action", list(Action))
def test_an_action_is_about_a_person_or_about_a_unit(action: Action):
    assert (action in ALLOWED) is not (action in OF_A_UNIT)


@pytest.mark.parametrize("action", sorted(OF_A_UNIT))
def test_every_action_of_a_unit_is_named_and_belongs_to_an_office(action: Action):
    assert action.value in (actions.__doc__ or "")
    assert UNIT_ROLES[action]


def test_administrators_read_nothing_that_heads_read():
    roles = {role for action in FOR_HEADS for role in UNIT_ROLES[action]}
    assert {role.value for role in roles} == {"hr"}
