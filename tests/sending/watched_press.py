"""What the process that makes a PDF opens and calls, told by an audit hook inside that process."""

from __future__ import annotations

import subprocess
import sys

from webform.sending.fonts import FONTS
from webform.settings import CHECKOUT

WATCH = """
import sys
from webform.sending import press
seen, watching = [], []
def watch(event, arguments):
    if watching and (event == "open" or event.startswith(("socket", "subprocess", "os.", "urllib"))):
        seen.append(f"{event} {arguments[0] if arguments else ''}")
sys.addaudithook(watch)  # before the lock, so that it sees what the lock would refuse
press.lock()
watching.append(True)
assert press.make(sys.stdin.buffer.read()).startswith(b"%PDF-")
print("\\n".join(seen))
"""


def seen_while_printing(html: str) -> list[str]:
    """Every file that was opened and every call for network or a process, once the imports were done."""
    done = subprocess.run(
        [sys.executable, "-c", WATCH], input=html.encode(), capture_output=True, cwd=CHECKOUT, check=True, timeout=60
    )
    return [line for line in done.stdout.decode().split("\n") if line]


def touched(html: str) -> list[str]:
    """Of these, whatever is neither a font of ours nor Python's own code."""
    return [
        line
        for line in seen_while_printing(html)
        if not line.startswith(f"open {FONTS}") and "site-packages" not in line and "/lib/python" not in line
    ]
