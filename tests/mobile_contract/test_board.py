"""The board tells "no contact" apart from "no work", and a part of it apart from the whole."""

from uuid import UUID

from mobile_contract.board import Board, BoardPerson


def test_no_contact_and_no_report_are_two_things() -> None:
    person = BoardPerson(
        employee_id=UUID(int=1), name="Sari", unit_id=UUID(int=2), unit_name="SD 1",
        slipped=0, at_risk=0, waiting=0, targets=[],
    )  # fmt: skip
    assert (person.last_report_at, person.last_contact_at) == (None, None)
    board = Board(
        people=[person], total_people=40, slipped=3, at_risk=1, waiting=9, next_cursor="p2"
    )
    assert board.total_people > len(board.people)
    assert Board.model_validate_json(board.model_dump_json()) == board
