"""ASB Case Review: a case is a folder of documents, and a procedure says which one is due, from whom, by when."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from .documents.shelf import Shelves
    from .settings import Settings


def create_app(settings: Settings | None = None, shelves: Shelves | None = None) -> Flask:
    """The service, ready to answer; or SystemExit with one list of everything that keeps it from starting."""
    import sys

    from .logs import begin
    from .wiring import WEB_PATIENCE_SECONDS, build, get_ready, watch

    begin("web", sys.stdout)
    app = build(*get_ready(settings, shelves), WEB_PATIENCE_SECONDS)
    watch(app)
    return app
