"""The log of a test, as the web and the clock write it."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from webform import logs


class Heard:
    """Everything that was logged so far."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def lines(self, event: str = "") -> list[dict[str, Any]]:
        """Every line, or those of one event."""
        found = [json.loads(line) for line in self.text.splitlines()]
        return [line for line in found if event in ("", line["event"])]


@contextmanager
def listening(part: str = "web") -> Iterator[Heard]:
    """What a process logs, set up as a process does it; put back afterwards."""
    heard, root = Heard(), logging.getLogger()
    before = structlog.get_config(), list(root.handlers), sys.excepthook, threading.excepthook, sys.unraisablehook
    logs.begin(part, heard.stream)
    try:
        yield heard
    finally:
        logging.captureWarnings(False)
        logs.bind("")
        root.handlers = before[1]
        sys.excepthook, threading.excepthook, sys.unraisablehook = before[2:]
        structlog.configure(**before[0])
