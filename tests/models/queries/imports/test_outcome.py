"""Differences name what differs and nothing else."""

from models.queries.imports.outcome import Difference, ImportResult, compared


def test_only_what_differs_is_named() -> None:
    before = {"name": "SD 1", "zone": "Asia/Jakarta", "shard": 3}
    same = compared(2, "sd-1", before, {"name": "SD 1"})
    assert (same.what, same.before, same.after) == ("unchanged", {}, {})
    other = compared(2, "sd-1", before, {"name": "SDN 1", "zone": "Asia/Jakarta"})
    assert (other.what, other.before, other.after) == (
        "changed",
        {"name": "SD 1"},
        {"name": "SDN 1"},
    )


def test_the_counts_have_every_kind() -> None:
    differences = [Difference(2, "added", "a"), Difference(3, "added", "b")]
    result = ImportResult([], differences, applied=True)
    assert result.counts() == {"added": 2, "changed": 0, "unchanged": 0, "retired": 0}
