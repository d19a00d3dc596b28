"""A finding that is fine needs no remedy."""

from denyut.findings import Finding


def test_a_finding_has_no_remedy_unless_it_is_given_one() -> None:
    assert Finding("disk", "ok", "5 GiB free").remedy == ""
