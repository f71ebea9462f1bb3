"""How gunicorn starts the service: once before it forks, so that a refusal is one list and not a loop of restarts."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from pathlib import Path

wsgi_app = "webform:create_app()"
preload_app = True
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "sync"  # writers on SQLite wait for each other: threads made the slowest POST ten times slower
timeout = 60
forwarded_allow_ips = "127.0.0.1"
accesslog = None  # paths carry secrets: webform/web/edge.py writes a line that doesn't
logconfig_dict = {  # what gunicorn has to say is a line of our log as well, without a visitor's words
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"lines": {"class": "webform.logs.Lines"}},
    "root": {"level": "WARNING", "handlers": ["lines"]},
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": ["lines"], "propagate": False}},
}

# What the workers count together. In memory where there is such a folder: a file that is mapped into memory kills its
# worker once the disk is full. Made before the app is loaded, which decides then how it counts.
MEMORY = Path("/dev/shm")  # noqa: S108  the folder made in it is new, and this user's alone
COUNTS = tempfile.mkdtemp(prefix="asb-metrics-", dir=MEMORY if MEMORY.is_dir() else None)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = COUNTS


# What is loaded before the workers are forked stays for good. Nobody need look through it for something to throw away:
# not while it is loaded, which is a quarter of a start, and not in each worker, which would copy it by looking.
gc.disable()


def pre_fork(_server: object, _worker: object) -> None:
    """Leave out what is there by now, for good."""
    gc.freeze()


def post_fork(_server: object, _worker: object) -> None:
    """A worker looks after what it makes itself."""
    gc.enable()


def on_exit(_server: object) -> None:
    """Leave nothing behind."""
    shutil.rmtree(COUNTS, ignore_errors=True)


control_socket_disable = True
