"""GOV.UK components. One that shows nothing of anybody is drawn once and kept: a page is mostly made of such ones."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from jinja2 import Environment
from markupsafe import Markup

MOST = 2000  # drawn components that are kept; all forms of a dozen areas have fewer
_kept: WeakKeyDictionary[Environment, dict[str, Markup]] = WeakKeyDictionary()


def component(environment: Environment, template: str, macro: str, params: dict[str, Any]) -> Markup:
    """The component with these parameters."""
    drawn: Markup = getattr(environment.get_template(template).module, macro)(params)
    return drawn


def kept(environment: Environment, template: str, macro: str, params: dict[str, Any]) -> Markup:
    """The same, remembered. Never for what somebody typed: that would outlive the answer that it was drawn for."""
    known = _kept.setdefault(environment, {})
    key = f"{macro} {params!r}"
    if key not in known:
        if len(known) >= MOST:
            known.clear()
        known[key] = component(environment, template, macro, params)
    return known[key]
