"""How gunicorn starts the service: once before it forks, so that a refusal is one list and not a loop of restarts."""

from __future__ import annotations

import os

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

control_socket_disable = True
