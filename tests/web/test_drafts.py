"""Forms that are not sent yet: kept, left, found again with code and word, deleted, forgotten in time."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import werkzeug.security
from flask import Flask
from sqlalchemy import select

from tests.moment import Moment
from tests.statements import statements
from tests.watched import WatchedClient
from tests.web.visitor import Visitor
from webform.cases.drafts import NOBODYS_WORD, SIGNS, expire_drafts, find_draft, new_code
from webform.records.outbox import Message
from webform.records.store import begin_writing, db
from webform.records.tables import Draft

WORD = "Marmalade jar"


@pytest.fixture
def visitor(app: Flask, now: Moment) -> Visitor:
    """Somebody who has answered the first page of the request."""
    person = someone(app)
    person.begin("merton")
    person.post({"danger": "no"})
    return person


def someone(app: Flask) -> Visitor:
    """A browser that has never been here."""
    app.test_client_class = WatchedClient
    return Visitor(app.test_client())


def leave(visitor: Visitor, **typed: str) -> str:
    """Chooses a word; the code that is shown."""
    visitor.get("/form/save")
    visitor.post({"word": WORD, **typed})
    found = re.search(r'class="service-code">([^<]+)<', visitor.page.text)
    assert found, visitor.errors
    return found[1]


def come_back(visitor: Visitor, code: str, word: str = WORD) -> Visitor:
    """Types code and word."""
    visitor.get("/resume")
    visitor.post({"code": code, "word": word}, "/resume")
    return visitor


def drafts(app: Flask) -> list[Draft]:
    """Every draft."""
    with app.app_context():
        return list(db.session.scalars(select(Draft)))


def mails(app: Flask) -> list[Message]:
    """Every letter in the outbox."""
    with app.app_context():
        return list(db.session.scalars(select(Message)))


def expire(app: Flask, now: Moment) -> int:
    """What the clock does with drafts."""
    with app.app_context():
        begin_writing()
        count = expire_drafts(now())
        db.session.commit()
        return count


def test_every_page_is_saved(app: Flask, visitor: Visitor) -> None:
    """An answer lies on the server as soon as its page is sent; the cookie holds none of it."""
    assert drafts(app)[0].answers == {"danger": "no"}
    assert drafts(app)[0].visited == ["right-now"]


def test_code_is_random_and_kept_hashed(app: Flask, visitor: Visitor) -> None:
    """A code has 80 random bits, is never the same, and lies nowhere in the database."""
    code = leave(visitor)
    plain = code.replace("-", "")
    assert len(plain) == SIGNS == 16
    assert len({new_code() for _ in range(100)}) == 100
    row = drafts(app)[0]
    assert plain not in str(vars(row))
    assert WORD not in str(vars(row))


@pytest.mark.parametrize("typed", ["{code}", "{lower}", "{spaced}"])
def test_code_and_word_lead_back(app: Flask, visitor: Visitor, typed: str) -> None:
    """Another browser opens the form with code and word, in capitals or not, with or without lines between."""
    code = leave(visitor)
    typed = typed.format(code=code, lower=code.lower(), spaced=code.replace("-", " "))
    other = come_back(someone(app), typed, "MARMALADE  jar")
    assert other.address == "/form/feelings"
    other.get("/form/check")
    assert "Anyone in danger now" in other.page.text


def test_neither_code_nor_word_alone(app: Flask, visitor: Visitor) -> None:
    """A wrong word and a wrong code get the same answer, and open nothing; no word chosen, no way in."""
    code = leave(visitor)
    wrong_word, wrong_code = come_back(someone(app), code, "jam"), come_back(someone(app), new_code())
    assert wrong_word.page.status_code == wrong_code.page.status_code == 422
    assert wrong_word.errors == wrong_code.errors
    assert wrong_word.client.get("/form/right-now").status_code == 400


def test_wrong_words_lock_the_draft(app: Flask, visitor: Visitor, now: Moment) -> None:
    """Five wrong words lock the draft for a while, from everywhere, even for the right word; then it opens again."""
    code = leave(visitor)
    for _ in range(5):
        come_back(someone(app), code, "jam")
    locked = come_back(someone(app), code)
    assert "too many tries" in locked.errors[0][1]
    now.passes(minutes=16)
    assert come_back(someone(app), code).address == "/form/feelings"


def test_mailed_link_only_locates(app: Flask, visitor: Visitor) -> None:
    """The mail says nothing of the form; opening its link asks for the word and spends nothing."""
    leave(visitor, email="ann@people.example", safe="yes")
    (mail,) = mails(app)
    assert (mail.recipient, mail.subject) == ("ann@people.example", "Your form")
    for telling in ("review", "behaviour", "Merton", "council"):
        assert telling not in mail.text
    link = re.search(r"http://localhost(/resume/\S+?)[>)\s]", mail.text)
    assert link
    other = someone(app)
    for _ in range(3):
        other.get(link[1])
    assert "danger" not in other.page.text.partition("<main")[2].partition("</main")[0]
    other.post({"word": WORD}, "/resume")
    assert other.address == "/form/feelings"


def test_email_has_to_be_safe(app: Flask, visitor: Visitor) -> None:
    """No mail goes to an address that the person did not say is safe; a word has to be chosen."""
    visitor.get("/form/save")
    visitor.post({"word": "jam", "email": "ann@people.example"})
    assert [target for target, _ in visitor.errors] == ["word", "safe"]
    assert visitor.value("email") == "ann@people.example"
    visitor.post({"word": WORD, "email": "not an address", "safe": "yes"})
    assert [target for target, _ in visitor.errors] == ["email"]
    assert mails(app) == []


def test_browser_never_offers_to_resume(app: Flask, visitor: Visitor) -> None:
    """Start and resume pages look the same whether or not a form was begun here; starting begins an empty one."""
    fresh = someone(app)
    for address in ("/merton/", "/resume"):
        pages = [re.sub(r'value="[^"]*"', "", person.get(address).text) for person in (visitor, fresh)]
        assert pages[0] == pages[1]
    visitor.begin("merton")
    assert visitor.address == "/form/right-now"
    assert len(drafts(app)) == 2


def test_second_click_on_start_makes_no_second_draft(app: Flask, now: Moment) -> None:
    """Pressing start twice leaves one draft."""
    person = someone(app)
    person.begin("merton")
    person.begin("merton")
    assert len(drafts(app)) == 1


def test_a_form_with_a_word_asks_for_it_after_a_pause(app: Flask, visitor: Visitor, now: Moment) -> None:
    """Whoever sits before the browser half an hour later reads nothing from its history; what was typed goes along."""
    leave(visitor)
    now.passes(minutes=29)
    assert visitor.client.get("/form/feelings").status_code == 200
    visitor.get("/form/feelings")
    now.passes(minutes=2)
    for address in ("/form/right-now", "/form/check", "/form/saved", "/form/save"):
        page = visitor.client.get(address)
        assert page.status_code == 403, address
        assert "The word that you chose" in page.text
        assert "danger" not in re.sub(r"<aside.*?</aside>", "", page.text, flags=re.DOTALL)
    visitor.post({"self_harm": "not-said"})
    assert visitor.page.status_code == 403
    visitor.post({"word": "jam"}, "/resume")
    assert visitor.page.status_code == 422
    visitor.post({"word": WORD}, "/resume")
    assert visitor.address == "/form/feelings"
    assert re.search(r'value="not-said" checked', visitor.page.text)
    assert [draft.answers["danger"] for draft in drafts(app)] == ["no"]


def test_without_a_word_a_form_stays_open(app: Flask, visitor: Visitor, now: Moment) -> None:
    """Nobody could come back to it otherwise, and answers are never lost to a pause."""
    now.passes(days=2)
    assert visitor.get("/form/feelings").status_code == 200


def test_erase_asks_and_leaves_nothing(app: Flask, visitor: Visitor) -> None:
    """Looking at the page deletes nothing; pressing deletes the draft and empties the browser."""
    visitor.get("/form/erase")
    assert len(drafts(app)) == 1
    visitor.post({}, "/form/erase", follow=False)
    assert visitor.page.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert drafts(app) == []
    assert visitor.client.get("/form/right-now").status_code == 400


def test_exit_forgets_the_session_at_once(app: Flask, visitor: Visitor) -> None:
    """The exit needs no script: it clears the browser and lands elsewhere; the draft stays for whoever has the code."""
    code = leave(visitor)
    page = visitor.client.get("/exit")
    assert page.status_code == 302
    assert "localhost" not in page.headers["Location"]
    assert '"cookies"' in page.headers["Clear-Site-Data"]
    assert visitor.client.get("/form/right-now").status_code == 400
    assert come_back(someone(app), code).address == "/form/feelings"


def test_lost_session_keeps_what_was_typed(app: Flask, visitor: Visitor) -> None:
    """When the browser has lost its session, a page's answers are shown, and go along to the form that is opened."""
    code = leave(visitor)
    visitor.get("/form/feelings")
    visitor.client.delete_cookie("session")
    page = visitor.post({"self_harm": "not-said"})
    assert page.status_code == 400
    assert visitor.heading == "We cannot find your form in this browser"
    assert "not-said" in page.text
    visitor.post({"code": code, "word": WORD}, "/resume")
    assert visitor.address == "/form/feelings"
    assert re.search(r'value="not-said" checked', visitor.page.text)


