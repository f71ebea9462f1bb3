"""The way in to somebody's own page: what a link gives away, what opens it, and how it ends."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from tests.moment import Moment
from tests.web.desk import documents, open_referral, opened, press
from tests.web.party import FIRST_CODE, WORD, give_word, links, mails, open_page, party_of
from tests.web.visitor import Visitor
from webform.cases.drafts import empty_draft, start_draft
from webform.cases.links import find, mint, of_token
from webform.house import house
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Link, Party, Task

SHUT = "We could not open your page"


@pytest.fixture
def reference(app: Flask, now: Moment) -> str:
    """Ann's case; she has chosen her word."""
    found = opened(app)
    give_word(app, found)
    return found


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    """Ann at a browser."""
    return Visitor(client)


def test_the_receipt_leads_to_the_page(app: Flask, reference: str, visitor: Visitor) -> None:
    """The link in the first mail and the word open the page of the case."""
    open_page(visitor, links(app)[0])
    assert visitor.heading == "Your page"
    assert reference in visitor.page.text


def test_no_working_link_is_on_the_record(app: Flask, reference: str) -> None:
    """The letter in the folder, and everybody else's copy of it, hold the place of the link and not the link."""
    token = links(app)[0].rpartition("/")[2]
    with app.app_context():
        bodies = [one.body or "" for one in db.session.scalars(select(Case)).one().documents]
        assert any("/open/yours" in body for body in bodies)
        assert not any(token in body for body in bodies)
        assert token not in repr([row.digest for row in db.session.scalars(select(Link))])


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_spends_nothing_and_shows_nothing(
    app: Flask, reference: str, client: FlaskClient, method: str
) -> None:  # fmt: skip
    """A scanner gets the same page from a link and from a made-up one, and the link still works afterwards."""
    path = links(app)[0]
    made_up = path[:-64] + "0" * 64
    statements: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
    first, second = (client.open(one, method=method) for one in (path, made_up))
    assert re.sub(r'value="[^"]+"', "", first.text) == re.sub(r'value="[^"]+"', "", second.text)
    assert (first.status_code, reference in first.text) == (200, False)
    assert not [one for one in statements if "links" in one]
    assert open_page(Visitor(client), path).heading == "Your page"


def answer_of(app: Flask, client: FlaskClient, path: str, word: str) -> tuple[int, str, list[str]]:
    """Status and page of an answer without what is new each time, and the kinds of statements that it took."""
    statements: list[str] = []

    def note(*seen: object) -> None:
        text = str(seen[2]).split()
        statements.append(" ".join(one for one in text if one.isupper() or one in ("links", "parties")))

    visitor = Visitor(client)
    visitor.get(path)
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    page = visitor.post({"do": "open", "word": word})
    event.remove(engine, "before_cursor_execute", note)
    return page.status_code, re.sub(r'value="[^"]+"', "", page.text), statements


def test_wrong_expired_and_revoked_links_are_one(app: Flask, reference: str, client: FlaskClient) -> None:
    """Each gives the same status, the same words in the same length, for the same work, even with the right word."""
    good = links(app)[0]
    made_up = good[:-64] + "0" * 64
    found = [answer_of(app, client, made_up, WORD)]
    for change in ({"expires_at": dt.datetime(2026, 5, 1, tzinfo=dt.UTC)}, {"revoked_at": dt.datetime.now(dt.UTC)}):
        with app.app_context():
            begin_writing()
            db.session.execute(update(Link).values(**change))
            db.session.commit()
        found.append(answer_of(app, client, good, WORD))
        with app.app_context():
            begin_writing()
            db.session.execute(update(Link).values(expires_at=dt.datetime(2027, 1, 1, tzinfo=dt.UTC), revoked_at=None))
            db.session.commit()
    assert found[0] == found[1] == found[2]
    assert found[0][0] == 422
    assert SHUT in found[0][1]


def test_a_wrong_word_says_no_more_than_a_wrong_link(app: Flask, reference: str, client: FlaskClient) -> None:
    """Whoever holds a link and guesses does not even learn that it is one."""
    good = links(app)[0]
    assert answer_of(app, client, good, "wrong")[:2] == answer_of(app, client, good[:-64] + "0" * 64, "wrong")[:2]


def test_every_sign_of_a_link_counts(app: Flask, reference: str) -> None:
    """With any one of its signs changed, or left out, it opens nothing."""
    token = links(app)[0].rpartition("/")[2]
    now = dt.datetime.now(dt.UTC)
    with app.app_context():
        assert find(of_token(token), "merton", now) is not None
        others = [token[:n] + ("0" if sign != "0" else "1") + token[n + 1 :] for n, sign in enumerate(token)]
        assert not any(find(of_token(other), "merton", now) for other in (*others, token[:-1], token.upper()))


