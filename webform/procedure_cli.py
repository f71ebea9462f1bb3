"""`flask procedure ...`: what can be asked of the shelves alone, without database, keys or a shelf in order."""

from __future__ import annotations

import click


@click.group()
def procedure() -> None:
    """Check and try out procedures. Needs no database and no keys."""