def test_lost_session_can_start_anew_with_the_page(app: Flask, visitor: Visitor) -> None:
    """Without a code, a new form begins with what was typed."""
    visitor.get("/form/feelings")
    visitor.client.delete_cookie("session")
    visitor.post({"self_harm": "not-said"})
    visitor.post({}, "/merton/begin")
    assert visitor.address == "/form/feelings"
    assert re.search(r'value="not-said" checked', visitor.page.text)


def test_page_says_when_the_draft_goes(visitor: Visitor) -> None:
    """Every page of the form tells the day on which an idle draft is deleted."""
    assert "deleted on 8 June 2026" in visitor.page.text


def test_idle_drafts_are_warned_of_and_deleted(app: Flask, visitor: Visitor, now: Moment) -> None:
    """A draft is deleted when the procedure's time is over, after one warning by mail; an answer gives it new time."""
    code = leave(visitor, email="ann@people.example", safe="yes")
    now.passes(days=24)
    assert expire(app, now) == 0
    now.passes(days=2)
    assert expire(app, now) == 1
    assert expire(app, now) == 0
    assert "deleted after 8 June 2026" in " ".join(mails(app)[1].text.split())
    come_back(visitor, code)
    visitor.post({"self_harm": "no"})
    now.passes(days=3)
    expire(app, now)
    assert len(drafts(app)) == 1
    now.passes(days=27)
    expire(app, now)
    assert drafts(app) == []
    with app.app_context():
        assert find_draft(code, now()) is None


