"""How gunicorn starts the service: once before it forks, so that a refusal is one list and not a loop of restarts."""

from __future__ import annotations

import os

wsgi_app = "webform:create_app()"
preload_app = True
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "sync"  # writers on SQLite wait for each other: threads made the slowest POST ten times slower
timeout = 60
forwarded_allow_ips = "127.0.0.1"

control_socket_disable = True
