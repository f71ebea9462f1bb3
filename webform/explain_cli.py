"""`flask procedure explain`, `new` and `reference`: a procedure in plain English, a first one, and the language."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from .documents.checks.sources import rules_of
from .documents.procedure import Procedure
from .documents.reference import reference as written_reference
from .procedure_cli import find_with_forms
from .rules.plain_words import Item, Section
from .rules.published import published
from .settings import SHIPPED, Settings, SettingsError

STARTER = Path(__file__).parent / "documents" / "starter.toml"
NAME = re.compile(r"[a-z][a-z0-9-]{0,59}")


@click.command()
@click.argument("area_or_file", metavar="AREA|FILE")
def explain(area_or_file: str) -> None:
    """The whole procedure in plain English, each rule with the paragraph it comes from."""
    procedure, forms = find_with_forms(area_or_file)
    click.echo("\n".join([*_heading(procedure), *_sections(published(procedure, forms), 2), *_open(procedure)]))


def _heading(procedure: Procedure) -> Iterator[str]:
    area = procedure.area
    yield f"# {area.name}: {area.title or 'ASB Case Review'}"
    yield f"\nOf {area.body}."


def _sections(sections: Iterable[Section], depth: int) -> Iterator[str]:
    for section in sections:
        yield f"\n{'#' * depth} {section.title}"
        yield from _items(section.items, "")
        yield from _sections(section.inner, depth + 1)


def _items(items: Iterable[Item], indent: str) -> Iterator[str]:
    for item in items:
        yield f"{indent}- {item.says}{f' [{item.source}]' if item.source else ''}"
        for fact in item.facts:
            yield f"{indent}  {fact}"
        yield from _items(item.parts, indent + "  ")


def _open(procedure: Procedure) -> Iterator[str]:
    """What a lawyer or the area should settle."""
    doubts = [f"- {key}: {rule.doubt}" for key, rule in rules_of(procedure) if rule.doubt]
    if doubts:
        yield "\n## What the source leaves open"
        yield from doubts


@click.command()
@click.argument("area")
@click.argument("path", required=False, type=click.Path(path_type=Path))
def new(area: str, path: Path | None) -> None:
    """Write a commented first procedure for AREA, into instance/procedures or to PATH. Nothing is overwritten."""
    if not NAME.fullmatch(area):
        raise click.ClickException(f"{area!r} is no name of an area. Write small letters, such as north-marsh.")
    if (SHIPPED / "procedures" / f"{area}.toml").exists():
        raise click.ClickException(f"There is a procedure {area!r} on the shelf already. Choose another name.")
    target = path / f"{area}.toml" if path and path.is_dir() else path or _instance() / "procedures" / f"{area}.toml"
    title = area.replace("-", " ").title()
    text = STARTER.read_text(encoding="utf-8").replace("AREA_TITLE", title).replace("AREA_ID", area)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise click.ClickException(f"{target} is there already, and nothing was changed.") from None
    except OSError as error:
        raise click.ClickException(f"{target} can't be written: {error.strerror}.") from None
    click.echo(f"Written: {target}. Check it with: flask procedure check {(path and target) or area}")


def _instance() -> Path:
    try:
        return Settings.read(os.environ).instance
    except SettingsError as wrong:
        return wrong.settings.instance


@click.command()
def reference() -> None:
    """Every table and key of the three shelves, as Markdown."""
    click.echo(written_reference(), nl=False)
