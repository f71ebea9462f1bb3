"""A request in which every answer that somebody types carries something that means more elsewhere."""

from __future__ import annotations

from typing import Any

from webform.documents.form import Form
from webform.rules.journey import Place, entry_answers, places, questions, with_entry_answers

EVIL = "evil.example"
POISONS = {
    "mail heads": f"x\r\nBcc: all@{EVIL}\r\nContent-Type: text/html\r\n\r\n<b>x</b>",
    "html": f"<x-evil onload=alert(1)>x</x-evil><script>alert(1)</script><img src=http://127.0.0.1:9/{EVIL}>",
    "attribute": f"\" onfocus=alert(1) autofocus x='{EVIL}' href=javascript:alert(1) \"",
    "template": "{{7*7}}{% for x in y %}{{config}}{# x #}",
    "placeholders": "{case.reference}{area.phone}{link.case}%s%(x)s{0}${7*7}",
    "links": f"[x](https://{EVIL}/a) ![x](https://{EVIL}/b.png) <https://{EVIL}/c> [x]: https://{EVIL}/d",
    "bare link": f"https://{EVIL}/e www.{EVIL} someone@{EVIL}",
    "markdown": "# x\n\n* x\n\n> x\n\n```\nx\n```\n\n| x | y |\n|---|---|\n",
    "paper": "<style>@import url(http://127.0.0.1:9/);@font-face{font-family:X;src:url(file:///etc/passwd)}</style>"
    "<pdf:font name=Y src='/etc/passwd'><img src='file:///etc/passwd'><link rel=stylesheet href='//127.0.0.1:9/x.css'>",
    "controls": "a\0b\x1b[31m\u202eevil\u2066\x7f\x85",
}
TYPED = ("text", "textarea")


def poisoned(form: Form, answers: dict[str, Any], poison: str) -> dict[str, Any]:
    """The answers, with the poison behind everything that is typed freely: names, words, addresses, rough dates."""
    for place in places(form, answers):
        given = _poisoned_page(form, answers, place, poison)
        answers = with_entry_answers(form, answers, place, given) if given else answers
    return answers


def _poisoned_page(form: Form, answers: dict[str, Any], place: Place, poison: str) -> dict[str, Any]:
    here = entry_answers(form, answers, place)
    given: dict[str, Any] = {}
    for question in questions(form, answers, place):
        value = here.get(question.id)
        if value is None:
            continue
        if question.type in TYPED:
            given[question.id] = f"{value} {poison}"
        elif question.type == "address":
            given[question.id] = {name: f"{line} {poison}" for name, line in value.items()}
        elif question.type == "approximate-date":
            given[question.id] = {**value, "words": poison}
    return given
