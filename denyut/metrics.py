"""The figures of the parts as Prometheus reads them; no person appears in them.

Parts count on plain attributes; this module alone knows the library. A scrape reads them all at
once and costs the parts nothing between scrapes.
"""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

Figures = Mapping[str, Callable[[], float]]
"""Name without prefix → how to read it. A name that ends in `_total` only ever grows."""


class PartFigures(Collector):
    """Figures of one part, under `denyut_<part>_<name>`."""

    def __init__(self, part: str, figures: Figures, help_text: str) -> None:
        self._part = part
        self._figures = figures
        self._help_text = help_text

    def collect(self) -> Iterator[Metric]:
        """One sample a figure."""
        for name, read in self._figures.items():
            family = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
            yield family(f"denyut_{self._part}_{name}", self._help_text, value=read())

    def describe(self) -> Iterator[Metric]:
        """Nothing in advance: names are known at the first scrape."""
        return iter(())
