"""A letter as a PDF, beside the same HTML through xhtml2pdf with nothing around it; each in a process of its own."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from webform.sending.paper import letter_html, pdf
from webform.settings import CHECKOUT

from .table import at_most, figure, heading

ROUNDS = 8
AIM = 1.2
TEXT = "We have read what you told us about the noise. Two people from the council will visit you. " * 6
BARE = """
import io, sys
from xhtml2pdf import pisa
out = io.BytesIO()
pisa.CreatePDF(sys.stdin.buffer.read().decode(), out)
sys.stdout.buffer.write(out.getvalue())
"""


def main(rounds: int = ROUNDS) -> None:
    """Both in turns: CPU time of the processes."""
    heading(f"A letter of two pages as a PDF, {rounds} times")
    html = letter_html(
        sender=("Merton Council", "Civic Centre"), address=("Ann Person", "1 Mill Lane", "Morden", "SM4 5DX"),
        date="3 May 2026", reference="K7QM-24XD", subject="Your request", markdown="\n\n".join([TEXT] * 7),
    )  # fmt: skip
    cpu: dict[str, list[float]] = {"ours": [], "bare": []}
    wall: dict[str, list[float]] = {"ours": [], "bare": []}
    for number in range(rounds + 1):
        for name, make in (("ours", lambda: pdf(html)), ("bare", lambda: _bare(html))):
            used, passed = _spent(make)
            if number:
                cpu[name].append(used)
                wall[name].append(passed)
    for what, costs in (("CPU", cpu), ("wall", wall)):
        own, bare = (statistics.median(costs[name]) for name in ("ours", "bare"))
        figure(f"{what} a letter in s: ours, and bare", f"{own:.2f}, {bare:.2f}")
        at_most(f"{what} against bare xhtml2pdf", own / bare, AIM, "times")


def _bare(html: str) -> bytes:
    command = [sys.executable, "-c", BARE]
    return subprocess.run(command, input=html.encode(), capture_output=True, check=True, cwd=CHECKOUT).stdout


def _spent(make: Callable[[], bytes]) -> tuple[float, float]:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    assert make().startswith(b"%PDF-")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used, time.perf_counter() - began


if __name__ == "__main__":
    main()
