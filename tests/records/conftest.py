"""A case with documents, on each database in turn."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.records.folders import open_case
from webform.records.store import db
from webform.records.tables import Case


@pytest.fixture
def case(store: Flask) -> Case:
    """A committed case without documents."""
    opened = open_case()
    db.session.commit()
    return opened
