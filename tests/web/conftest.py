"""Officers for the tests of the desk and of sign-in."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.moment import Moment
from tests.web.desk import SAM, join, sign_in
from tests.web.site import Site
from webform.documents.shelf import Shelves


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
