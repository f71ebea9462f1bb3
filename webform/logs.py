"""The log: one line of JSON an event, none of it personal, each with the number of the request that it belongs to.

What an error says could quote an answer, and so could a path, a header or a message of a library. So a line holds words
that stand in our source, numbers, names of documents, and of a fault its kind and place: never what it says.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

FIT = re.compile(r"[0-9a-f-]{20,64}")  # longer than any phone number, and no letters that make a word
DEEPEST = 4  # places of a fault that are worth a line
_request: ContextVar[str] = ContextVar("request_id", default="")


def begin(process: str, stream: TextIO) -> None:
    """Send the log of this process to a stream: our own lines, those of libraries, and faults that nobody caught."""

    def say_which(_logger: WrappedLogger, _level: str, line: EventDict) -> EventDict:
        line.setdefault("request_id", _request.get())
        line["process"] = process
        return line

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            say_which,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: _Out(stream),
    )
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if not isinstance(one, Lines)] + [Lines()]
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda met: _uncaught(met.exc_type, met.exc_value, met.exc_traceback)
    sys.unraisablehook = _unraisable


def new_id() -> str:
    """The number of a request, of one run of a job or of a command. It means nothing to anybody else."""
    return os.urandom(12).hex()


def bind(number: str) -> None:
    """From now on every line of this thread bears that number."""
    _request.set(number)


def request_id() -> str:
    """The number that lines bear now; '' where nothing has begun."""
    return _request.get()


@contextmanager
def under(number: str) -> Iterator[None]:
    """Lines of this while bear that number."""
    before = _request.set(number)
    try:
        yield
    finally:
        _request.reset(before)


def places_of(fault: BaseException) -> list[str]:
    """Where a fault came from, innermost last: files and lines, none of its words."""
    return _places(fault.__traceback__)


def _places(trace: TracebackType | None) -> list[str]:
    found = traceback.extract_tb(trace, limit=-DEEPEST)
    return [f"{Path(step.filename).name}:{step.lineno}" for step in found]


class Lines(logging.Handler):
    """What libraries log, as lines of ours: who says it, where and of which fault. Their words may quote anything.

    Of gunicorn the words are kept where values are put into them, such as "Worker (pid:%s) was sent %s!", and of the
    values the numbers and the names of signals, which are nobody's.
    """

    def emit(self, record: logging.LogRecord) -> None:
        told: dict[str, Any] = {"logger": record.name, "at": [f"{record.filename}:{record.lineno}"]}
        if record.exc_info and record.exc_info[0]:
            told |= {"fault": record.exc_info[0].__name__, "at": _places(record.exc_info[2]) or told["at"]}
        if record.name == "gunicorn.error" and record.args:
            told |= {"says": str(record.msg), "values": [value for value in record.args if _nobodys(value)]}
        structlog.get_logger().log(record.levelno, "a library says something", **told)


def _nobodys(value: object) -> bool:
    return isinstance(value, int) or value in signal.Signals.__members__


class _Out:
    """Writes lines. A log that can't be written is no reason to turn somebody away."""

    def __init__(self, stream: TextIO):
        self._stream = stream

    def msg(self, line: str) -> None:
        with suppress(OSError, ValueError):
            self._stream.write(line + "\n")
            self._stream.flush()

    log = debug = info = warning = warn = error = critical = fatal = exception = msg


def _uncaught(kind: type[BaseException], fault: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit):  # somebody wants it to end
        return
    structlog.get_logger().critical("nobody caught a fault", fault=kind.__name__, at=_places(trace))


def _unraisable(met: sys.UnraisableHookArgs) -> None:
    """A fault while something was thrown away. Python's own words would show the thing and what it holds."""
    fault = met.exc_type.__name__ if met.exc_type else "unknown"
    structlog.get_logger().error("a fault could not be raised", fault=fault, at=_places(met.exc_traceback))
