"""What a page weighs on its way: the first with everything that it brings along, and each one after that."""

from __future__ import annotations

import gzip
import re

from .caller import Caller
from .site import address_of, served, stage
from .table import at_most, figure, heading
from .walk import AREA, begin, walk, way_of

FIRST, AFTER = 40.0, 6.0  # KB
IMPORTS = re.compile(r"from '\./(built/[^']+)'")
BRINGS = re.compile(r'(?:href|src)="(/static/[^"]+)"')


def main(most_pages: int = 1000) -> None:
    """Everything as it comes from the service, and as small as gzip makes it."""
    heading("Weight of pages")
    with stage() as made, served(made) as server:
        way = way_of(made.app, made.shelves)[:most_pages]
        caller = Caller(server.port, address_of(1))
        start = caller.get(f"/{AREA}/")
        brought = {path: caller.get(path) for path in dict.fromkeys(BRINGS.findall(start.text))}
        imported = [f"/static/{name}" for answer in brought.values() for name in IMPORTS.findall(answer.text)]
        brought |= {path: caller.get(path) for path in imported}
        begin(caller)
        pages = [answer.text for method, answer in walk(caller, way) if method == "GET"]
    for path, answer in brought.items():
        assert answer.status_code == 200, path
        figure(path, f"{_kilobytes(answer.text):.1f} KB")
    figure("compressed by the service itself", ", ".join(start.headers("Content-Encoding")) or "no")
    first = _kilobytes(start.text) + sum(_kilobytes(answer.text) for answer in brought.values())
    at_most("the start page and all that it brings, gzipped", first, FIRST, "KB", 1)
    at_most(f"the heaviest of {len(pages)} pages after that, gzipped", max(map(_kilobytes, pages)), AFTER, "KB", 1)
    figure("the same without gzip", f"{max(len(page.encode()) for page in pages) / 1000:.1f} KB")


def _kilobytes(text: str) -> float:
    return len(gzip.compress(text.encode(), 6)) / 1000


if __name__ == "__main__":
    main()
