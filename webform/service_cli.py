"""The commands that work on the records. Each one says what it did, or what is wrong and what to do about it."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from .cases.after_restore import settle
from .cases.cross_check import disagreements
from .cases.elsewhere import keep_elsewhere
from .cases.figures import recount
from .cases.on_call_figures import BACKUP
from .cases.reschedule import reschedule as move_deadlines
from .cases.retention import shortest
from .clock import serve
from .house import house
from .records import backup as backups
from .records import erasures, lookup, reseal, sealed
from .records.outbox import Tick
from .records.register import written_down
from .records.sealed import BrokenKeys
from .records.store import begin_writing, db
from .records.verify import Look, look_at_the_record
from .setup import set_up
from .wiring import read_all, refusal, service


@click.command()
def setup() -> None:
    """Make keys, folders and database: before the first start, and after each update."""
    faults: list[str] = []
    settings, shelves = read_all(None, None, faults)
    if faults or shelves is None:
        raise SystemExit(refusal(faults))
    try:
        done, missing = set_up(settings, shelves)
    except (BrokenKeys, OSError, SQLAlchemyError) as fault:
        raise SystemExit(refusal([_in_words(fault)])) from None
    click.echo("\n".join(done))
    if missing:
        click.echo("Before the service can start, still to be put right:\n  - " + "\n  - ".join(missing))


@click.command()
def clock() -> None:
    """Keep the time: send what waits, remind, escalate. A second clock stands by for the first."""
    with service("clock", log_to=sys.stdout) as app:
        code = serve(app)
    raise SystemExit(code)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def backup(folder: Path) -> None:
    """Write a backup into FOLDER, while the service runs. The keys are not in it: keep a copy of them elsewhere."""
    with service():
        try:
            now = dt.datetime.now(dt.UTC)
            made = backups.backup(folder, instance=house().settings.instance, now=now)
            beside, last = erasures.lay_beside(folder), shortest(lambda rule: rule.backups, now)
            gone = backups.remove_older(folder, last) if last else ()
        except OSError as fault:
            raise click.ClickException(_in_words(fault)) from fault
        keys_file, known = house().settings.keys_file, written_down()
        begin_writing()
        db.session.merge(Tick(name=BACKUP, at=dt.datetime.now(dt.UTC)))
        db.session.commit()
    click.echo(f"Written: {made}. Nobody, you included, can read it without {keys_file}.")
    click.echo(f"Keep {beside} with it: it says what was erased, so that no older backup brings it back.")
    if gone:
        click.echo(f"Their time is over, so they were removed: {', '.join(gone)}.")
    click.echo(f"The register of cases stands at {known}: `flask verify --known {known}` tells whether any is gone.")


@click.command()
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Put it in the place of the cases that are there now.")
def restore(archive: Path, force: bool) -> None:
    """Bring the backup ARCHIVE back. Stop web and clock first.

    What was erased since it was made is erased again. Emails that waited become tasks for a person.
    """
    held: list[int] = []
    with service(restoring=True):
        known, now = erasures.erased_before(archive.parent), dt.datetime.now(dt.UTC)
        instance = house().settings.instance
        try:
            look = backups.restore(
                archive, instance=instance, force=force, afterwards=lambda made: held.append(settle(known, made, now))
            )
        except backups.CannotRestore as reason:
            raise click.ClickException(str(reason)) from reason
    click.echo(f"Emails that may have gone already, and wait for a person now: {sum(held)}.")
    report(look)


@click.command()
@click.option("--known", default="", help="What an earlier `flask verify` or `flask backup` has printed.")
def verify(known: str) -> None:
    """Look whether anything on record was changed, removed or swapped behind the service's back.

    It covers the documents of every case, that no case is gone, and the rules that cases are pinned to. Deadlines, the
    people of a case, how they are reached, the figures that it counts for and the letters in the outbox are compared
    with what the documents say.
    """
    with service():
        look = look_at_the_record(known)
        further = tuple(disagreements(dt.datetime.now(dt.UTC)))
    report(replace(look, faults=(*look.faults, *further)))


@click.command()
def reindex() -> None:
    """Write the look-up by reference, here and elsewhere, email, surname, phone and postcode anew."""
    with service():
        count = lookup.reindex(keep_elsewhere)
    click.echo(f"Done: {count} cases.")


@click.command("recount")
def recount_all() -> None:
    """Work out anew where every case stands in the figures, such as after `flask verify` has found a difference."""
    with service():
        count = recount(dt.datetime.now(dt.UTC))
    click.echo(f"Done: {count} cases.")


@click.command()
def reschedule() -> None:
    """Move the open deadlines of every open case, after closed days or meetings in instance/calendar.toml changed.

    Each case that is concerned gets a document that says which dates moved, and how the new ones come about.
    """
    with service():
        count, moved = move_deadlines(dt.datetime.now(dt.UTC))
    click.echo(f"Done: {count} open cases, {moved} with other dates than before.")


@click.command()
def rotate() -> None:
    """Add a key that seals from now on; web and clock take it up by themselves. Then run `flask reseal`."""
    with service():
        path = house().settings.keys_file
        count = len(sealed.rotate(path).ids)
    click.echo(f"{path} now holds {count} keys. Run `flask reseal`, and copy the file anew.")


@click.command("reseal")
def reseal_all() -> None:
    """Seal everything with the newest key, while the service runs."""
    with service():
        count = reseal.reseal()
    click.echo(f"Done: {count} values.")


def _in_words(fault: Exception) -> str:
    """A fault of files or of the database, without the statement that met it or the row that PostgreSQL quotes."""
    if isinstance(fault, OSError):
        return f"{fault.filename or 'A file'} can't be used: {fault.strerror or fault}."
    if isinstance(fault, DBAPIError):
        return f"The database can't be used: {str(fault.orig).strip().partition(chr(10))[0]}."
    return str(fault)


def report(look: Look) -> None:
    """Say what a look at the record has found; any fault is a failure."""
    if look.faults:
        words = "Something on record was changed behind the service's back. Keep everything as it is, and find out who."
        raise click.ClickException("\n  - ".join([words, *look.faults]))
    click.echo(f"The record is whole: {look.cases} cases, {look.documents} documents.")
    click.echo(f"Write this down elsewhere, and compare it next time with --known: {look.known}")
