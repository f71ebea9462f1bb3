"""`flask officer ...`: who may sign in."""

from __future__ import annotations

import datetime as dt

import click
from sqlalchemy import select

from .cases import officers
from .errors import Refusal
from .house import house
from .records.officers import ELECTED, Officer
from .records.store import begin_writing, db
from .roster import Elected
from .rules.calendar import day_of
from .rules.powers import desk_roles
from .wiring import service


@click.group()
def officer() -> None:
    """Say who may sign in, and hand over from who leaves."""


@officer.command()
@click.argument("email")
@click.argument("name")
@click.option("--area", required=True, help="The area whose cases the officer sees.")
@click.option("--role", default="officer", show_default=True, help="One that the area's procedure lets do something.")
def add(email: str, name: str, area: str, role: str) -> None:
    """Let NAME sign in with codes sent to EMAIL."""
    with service():
        known = [procedure.id for procedure in house().shelves.areas()]
        if area not in known:
            raise click.ClickException(f"{area!r} is not an area. Areas: {', '.join(known)}.")
        known = list(desk_roles(house().shelves.procedures[area]))
        if role not in known:
            raise click.ClickException(f"{role!r} has nothing to do at this desk. Roles: {', '.join(known)}.")
        begin_writing()
        try:
            officers.add_officer(email, name, area, role)
        except Refusal as refusal:
            raise click.ClickException(refusal.words) from refusal
        db.session.commit()
    click.echo(f"{name} can sign in as {role} of {area}, with a code sent to {email}.")


@officer.command()
@click.argument("email")
@click.option("--hand-to", default="", help="The email of the officer of the same area who takes the cases over.")
def leave(email: str, hand_to: str) -> None:
    """End every session of an officer who leaves, and hand the cases over."""
    with service():
        begin_writing()
        leaving, successor = _officer(email), _officer(hand_to) if hand_to else None
        try:
            count = officers.leave(leaving, successor)
        except Refusal as refusal:
            raise click.ClickException(refusal.words) from refusal
        db.session.commit()
        to = f"handed over to {successor.name}" if successor else "waiting in the list for somebody to take them over"
        click.echo(f"{leaving.name} can't sign in any more. Cases: {count}, {to}.")


@officer.command("list")
def show() -> None:
    """Everybody who may sign in, councillors and MPs of the roster too, and who has left."""
    with service():
        known = select(Officer).where(Officer.role != ELECTED)
        for one in db.session.scalars(known.order_by(Officer.area, Officer.role, Officer.email)):
            left = "" if one.active else f", left on {one.left_at:%d %B %Y}"
            click.echo(f"{one.area}  {one.role}  {one.email}  {one.name}{left}")
        today = day_of(dt.datetime.now(dt.UTC))
        for seat in sorted(house().roster, key=lambda seat: (seat.area, seat.kind, seat.email)):
            click.echo(f"{seat.area}  {seat.kind}  {seat.email}  {seat.name}{_until(seat, today)}")


def _until(seat: Elected, today: dt.date) -> str:
    ward = f", {seat.ward}" if seat.ward else ""
    ends = "until" if seat.holds_on(today) else "ended on"
    return f"{ward}, {ends} {seat.until:%d %B %Y}" if seat.until else ward


def _officer(email: str) -> Officer:
    found = officers.find_officer(email)
    if found is None or not found.active:
        raise click.ClickException(f"{email} is not an officer who can sign in.")
    return found
