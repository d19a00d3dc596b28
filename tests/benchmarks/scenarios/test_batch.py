"""The scenario in small: outboxes of fifty, each report counted."""

from benchmarks.scenarios import batch


async def test_reports_in_outboxes_are_counted(rig):
    (rate,) = await batch.measured(
        rig, 1, batch.Size(connections=2, log_mb=1, warm_s=0.1, round_s=1)
    )
    assert (len(rate.values), len(rate.peer_values)) == (1, 1)
    assert rate.value > 0
    assert rate.goal is not None
    assert str(rate.goal) == "≥ 6 × peer"
