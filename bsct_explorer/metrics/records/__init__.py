"""Every metric. Each file of this folder has a tuple `METRICS`; the table is made from all of them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from bsct_explorer.metrics.metric_record import Metric


class IncompleteMetric(ImportError):
    """A file of this folder holds no whole records; the message names the file and what is missing."""


def _table() -> dict[str, Metric]:
    found: list[Metric] = []
    for name in sorted(module.name for module in iter_modules(__path__)):
        where = f"metrics/records/{name}.py"
        try:
            records = getattr(import_module(f"{__name__}.{name}"), "METRICS", None)
        except TypeError as error:
            raise IncompleteMetric(f"{where} holds no whole record of a metric: {error}") from error
        if not isinstance(records, tuple) or not all(isinstance(record, Metric) for record in records):
            raise IncompleteMetric(f"{where} has no tuple `METRICS` of `Metric`")
        found += records
    table = {metric.key: metric for metric in sorted(found, key=lambda metric: (metric.detail, metric.order))}
    if len(table) < len(found):
        twice = sorted({metric.key for metric in found if sum(other.key == metric.key for other in found) > 1})
        raise IncompleteMetric(f"two metrics have one key: {', '.join(twice)}")
    return table


METRICS: Mapping[str, Metric] = _table()
"""Every metric by its key, in the order that every door shows; details last."""
