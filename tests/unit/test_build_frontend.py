"""What comes from npm leaves gov.uk's own font, crown and crest behind."""

from __future__ import annotations

from tools.build_frontend import FONT, css, js


def test_the_font_is_the_areas() -> None:
    """GDS Transport is licensed for gov.uk alone."""
    built = css("@font-face{font-family:GDS Transport;src:url(/a.woff2)}a{font-family:GDS Transport,arial,sans-serif}")
    assert built == f"a{{font-family:{FONT}}}"


def test_the_crest_is_left_out() -> None:
    """Only the rules that show it go, also within a media query."""
    built = css("a{color:red}@media print{b{background:url(/assets/images/govuk-crest.svg)}c{color:blue}}")
    assert built == "a{color:red}@media print{c{color:blue}}"


def test_no_source_map_is_asked_for() -> None:
    """A browser's tools would ask for a file that isn't there."""
    assert css("a{color:red}/*# sourceMappingURL=x.css.map */") == "a{color:red}"
    assert js("export{a};//# sourceMappingURL=x.js.map").strip() == "export{a};"