def test_a_link_is_bound_to_purpose_and_area(app: Flask, reference: str, client: FlaskClient) -> None:
    """A link for something else, or under another area's address, opens no page."""
    with app.app_context():
        begin_writing()
        other = mint(party_of(reference), dt.datetime.now(dt.UTC), purpose="something-else")
        db.session.commit()
    assert open_page(Visitor(client), f"/merton/open/{other}").heading == SHUT
    assert open_page(Visitor(client), links(app)[0].replace("merton", "bromley")).heading == SHUT


def test_guessing_rests_the_link_and_locks_nobody_out(
    app: Flask, reference: str, client: FlaskClient, now: Moment
) -> None:  # fmt: skip
    """After five wrong words even the right one opens nothing for a while; then it does. A new link works at once."""
    path = links(app)[0]
    for _ in range(5):
        assert open_page(Visitor(client), path, "wrong").heading == SHUT
    assert open_page(Visitor(client), path).heading == SHUT
    visitor = Visitor(client)
    visitor.get("/merton/open/new")
    visitor.post({"email": "Ann@People.example"})
    assert open_page(Visitor(client), links(app)[-1]).heading == "Your page"
    now.passes(minutes=16)
    assert open_page(Visitor(client), path).heading == "Your page"


def test_the_rest_ends_with_the_day(app: Flask, reference: str, client: FlaskClient, now: Moment) -> None:
    """Whoever goes on guessing gets fifteen tries a day on a link, and shuts nobody out for longer."""
    path = links(app)[0]
    for _ in range(5):
        for _ in range(5):
            open_page(Visitor(client), path, "wrong")
        now.passes(minutes=16)
    assert open_page(Visitor(client), path).heading == SHUT
    now.passes(days=1)
    assert open_page(Visitor(client), path).heading == "Your page"


def test_the_first_word_needs_the_mailbox(app: Flask, client: FlaskClient, now: Moment) -> None:
    """Who has chosen no word gets a code at the address on record; the code and a word open the page, once."""
    opened(app)
    path = links(app)[0]
    visitor = Visitor(client)
    visitor.get(path)
    assert visitor.post({"do": "open", "word": "anything"}).status_code == 422
    visitor.post({"do": "first"}, path)
    code = FIRST_CODE.findall(mails(app)[-1].text)[-1]
    assert visitor.post({"do": "choose", "own-code": "0000-0000", "word": WORD}, path).status_code == 422
    assert visitor.post({"do": "choose", "own-code": code, "word": "abc"}, path).status_code == 422
    visitor.post({"do": "choose", "own-code": code, "word": WORD}, path)
    assert visitor.heading == "Your page"
    visitor.get(path)
    assert visitor.post({"do": "choose", "own-code": code, "word": "another"}, path).status_code == 422
    assert open_page(Visitor(client), path).heading == "Your page"


def test_asking_for_a_code_says_the_same_of_every_link(app: Flask, reference: str, client: FlaskClient) -> None:
    """With a word, without one, or made up: the same page, and only where it belongs a code is sent."""
    good = links(app)[0]
    before = len(mails(app))
    pages = []
    for path in (good, good[:-64] + "0" * 64):
        visitor = Visitor(client)
        visitor.get(path)
        pages.append(re.sub(r'value="[^"]+"', "", visitor.post({"do": "first"}).text))
    assert pages[0] == pages[1]
    assert len(mails(app)) == before  # Ann has a word


@pytest.mark.parametrize("typed", ["ann@people.example", "nobody@people.example"])
def test_asking_anew_says_the_same_whatever_was_typed(
    app: Flask, reference: str, client: FlaskClient, typed: str
) -> None:  # fmt: skip
    """The answer is one page; a link goes to the address on record, and to no other."""
    before = len(links(app))
    visitor = Visitor(client)
    visitor.get("/merton/open/new")
    visitor.post({"email": typed})
    assert visitor.heading == "Look at your email"
    assert len(links(app)) - before == (typed == "ann@people.example")
    assert links(app, "nobody@people.example") == []


def test_asking_anew_never_floods_a_mailbox(app: Flask, reference: str, client: FlaskClient) -> None:
    """Three a day at most."""
    before = len(links(app))
    for _ in range(6):
        visitor = Visitor(client)
        visitor.get("/merton/open/new")
        visitor.post({"email": "ann@people.example"})
    assert len(links(app)) - before == 3


