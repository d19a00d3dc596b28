"""Figures are read when Prometheus asks, not before."""

from prometheus_client import CollectorRegistry, generate_latest

from denyut.metrics import PartFigures


def test_a_scrape_reads_the_part_as_it_is_now() -> None:
    counted = {"batches": 1.0}
    registry = CollectorRegistry()
    registry.register(
        PartFigures(
            "intake",
            {"batches_total": lambda: counted["batches"], "waiting_items": lambda: 5.0},
            "Reports on their way",
        )
    )
    counted["batches"] = 4.0
    text = generate_latest(registry).decode()
    assert "denyut_intake_batches_total 4.0" in text
    assert "denyut_intake_waiting_items 5.0" in text
    assert "# TYPE denyut_intake_waiting_items gauge" in text
