"""Figures for Prometheus: what each worker counts itself, and what the database knows at the moment of asking.

No label is anybody's word: rules of addresses, classes of answers, and names of the shelves and of jobs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from webform.cases.on_call_figures import Figures

SHARED = "PROMETHEUS_MULTIPROC_DIR"  # where workers keep what they count; gunicorn.conf.py makes it anew at each start
OWN = CollectorRegistry()
REQUESTS = Counter("asb_requests", "Answers, by rule of the address", ["rule", "status"], registry=OWN)
SECONDS = Histogram(
    "asb_request_seconds", "From the request to the beginning of its answer", registry=OWN,
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)  # fmt: skip
_answers = cache(REQUESTS.labels)


def count(rule: str, status: int, seconds: float) -> None:
    """One answer. Called for each: a few millionths of a second."""
    _answers(rule, f"{status // 100}xx").inc()
    SECONDS.observe(seconds)


def exposition(figures: Figures) -> bytes:
    """Everything, as Prometheus reads it."""
    registry = OWN
    if os.environ.get(SHARED):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    of_database = CollectorRegistry()
    of_database.register(_OfDatabase(figures))
    return bytes(generate_latest(registry) + generate_latest(of_database))


class _OfDatabase(Collector):
    def __init__(self, figures: Figures):
        self._figures = figures

    def describe(self) -> Iterator[GaugeMetricFamily]:
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found = self._figures
        for name, says, value in (
            ("submissions", "Cases that were ever opened", found.submissions),
            ("drafts", "Forms begun and not sent", found.drafts),
            ("outbox_waiting", "Messages that wait", found.outbox["unsent"]),
            ("outbox_oldest_seconds", "How long the oldest has waited", found.outbox["oldest_unsent_seconds"] or 0),
            ("outbox_refused", "Messages that a mail server has refused", found.outbox["refused"]),
            ("outbox_bounced", "Messages of which an officer has said that they came back", found.outbox["bounced"]),
            ("alarms_waiting", "Alarms that the webhook has not taken", found.alarms_pending),
            ("cases_unseen", "Cases that no officer has opened", found.unseen),
            ("tasks_open", "Tasks that wait for a person", found.tasks),
        ):
            yield GaugeMetricFamily(f"asb_{name}", says, value)
        yield _by("deadlines_late", "Duties that are late", "area", found.overdue)
        yield _by("files", "Files that nobody can open", "state", found.files)
        yield _by("clock_tick_age_seconds", "Since a job of the clock last ran well", "job", found.clock)


def _by(name: str, says: str, label: str, values: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"asb_{name}", says, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
