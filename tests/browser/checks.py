"""What every page and every error has to stand: axe, nothing wider than the screen, errors that lead to their input."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.counted import TALLY

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
TYPED = """() => [...document.querySelectorAll('main form :is(input, textarea, select)')]
  .filter(one => !['hidden', 'file'].includes(one.type))
  .map(one => [one.name, one.value.trim(), Boolean(one.checked)])"""
_axe = Axe()


class Tally:
    """What has to be seen, and what was. The two are printed and have to be equal."""

    def __init__(self, kind: str, expected: Iterable[str]):
        self.kind, self.expected, self.visited = kind, set(expected), set[str]()

    def __call__(self, *names: str) -> None:
        """These were seen."""
        self.visited.update(names)

    def check(self, record: Callable[[str, object], None]) -> None:
        """Every one was seen, and nothing that nobody expected."""
        record(f"{TALLY}{self.kind}", (len(self.visited & self.expected), len(self.expected)))
        assert self.visited == self.expected, (
            f"{self.kind} not visited: {sorted(self.expected - self.visited)}; "
            f"not expected: {sorted(self.visited - self.expected)}"
        )


def accessible(page: Page) -> None:
    """Axe finds nothing, by any rule of WCAG 2.2 AA or best practice."""
    found = _axe.run(page, options=OPTIONS).response["violations"]
    said = [f"{one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes'][:3]]}" for one in found]
    assert not said, f"{page.url} ({page.title()}): " + "; ".join(said)


def fits(page: Page) -> None:
    """Nobody has to scroll sideways."""
    wide, seen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= seen, f"{page.url} is {wide} wide on a screen of {seen}"


def typed(page: Page) -> list[list[Any]]:
    """Everything that stands in the inputs of the page."""
    return list(page.evaluate(TYPED))


def shows_errors(page: Page, wanted: dict[str, str], before: list[list[Any]]) -> None:
    """The page says what is wrong, in these words, by links to these inputs, and has kept everything typed."""
    where = f"{page.url} with {wanted}"
    summary = page.locator(".govuk-error-summary")
    assert summary.count() == 1, f"no error summary: {where}"
    assert page.title().startswith("Error: "), where
    expect(summary).to_be_focused()
    changed = [(was, now) for was, now in zip(before, typed(page), strict=True) if was != now]
    assert not changed, f"what was typed has changed: {changed}: {where}"
    accessible(page)
    links = {str(link.get_attribute("href"))[1:]: link for link in summary.get_by_role("link").all()}
    assert set(links) == set(wanted), where
    for target, words in wanted.items():
        said = links[target].inner_text()
        assert said == words or (not words and said), f"“{said}” instead of “{words}”: {where}"
        links[target].click()
        assert page.evaluate("document.activeElement.id") == target, f"#{target} has no focus: {where}"
        beside = page.locator(f'.govuk-form-group--error:has([id="{target}"]) .govuk-error-message')
        expect(beside.filter(has_text=said).first).to_be_visible()