@pytest.mark.parametrize("unsafe", [{"email_safe": "no"}, {"email_safe": "yes", "channel": "none"}])
def test_nobody_is_warned_at_an_address_that_is_not_safe_any_more(
    app: Flask, visitor: Visitor, now: Moment, unsafe: dict[str, str]
) -> None:
    """Somebody who says in the form that email is not safe, or that they make contact themselves, gets no reminder."""
    leave(visitor, email="ann@people.example", safe="yes")
    with app.app_context():
        begin_writing()
        draft = db.session.scalars(select(Draft)).one()
        draft.answers = {**draft.answers, "sees_messages": "yes", **unsafe}
        db.session.commit()
    now.passes(days=27)
    assert expire(app, now) == 1
    assert len(mails(app)) == 1  # the link that they asked for


def test_expired_draft_is_gone_before_it_is_swept(app: Flask, visitor: Visitor, now: Moment) -> None:
    """Once its day is over, a draft can't be opened even if nothing has deleted it yet."""
    code = leave(visitor)
    now.passes(days=29)
    assert come_back(someone(app), code).page.status_code == 422


def test_a_code_that_nobody_has_is_locked_like_any_other(app: Flask, visitor: Visitor, now: Moment) -> None:
    """Neither the answer nor what is done for it says whether a code exists: both are counted, locked and tested."""
    code, nobodys = leave(visitor), new_code()
    told, work = {}, {}
    for tried in (code, nobodys):
        with app.app_context(), statements(db.engine) as done:
            told[tried] = [come_back(someone(app), tried, "jam").errors for _ in range(7)]
        work[tried] = [re.sub(r"\s+", " ", one) for one in done]
    assert told[code] == told[nobodys]
    assert "too many tries" in told[nobodys][-1][0][1]
    assert work[code] == work[nobodys]


def test_a_word_is_tested_where_there_is_none(app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The slow test of a word is made for a code without draft too, with a hash of the same cost as a real one."""
    code = leave(visitor)
    with app.app_context():
        real = db.session.scalars(select(Draft.word_hash)).one()
    assert real is not None
    tested: list[str] = []
    check = werkzeug.security.check_password_hash
    monkeypatch.setattr(
        "webform.cases.drafts.check_password_hash", lambda kept, typed: tested.append(kept) or check(kept, typed)
    )
    for tried in (code, new_code()):
        come_back(someone(app), tried, "jam")
    assert tested == [real, NOBODYS_WORD]
    assert [len(part) for part in real.split("$")[2:]] == [len(part) for part in NOBODYS_WORD.split("$")[2:]]
    assert real.split("$")[0] == NOBODYS_WORD.split("$")[0]


@pytest.mark.parametrize("gone", ["area", "form"])
def test_a_form_that_was_taken_away_loses_nothing(
    app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    """Who comes back when the council has removed area or form reads why, sees what was typed, and loses nothing."""
    code = leave(visitor)
    before = drafts(app)[0]
    house = app.extensions["asb"]
    shelves = house.shelves
    if gone == "area":
        left = {name: one for name, one in shelves.procedures.items() if name != "merton"}
        changed = replace(shelves, procedures=left)
    else:
        changed = replace(shelves, forms={name: one for name, one in shelves.forms.items() if name != before.form})
    monkeypatch.setitem(app.extensions, "asb", replace(house, shelves=changed))
    other = come_back(someone(app), code)
    assert (other.page.status_code, other.heading) == (503, "You cannot go on with this form just now")
    for page in (visitor.client.get("/form/right-now"), visitor.client.post("/form/right-now", data={"danger": "yes"})):
        assert page.status_code == 503
    assert '<span class="service-lines">yes</span>' in page.text
    after = drafts(app)[0]
    assert (after.answers, after.expires_at) == (before.answers, before.expires_at)
    monkeypatch.setitem(app.extensions, "asb", house)
    assert come_back(someone(app), code).address == "/form/feelings"
