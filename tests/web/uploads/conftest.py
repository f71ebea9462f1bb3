"""Somebody at a form that takes files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.installation import Installation, installed
from tests.moment import Moment
from tests.watched import WatchedClient
from tests.web.small_form import with_request
from tests.web.uploads.page import FORM
from tests.web.visitor import Visitor
from webform.documents.shelf import Shelves


@pytest.fixture(scope="module")
def house_with_files(tmp_path_factory: pytest.TempPathFactory, shelves: Shelves) -> Iterator[Installation]:
    """An installation whose request takes files."""
    with installed(tmp_path_factory.mktemp("files"), with_request(shelves, FORM)) as installation:
        yield installation


@pytest.fixture
def files_app(house_with_files: Installation) -> Flask:
    """The app with the form, new."""
    house_with_files.renew()
    house_with_files.app.test_client_class = WatchedClient
    return house_with_files.app


@pytest.fixture
def visitor(files_app: Flask, now: Moment) -> Visitor:
    """Somebody at the first page of the form."""
    person = Visitor(files_app.test_client())
    person.begin("merton")
    assert person.address.endswith("/form/proof")
    return person
