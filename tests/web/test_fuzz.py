"""Anything, sent anywhere, by everybody who may: the service never stumbles and nobody is thrown out.

A short run belongs to `make test`; `make fuzz` sends for as long as somebody has patience.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from tests.web import nasty
from tests.web.attacked import WHO, Attacked

# Sixty times each, unless a longer run was asked for.
QUIET = settings(suppress_health_check=list(HealthCheck), max_examples=settings().max_examples * 3 // 5)


@pytest.mark.parametrize("who", WHO)
@QUIET
@given(data=st.data())
def test_any_form_is_answered(attacked: Attacked, who: str, data: st.DataObject) -> None:
    """Whatever stands in the fields of a form, with files or without, is taken or refused with words."""
    person = attacked.people[who]
    path = data.draw(st.sampled_from(attacked.posts))
    pairs = data.draw(nasty.fields(attacked.names(path, person)))
    if data.draw(st.booleans() | st.just(True)):
        pairs = [("csrf_token", attacked.door.token.encode()), *pairs]
    if data.draw(st.booleans()):
        body, kind = nasty.urlencoded(pairs), "application/x-www-form-urlencoded"
    else:
        body = nasty.multipart(pairs, data.draw(nasty.part_heads))
        kind = "multipart/form-data; boundary=x"
    attacked.send(person, "POST", path, data=body, content_type=kind)


@pytest.mark.parametrize("who", WHO)
@QUIET
@given(data=st.data())
def test_any_body_is_answered(attacked: Attacked, who: str, data: st.DataObject) -> None:
    """A body of any kind, deep, broken or of another kind than it says, is taken or refused with words."""
    path = data.draw(st.sampled_from(attacked.posts))
    kind, body = data.draw(nasty.bodies | nasty.json_bodies)
    heads = Headers([("Content-Type", kind)]) if kind.isascii() else Headers()
    if data.draw(st.booleans()):
        heads.add("X-CSRFToken", attacked.door.token)
    attacked.send(attacked.people[who], "POST", path, data=body, headers=heads)


@pytest.mark.parametrize("who", WHO)
@QUIET
@given(data=st.data())
def test_any_address_is_answered(attacked: Attacked, who: str, data: st.DataObject) -> None:
    """Whatever stands in an address, in its query, in heads and in cookies leads to a page or to none."""
    path = data.draw(st.sampled_from(attacked.patterns))
    for name in re.findall(r"<[^>]+>", path):
        own = attacked.own.get(name.partition(":")[2].rstrip(">") or name.strip("<>"), "x")
        path = path.replace(name, data.draw(st.just(own) | nasty.part), 1)
    path += "?" + data.draw(nasty.query)
    heads = {name: data.draw(nasty.head) for name in data.draw(st.lists(st.sampled_from(nasty.HEADS), max_size=3))}
    method = data.draw(st.sampled_from(("GET", "POST", "HEAD")))
    attacked.send(attacked.people[who], method, path, headers=heads)
