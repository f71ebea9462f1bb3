"""Officers for the tests of the desk and of sign-in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.installation import Installation, installed
from tests.moment import Moment
from tests.watched import WatchedClient
from tests.web.attacked import Attacked
from tests.web.desk import SAM, join, sign_in
from tests.web.site import Site
from tests.web.small_form import with_request
from tests.web.visitor import Visitor
from webform.documents.shelf import Shelves
from webform.records.store import db
from webform.web.limits import limiter
from webform.wiring import build

REAL_URL = "https://reviews.council.example"


class RealClient(WatchedClient):
    """A browser that talks https to the real name of the service."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("base_url", REAL_URL)
        return super().open(*args, **kwargs)


@pytest.fixture
def sam(app: Flask, now: Moment) -> str:
    """Sam, the single point of contact of Merton, has joined."""
    join(app)
    return SAM


@pytest.fixture
def desk(app: Flask, client: FlaskClient, sam: str) -> FlaskClient:
    """The browser in which Sam is signed in."""
    sign_in(app, client, sam)
    return client


@pytest.fixture
def site(app: Flask, client: FlaskClient, shelves: Shelves, now: Moment) -> Site:
    """The app with something in it."""
    with app.app_context():
        return Site(app, shelves, client, now)


@pytest.fixture
def real_app(app: Flask, sqlite_installation: Installation, shelves: Shelves) -> Iterator[Flask]:
    """The app as a council runs it: over https, under its own name, from anywhere; with the records of `app`."""
    settings = replace(sqlite_installation.settings, local=False, base_url=REAL_URL, status_token="")
    real = build(settings, shelves)
    real.testing = True
    real.test_client_class = RealClient
    yield real
    with real.app_context():
        db.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def attacked(
    request: pytest.FixtureRequest, shelves: Shelves, now: Moment, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Attacked]:
    """The site, without limits of pages, which would hide what is behind them."""
    app: Flask = request.getfixturevalue("app" if request.param == "sqlite" else "postgres_app")
    monkeypatch.setattr(limiter, "enabled", False)
    monkeypatch.setitem(app.config, "SHOW_FAULTS", True)  # a mistake is a 500, as on a real server
    with app.app_context():
        made = Attacked(app, shelves, now)
    yield made
    made.door.close()


@pytest.fixture(scope="module")
def form_house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shelves: Shelves
) -> Iterator[Installation]:
    """An installation whose request is the form that the module calls FORM."""
    with installed(tmp_path_factory.mktemp("form"), with_request(shelves, request.module.FORM)) as installation:
        yield installation


@pytest.fixture
def form_app(form_house: Installation) -> Flask:
    """The app with that form, new."""
    form_house.renew()
    form_house.app.test_client_class = WatchedClient
    return form_house.app


@pytest.fixture
def visitor(form_app: Flask, now: Moment) -> Visitor:
    """Somebody who has begun that form."""
    person = Visitor(form_app.test_client())
    person.begin("merton")
    return person
