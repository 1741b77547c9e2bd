"""All figures as Prometheus reads them: `prometheus_client` writes the text, we read the values."""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from django.conf import settings
from django.db import Error
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from saas.kernel.watching import metrics
from saas.kernel.watching.metrics import ABOVE, SUM, Metric
from saas.monitoring import heartbeats
from saas.monitoring.metrics import figures, sums
from saas.monitoring.metrics.figures import Figure
from saas.monitoring.metrics.sums import ProcessSize, Sums

CONTENT_TYPE = CONTENT_TYPE_LATEST


def exposition(*, at: dt.datetime) -> bytes:
    """Return the installation's metrics; an unavailable part is left out and named."""
    return generate_latest(_Figures(at))


class _Figures(Collector):
    """Collector that reads each part once; `troovon_part_up` lists the available parts."""

    def __init__(self, at: dt.datetime) -> None:
        self._at = at

    def collect(self) -> Iterator[Family]:
        """Yield all families."""
        began = time.monotonic()
        sums.hand_in()
        release = {settings.RELEASE: 1.0}
        yield _gauge(Figure("troovon_release", "The release of this process.", "release", release))
        up = {}
        parts: tuple[tuple[str, Callable[[], Iterable[Family]]], ...] = (
            ("database", lambda: map(_gauge, figures.of_database(at=self._at))),
            ("cells", lambda: map(_gauge, figures.of_cells())),
            ("queues", lambda: map(_gauge, figures.of_broker(at=self._at))),
            ("counts", lambda: _families_of(sums.read(at=self._at))),
            ("disks", lambda: map(_gauge, figures.of_disks())),
        )
        for name, read in parts:
            families, is_up = _read(read)
            up[name] = float(is_up)
            yield from families
        yield _gauge(Figure("troovon_part_up", "1 if a part answered.", "part", up))
        took = {"": time.monotonic() - began}
        yield _gauge(
            Figure("troovon_scrape_seconds", "Time in which these figures were read.", "", took)
        )


def _read(read: Callable[[], Iterable[Family]]) -> tuple[list[Family], bool]:
    try:
        return list(read()), True
    except (Error, *heartbeats.UNREACHABLE):
        return [], False


def _gauge(figure: Figure) -> Family:
    family = GaugeMetricFamily(
        figure.name, figure.text, labels=[figure.label] if figure.label else []
    )
    for label, value in figure.values.items():
        family.add_metric([label] if figure.label else [], value)
    return family


def _families_of(read: Sums) -> Iterator[Family]:
    yield from _sizes(read.processes)
    found: dict[str, dict[tuple[str, ...], dict[str, float]]] = {}
    for sample, value in read.counts.items():
        found.setdefault(sample.metric, {}).setdefault(sample.labels, {})[sample.part] = value
    for metric in metrics.EVERY:
        by_labels = {
            labels: parts
            for labels, parts in sorted(found.get(metric.name, {}).items())
            if len(labels) == len(metric.labels)  # an earlier release may have had other labels
        }
        yield (_histogram if metric.buckets else _counter)(metric, by_labels)


def _sizes(processes: list[ProcessSize]) -> Iterator[Family]:
    names = sorted({one.process for one in processes})
    of = {name: [one for one in processes if one.process == name] for name in names}
    for figure, text, value in (
        ("troovon_processes", "Processes that live, by kind.", len),
        (
            "troovon_process_resident_bytes",
            "Memory of all processes of a kind.",
            lambda them: sum(one.bytes for one in them),
        ),
        (
            "troovon_process_resident_bytes_most",
            "Memory of the largest process of a kind.",
            lambda them: max(one.bytes for one in them),
        ),
        (
            "troovon_backend_spaces_most",
            "The most spaces that one connection has entered: each takes up to 1 MiB there.",
            lambda them: max(one.spaces_met for one in them),
        ),
        (
            "troovon_backend_memory_bytes_most",
            "The most memory that PostgreSQL told of one connection, measured each eight spaces.",
            lambda them: max(one.backend_bytes for one in them),
        ),
    ):
        yield _gauge(
            Figure(figure, text, "process", {name: float(value(of[name])) for name in names})
        )


def _counter(metric: Metric, found: dict[tuple[str, ...], dict[str, float]]) -> Family:
    family = CounterMetricFamily(metric.name, metric.text, labels=metric.labels)
    if not metric.labels:
        found = found or {(): {"": 0.0}}
    for labels, parts in found.items():
        family.add_metric(labels, parts.get("", 0.0))
    return family


def _histogram(metric: Metric, found: dict[tuple[str, ...], dict[str, float]]) -> Family:
    family = HistogramMetricFamily(metric.name, metric.text, labels=metric.labels)
    bounds = [*(str(float(bound)) for bound in metric.buckets), ABOVE]
    for labels, parts in found.items():
        counts = accumulate(parts.get(bound, 0.0) for bound in bounds)
        family.add_metric(
            labels, list(zip(bounds, counts, strict=True)), sum_value=parts.get(SUM, 0.0)
        )
    return family
