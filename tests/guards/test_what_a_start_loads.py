"""What the web service loads when it starts, and what it leaves to processes and pages that need it."""

from __future__ import annotations

import subprocess
import sys

from webform.settings import CHECKOUT

LEFT_OUT = ("PIL", "pillow_heif", "qrcode", "reportlab", "xhtml2pdf", "svglib")
CODE = f"import sys, webform.wiring; print(*sorted(set(sys.modules) & set({LEFT_OUT})))"


def test_a_start_loads_nothing_that_decodes_pictures_or_draws_pages() -> None:
    """What reads strangers' files works in processes of its own, and a start does not wait for it."""
    said = subprocess.run([sys.executable, "-c", CODE], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert said.stdout.split() == []
