"""Turns npm's govuk-frontend into webform/web/static/built/.

The GDS Transport font, the crown and the crest belong to gov.uk alone, so they stay out: fonts come from
`--area-font`, and the page template has a header and footer of its own.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "node_modules" / "govuk-frontend"
BUILT = ROOT / "webform" / "web" / "static" / "built"
FONT = "var(--area-font, Arial, Helvetica, sans-serif)"


def css(text: str) -> str:
    """The stylesheet without gov.uk's font and crest, asking for no other file."""
    text = re.sub(r"@font-face\{[^}]*\}", "", text)
    text = text.replace("GDS Transport,arial,sans-serif", FONT)
    text = re.sub(r"[^{}]+\{[^{}]*govuk-crest[^{}]*\}", "", text)
    return re.sub(r"/\*# sourceMappingURL=.*?\*/", "", text)


def js(text: str) -> str:
    """The script without its source map."""
    return re.sub(r"//# sourceMappingURL=\S*", "", text)


def main() -> None:
    """Build, or say what is missing; a style that still wants gov.uk's own files is not written."""
    source = PACKAGE / "dist" / "govuk"
    if not source.exists():
        sys.exit("node_modules/govuk-frontend is missing. Run `npm install` first.")
    style = css((source / "govuk-frontend.min.css").read_text(encoding="utf-8"))
    if left := re.findall(r"url\([^)]*\)|GDS Transport|sourceMappingURL", style):
        sys.exit(f"This version of govuk-frontend still asks for {sorted(set(left))}. Mend tools/build_frontend.py.")
    BUILT.mkdir(parents=True, exist_ok=True)
    (BUILT / "govuk.css").write_text(style, encoding="utf-8")
    script = (source / "govuk-frontend.min.js").read_text(encoding="utf-8")
    (BUILT / "govuk.js").write_text(js(script), encoding="utf-8")


if __name__ == "__main__":
    main()
