"""A pytest plugin: a run that skips, expects a failure or deselects has failed, however green the rest is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

LEFT_OUT = "asb_left_out"
_left_out: list[str] = []


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Remember what -k or a marker took away."""
    _left_out.extend(f"deselected: {item.nodeid}" for item in items)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember what was skipped or expected to fail."""
    if report.skipped or hasattr(report, "wasxfail"):
        _left_out.append(f"skipped or expected to fail: {report.nodeid}")


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Remember whole files that skip themselves."""
    if report.skipped:
        _left_out.append(f"skipped: {report.nodeid}")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take over what a parallel process has seen."""
    _left_out.extend(getattr(node, "workeroutput", {}).get(LEFT_OUT, ()))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run, or hand over to the process that can."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[LEFT_OUT] = list(_left_out)
    elif _left_out and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what was left out."""
    if _left_out:
        terminalreporter.section("Left out, so the run has failed")
        for line in sorted(set(_left_out))[:20]:
            terminalreporter.line(line)