def test_asking_anew_where_email_is_not_safe_becomes_a_task(
    app: Flask, reference: str, client: FlaskClient
) -> None:  # fmt: skip
    """Nothing goes there; a person is asked to find a safe way."""
    with app.app_context():
        begin_writing()
        party = party_of(reference)
        party.contact = {**party.contact, "email_safe": "no"}
        db.session.commit()
    before = len(mails(app))
    visitor = Visitor(client)
    visitor.get("/merton/open/new")
    visitor.post({"email": "ann@people.example"})
    assert visitor.heading == "Look at your email"
    assert len(mails(app)) == before
    with app.app_context():
        assert [task.kind for task in db.session.scalars(select(Task))] == [f"link:{party_of(reference).id}"]


def test_a_new_link_from_the_desk_ends_the_old(
    app: Flask, reference: str, desk: FlaskClient, client: FlaskClient
) -> None:  # fmt: skip
    """The old link and what it had opened are shut; the new one asks for a new word; it is on record who gave it."""
    visitor = open_page(Visitor(app.test_client()), links(app)[0])
    page = visitor.address
    open_referral(desk, reference)
    with app.app_context():
        number = party_of(reference).id
    here = f"/desk/case/{reference}/page/{number}"
    assert press(desk, here, page=here, way="email").status_code == 303
    assert visitor.get(page).status_code == 403
    assert open_page(Visitor(client), links(app)[0]).heading == SHUT
    assert open_page(Visitor(client), links(app)[-1]).heading == SHUT  # the word went with the old link
    with app.app_context():
        assert [one.author for one in db.session.scalars(select(Case)).one().documents][-1] == "Sam Spoc"


def test_a_printed_code_opens_the_page(app: Flask, reference: str, desk: FlaskClient) -> None:
    """The code is shown to the officer once; it opens the page with a word of their own, and with that from then on."""
    open_referral(desk, reference)
    with app.app_context():
        number = party_of(reference).id
    here = f"/desk/case/{reference}/page/{number}"
    shown = press(desk, here, page=here, way="paper")
    code = re.search(r'class="service-code">([^<]+)<', shown.text)
    assert code
    visitor = Visitor(app.test_client())
    visitor.get("/merton/open")
    visitor.post({"do": "choose", "code": code[1].lower(), "word": "tangerine"})
    assert visitor.heading == "Your page"
    visitor.get("/merton/open")
    visitor.post({"do": "open", "code": code[1].replace("-", " "), "word": "Tangerine"})
    assert visitor.heading == "Your page"
    assert code[1] not in str([one.body for one in documents(app, reference, "")])


def test_the_word_is_chosen_where_the_request_is_confirmed(app: Flask, client: FlaskClient, now: Moment) -> None:
    """The confirmation page takes the word once; somebody who comes to that page later can't change it."""
    reference = opened(app)
    with app.app_context():
        begin_writing()
        shelves = house().shelves
        draft, code = start_draft(shelves.procedures["merton"], shelves.forms["request"], now())
        empty_draft(draft, db.session.scalars(select(Case.id)).one())
        db.session.commit()
    with client.session_transaction() as session:
        session.update(draft=code, area="merton")
    visitor = Visitor(client)
    visitor.get("/form/sent")
    assert visitor.post({"word": "abc"}, "/form/word").status_code == 422
    visitor.post({"word": WORD}, "/form/word")
    assert "You have chosen your word" in visitor.page.text
    press(client, "/form/word", page="/merton/", word="another")
    assert open_page(Visitor(client), links(app)[0]).heading == "Your page"
    assert reference in client.get("/form/sent").text


def test_a_link_ends_with_its_time(app: Flask, reference: str, client: FlaskClient, now: Moment) -> None:
    """It works to the end of the last day of the area's time, and not on the next."""
    path = links(app)[0]
    now.is_("2026-11-11 23:00")
    assert open_page(Visitor(client), path).heading == "Your page"
    now.is_("2026-11-12 00:01")
    assert open_page(Visitor(client), path).heading == SHUT


def test_whoever_has_left_the_case_is_shut_out(app: Flask, reference: str, client: FlaskClient, now: Moment) -> None:
    """The page and the link end with the part that somebody has in the case."""
    visitor = open_page(Visitor(client), links(app)[0])
    with app.app_context():
        begin_writing()
        db.session.execute(update(Party).values(left_at=now()))
        db.session.commit()
    assert visitor.get(visitor.address).status_code == 403
    assert open_page(Visitor(client), links(app)[0]).heading == SHUT
