"""The commands of `flask`. Each one says what it did, or what is wrong and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask

from . import create_app
from .procedure_cli import procedure
from .setup import set_up
from .wiring import read_all, refusal


def command_line() -> Flask:
    """An app with the commands and nothing else, so that they can be asked for before the service can start."""
    bare = Flask(__package__, static_folder=None, template_folder=None)
    for command in (setup, procedure):
        bare.cli.add_command(command)
    return bare


@contextmanager
def service() -> Iterator[Flask]:
    """The real app, for a command that needs the database; exits with one list when it can't start."""
    app = create_app()
    with app.app_context():
        yield app


@click.command(help="Make keys, folders and database. Once before the first start, and after each update.")
def setup() -> None:
    """Print what was made and where it is, then what is still missing."""
    faults: list[str] = []
    settings, shelves = read_all(None, None, faults)
    if settings is None or shelves is None:
        raise SystemExit(refusal(faults))
    done, missing = set_up(settings, shelves)
    click.echo("\n".join(done))
    if missing:
        click.echo("Before the service can start, still to be put right:\n  - " + "\n  - ".join(missing))
