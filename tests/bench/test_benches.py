"""The benches themselves, at the smallest size: each runs to its end, leaves nothing behind and prints its table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import psutil
import pytest

from tests.bench import bundle, confirmation, desk, figures, letter, load, pages, rules, start, sweep, weight
from tests.bench.__main__ import NAMES
from tests.bench.__main__ import main as everything
from tests.bench.many import filled
from webform.web.limits import limiter

SMALLEST: dict[str, tuple[Callable[[], None], tuple[str, ...]]] = {
    "rules": (partial(rules.main, sizes=(3, 6)), ("assess", "schedule", "procedure check of all")),
    "pages": (partial(pages.main, 1, 2), ("CPU against the bare form", "wall against the bare form")),
    "confirmation": (partial(confirmation.main, 2, 0.1), ("2 of 2", "99 in a hundred within")),
    "load": (partial(load.main, 1, 2, 4), ("requests sent, and cases there", "outbox empty after")),
    "sweep": (partial(sweep.main, 20, 40, 3, 1), ("CPU among many against few",)),
    "desk": (partial(desk.main, 20, 40, 1), ("my day: among many against few", "a case: 95 in 100")),
    "figures": (partial(figures.main, 20, 40, 1), ("the public page: among many against few",)),
    "letter": (partial(letter.main, 1), ("CPU against bare xhtml2pdf",)),
    "bundle": (partial(bundle.main, 4, 6, 1), ("a document among 6 against one among 4", "with 6 documents")),
    "weight": (partial(weight.main, 2), ("the start page and all that it brings", "compressed by the service itself")),
    "start": (partial(start.main, 1, 2), ("until the first answer", "memory of a sync worker")),
}


def test_every_bench_can_be_asked_for() -> None:
    """`make bench` runs each of them, and a name that is none is told what there is."""
    assert set(NAMES) == set(SMALLEST)
    with pytest.raises(SystemExit, match=r"no bench quickly\. There are: rules"):
        everything(["quickly"])


@pytest.mark.parametrize("name", SMALLEST)
def test_each_bench_prints_its_table(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It measures what it says, at the smallest size; whether that is fast is not for a test to say."""
    monkeypatch.setattr(rules, "LONG_ENOUGH", 0)
    monkeypatch.setattr(limiter, "enabled", True)  # a bench turns it off, which is undone here
    bench, figures = SMALLEST[name]
    bench()
    told = capsys.readouterr().out
    assert [figure for figure in figures if figure not in told] == []
    assert psutil.Process().children(recursive=True) == []


def test_benches_among_many_cases_share_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One command runs them on the same databases, one after the other."""
    monkeypatch.setattr(limiter, "enabled", True)
    with filled(20, 40) as among:
        sweep.measure(among, 3, 1)
        desk.measure(among, 1)
        figures.measure(among, 1)
    assert "what a commissioner sees of an area" in capsys.readouterr().out
