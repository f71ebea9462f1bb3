"""A run that leaves tests out has failed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from webform.settings import CHECKOUT

RUN = [sys.executable, "-m", "pytest", "-q", "-p", "tests.nothing_left_out", "-p", "no:cacheprovider"]
GREEN = "def test_green():\n    pass\n\n"


def run(folder: Path, source: str, *options: str) -> tuple[int, str]:
    """Exit code and output of a run over one file."""
    path = folder / "test_it.py"
    path.write_text("import pytest\n\n" + source)
    command = [*RUN, "--rootdir", str(folder), *options, str(path)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_a_whole_run_is_green(tmp_path: Path) -> None:
    """Nothing left out, nothing said."""
    code, said = run(tmp_path, GREEN)
    assert code == 0
    assert "Left out" not in said


@pytest.mark.parametrize(
    ("source", "options"),
    [
        (GREEN + "@pytest.mark.skip\ndef test_two():\n    pass\n", ()),
        (GREEN + "@pytest.mark.xfail\ndef test_two():\n    assert False\n", ("-n", "1")),
        (GREEN + "def test_two():\n    pytest.skip()\n", ()),
        (GREEN + "def test_two():\n    pass\n", ("-k", "green")),
        (GREEN + "def test_two():\n    pass\n", ("-k", "green", "-n", "1")),
    ],
    ids=["skip", "xfail-parallel", "skip-inside", "deselect", "deselect-parallel"],
)
def test_leaving_out_is_failing(tmp_path: Path, source: str, options: tuple[str, ...]) -> None:
    """A skip, an expected failure or a deselection, in one process or in several."""
    code, said = run(tmp_path, source, *options)
    assert code == 1
    assert "test_two" in said.partition("Left out")[2]
