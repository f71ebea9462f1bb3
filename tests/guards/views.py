"""What can be seen of documents: by those who check them, by the rules, by the public, by officers, in the mail.

Each view takes the documents and returns something that can be compared. Hashes of documents are no part of any.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from tests.asked_for import asked_for
from tests.guards.small import Papers
from tests.installation import Installation
from tests.moment import LONDON, Moment
from webform.cases import bundles
from webform.cases.colleagues import pass_on
from webform.cases.drafts import empty_draft, expire_drafts, set_word, start_draft
from webform.cases.file_document import file_document
from webform.cases.folder import Which, duties_of, open_duty
from webform.cases.links import mint, of_token
from webform.cases.officers import add_officer
from webform.cases.party_files import file_as_party
from webform.cases.people import Author
from webform.cases.remind import ask_again
from webform.cases.send_link import ask_anew, send_first_code
from webform.cases.standing import Asked, forms_for
from webform.cases.sweep import sweep
from webform.documents.check import check as check_shelves
from webform.documents.merge import lay_over
from webform.documents.procedure import Procedure, Step
from webform.documents.shelf import Shelves
from webform.documents.source import Raw
from webform.errors import Refusal
from webform.house import EXTENSION, House
from webform.records.store import begin_writing, db
from webform.records.tables import Alarm, Case, Deadline, Draft, Link, Message, Party, Task
from webform.roster import TITLES, Elected
from webform.rules.at_hand import at_hand
from webform.rules.calendar import WorkingCalendar
from webform.rules.figure_set import set_of
from webform.rules.folder import Filed, Folder, Member
from webform.rules.journey import places, questions
from webform.rules.periods import Period
from webform.rules.schedule import schedule
from webform.rules.summary import summary
from webform.rules.threshold import assess
from webform.web.areas import matches
from webform.web.codes import CodeMail
from webform.web.fields import PageForm
from webform.web.form_pages import Filling, respond

AREA = "small"
RECEIVED = "2026-12-30 18:30"  # after office hours, before bank holidays that differ from country to country
TODAY = dt.date(2026, 12, 30)
OFFICER = Author("Sam", "spoc")
POLICE = {"organisation": "The police", "email": "desk@police.example"}
APPLICANT = Author("", "applicant")
View = Callable[[Papers], Any]
Move = tuple[str, str, dict[str, Any]]  # when, and which step is filed then with which answers
MOVES: tuple[Move, ...] = (
    ("2027-01-03 09:00", "seen", {}),
    ("2027-01-06 09:00", "meeting", {"meeting_on": "2027-01-12", "held": "yes"}),
    ("2027-01-07 09:00", "more-time", {"what": "hearing", "new_date": "2027-01-18"}),
    ("2027-01-14 09:00", "decide", {"outcome": "no"}),
    ("2027-02-01 09:00", "meeting", {"meeting_on": "2027-02-10", "held": "yes"}),
    ("2027-03-01 09:00", "", {}),
)


def at(written: str) -> dt.datetime:
    return dt.datetime.fromisoformat(written).replace(tzinfo=LONDON).astimezone(dt.UTC)


def day(iso: str) -> dict[str, str]:
    return {"earliest": iso, "latest": iso, "words": ""}


def told(entry: int, problem: str = "noise", agency: str = "council", told: str = "2026-12-03") -> dict[str, Any]:
    return {"entry": entry, "happened": day("2026-12-02"), "problem": problem, "told": told, "agency": agency}


ANSWERS: dict[str, Any] = {
    "name": "Ann", "email": "ann@people.example", "email_safe": "yes", "born": "1980-01-02", "postcode": "AA1 1AA",
    "kind": "noise", "danger": "no", "places": ["street"], "secret": "Hidden", "how_many": 4, "how_bad": "bad",
    "incidents": [told(1), told(2), told(3)],
}  # fmt: skip
# What else somebody may say, one answer or two at a time.
OTHERWISE: tuple[dict[str, Any], ...] = (
    {"kind": "litter", "litter": "Paper", "incidents": [told(1)]},
    {"danger": "yes"},
    {"incidents": [told(1), told(2), told(3, agency="unsure")]},
    {"incidents": [told(1), told(2), told(3, agency="nobody")]},
    {"incidents": [told(1), told(2), told(3, problem="litter")]},
    {"incidents": [told(1), told(2), told(3, told="2026-05-01"), told(4, told="2026-12-28")]},
    {"incidents": [told(1, told="2026-06-30"), told(2), told(3)]},
    {"incidents": [told(n, told="2026-12-29") for n in (1, 2, 3)]},
)
# What may be typed into a page that it can't take as it is.
MISTYPED: tuple[dict[str, str], ...] = (
    {},
    {"name": "A very long name indeed", "email": "nobody", "secret": "x", "how_many": "0", "postcode": "?"},
    {"born-day": "1", "born-month": "1", "born-year": "2027", "how_many": "10", "kind": "?"},
    {"born-day": "1", "born-month": "1", "born-year": "1850", "email": "ann@people.example"},
)


# --- Seen without a service -----------------------------------------------------------------------------------------


def readable(papers: Papers) -> Any:
    """Whether the documents can be read at all."""
    try:
        return bool(papers.shelves())
    except ValidationError as error:
        return [detail["loc"] for detail in error.errors()]


def laid_over(papers: Papers) -> Any:
    """The dates of an area whose document builds on another one."""
    base, own = papers.written["procedures"]["small"], papers.written["laid over it"]["over"]
    merged = lay_over("over", {"small": [Raw("small.toml", base)], "over": [Raw("over.toml", own)]}, [])
    try:
        return [(step.id, step.within) for step in Procedure.model_validate(merged).steps]
    except ValidationError as error:
        return [detail["loc"] for detail in error.errors()]


def checked(papers: Papers) -> Any:
    """What `flask procedure check` says."""
    return [(fault.level, fault.key, fault.file, fault.why) for fault in check_shelves(papers.shelves())]


def duties(papers: Papers) -> Any:
    """The duties of a case: on the day of the request, after a meeting was arranged, long after, and on hold."""
    procedure = papers.shelves().procedures[AREA]
    calendar = WorkingCalendar(procedure.calendar.division, rule=procedure.calendar)
    arrived = at(RECEIVED)
    parties = tuple(Member(name, "agency", arrived) for name in ("police", "school"))
    request = Filed(1, "request", "form", "opens-case", None, "applicant", arrived, arrived, ANSWERS)
    seen = Filed(2, "seen", "form", "seen", None, "spoc", at("2026-12-31 10:00"), at("2026-12-31 10:00"))
    met = {"meeting_on": "2027-01-12", "held": "yes"}
    meeting = Filed(3, "meeting", "form", "records", None, "spoc", at("2027-01-04 10:00"), at("2027-01-04 10:00"), met)
    late = Filed(4, "unhappy", "form", "records", None, "applicant", at("2027-03-01 20:00"), at("2027-03-01 20:00"))
    got = Filed(5, "receipt", "letter", "records", None, "service", arrived, arrived, channel="email")
    longer = Filed(
        6, "more-time", "form", "extends", None, "spoc", at("2027-01-05 10:00"), at("2027-01-05 10:00"),
        about="hearing", until=dt.date(2027, 2, 1),
    )  # fmt: skip
    pause = Filed(7, "pause", "form", "holds", None, "spoc", at("2027-01-06 10:00"), at("2027-01-06 10:00"))
    moments = (
        (RECEIVED, (request,)), ("2027-01-05 09:00", (request, seen, meeting)),
        ("2027-04-01 09:00", (request, seen, meeting, late)), ("2027-01-07 09:00", (request, got, longer, pause)),
    )  # fmt: skip
    return [schedule(procedure, Folder(papers, parties), calendar, at(now)) for now, papers in moments]


def published(papers: Papers) -> Any:
    """What the public would read of a year in which each figure counted four cases."""
    procedure = papers.shelves().procedures[AREA]
    year = Period(dt.date(2026, 4, 1), dt.date(2027, 3, 31))
    found = set_of(procedure, year, {figure.id: 4 for figure in procedure.figures})
    return [(one.figure, one.shown) for one in found.lines]


def finding(papers: Papers) -> Any:
    """What is advised about a request, and about others that differ from it in an answer."""
    shelves = papers.shelves()
    procedure, form = shelves.procedures[AREA], shelves.forms["ask"]
    received = at(RECEIVED).date()
    return [assess(procedure, form, {**ANSWERS, **other}, received).as_json() for other in ({}, *OTHERWISE)]


def typed(papers: Papers) -> Any:
    """What becomes of what somebody types: the answers, and the words about what is wrong."""
    form = papers.shelves().forms["ask"]
    found = []
    for place in places(form, ANSWERS):
        for given in MISTYPED:
            page = PageForm(questions(form, ANSWERS, place), TODAY).take(MultiDict(given).to_dict(False))
            found.append((str(place), page.validate(), page.error_list(), page.answers()))
    return found


def searched(papers: Papers) -> Any:
    """Which postcodes lead somebody to the area."""
    area = papers.shelves().procedures[AREA]
    return [code for code in ("AA1", "BB1", "CC1") if matches(area, code)]


def filled_in(papers: Papers) -> Any:
    """What stands in the request of a councillor, and of an MP, before they begin."""
    form = papers.shelves().forms["ask"]
    return [at_hand(form, Elected(AREA, "Jo", "jo@council.example", kind)) for kind in TITLES]


def told_back(papers: Papers) -> Any:
    """The answers as they are read, by everybody and by officers alone."""
    form = papers.shelves().forms["ask"]
    return [
        [(section.title, [(row.label, row.value) for row in section.rows]) for section in summary(form, ANSWERS, see)]
        for see in (True, False)
    ]


# --- Seen in a running service --------------------------------------------------------------------------------------


class Service:
    """The service with the small area; its documents change from one look to the next."""

    def __init__(self, installation: Installation, now: Moment):
        self.installation, self.app, self.now = installation, installation.app, now

    def _open(self, papers: Papers) -> Shelves:
        """The service as new, with these documents."""
        shelves = papers.shelves()
        self.installation.renew()
        self.now.is_(RECEIVED)
        self.app.extensions[EXTENSION] = House(self.installation.settings, shelves)
        return shelves

    def pages(self, papers: Papers) -> Any:
        """What the public reads before it begins."""
        self._open(papers)
        client = self.app.test_client()
        return [
            plain(client.get(path).text)
            for path in ("/", *(f"/{AREA}/{name}" for name in ("", "privacy", "procedure", "accessibility")))
        ]

    def form(self, papers: Papers) -> Any:
        """Every page of the form, and check-your-answers."""
        form = self._open(papers).forms["ask"]
        draft = Draft(answers=dict(ANSWERS), visited=[str(place) for place in places(form, ANSWERS)])
        filling = Filling(form, draft, lambda where: f"/form/{where}", lambda: "sent", TODAY)
        found = []
        for where in ("check", *(str(place) for place in places(form, ANSWERS))):
            with self.app.test_request_context(f"/form/{where}"):
                found.append(plain(str(respond(filling, where))))
        return found

    def drafts(self, papers: Papers) -> Any:
        """What is kept how long of a form that nobody sends, the letters about it and about signing in, and how long a
        bundle is kept."""
        shelves = self._open(papers)
        with self.app.app_context():
            begin_writing()
            draft, code = start_draft(shelves.procedures[AREA], shelves.forms["ask"], self.now())
            set_word(draft, "word", "ann@people.example", "CODE", self.now())
            officer = add_officer("sam@small.example", "Sam", AREA, "spoc")
            CodeMail(self.app).send_mail(user=officer, login_token="123456")
            kept = []
            for passed in range(12):
                expire_drafts(self.now())
                db.session.flush()
                kept.append((passed, db.session.scalar(select(Draft.id)) is not None, len(_mails())))
                self.now.passes(days=1)
            mails = [(one.subject, one.text.replace(code, "CODE")) for one in _mails()]
            bundle = bundles.expiry(self._new_case(shelves), self.now())
            db.session.rollback()
        return kept, mails, bundle

    def own_page(self, papers: Papers) -> Any:
        """What goes out about somebody's own page: a link and a code for it, word of what was filled in there, and a
        reminder; and what of the request an agency reads on theirs."""
        shelves = self._open(papers)
        with self.app.app_context():
            begin_writing()
            case = self._new_case(shelves)
            party = case.parties[0]
            meeting = case_step(shelves, "meeting"), shelves.forms["meeting"]
            ask = Asked(1, *meeting, duties_of(case, self.now())[0], "")
            digest = of_token(mint(party, self.now()))
            ask_anew(AREA, "ann@people.example", self.now())
            send_first_code(digest, AREA, self.now())
            file_as_party(case, party, ask, {"meeting_on": "2027-01-12", "held": "yes"}, self.now())
            agency = Party(role="agency", key="police", person=POLICE, contact={}, joined_at=self.now())
            case.parties.append(agency)
            db.session.flush()
            read = [one.reads for one in forms_for(case, agency, self.now())]
            ask_again(case, Which("views", agency.id), OFFICER, self.now())
            asked = open_duty(case, Which("views", agency.id), self.now())
            pass_on(agency, asked, "Bo", "Cy", "cy@police.example", self.now())
            mails = [(one.letter, one.role, one.subject) for one in _mails()]
            ends = db.session.scalars(select(Link.expires_at)).all()
            db.session.rollback()
        return mails, ends, repr(read)

    def sent(self, papers: Papers) -> Any:
        """What somebody reads who has sent the form."""
        shelves = self._open(papers)
        with self.app.app_context():
            begin_writing()
            draft, code = start_draft(shelves.procedures[AREA], shelves.forms["ask"], self.now())
            reference = self._new_case(shelves).reference
            empty_draft(draft, db.session.scalars(select(Case.id)).one())
            db.session.commit()
        client = self.app.test_client()
        with client.session_transaction() as session:
            session.update(draft=code, area=AREA)
        page = client.get("/form/sent")
        assert reference in page.text
        return plain(page.text).replace(reference, "REFERENCE")

    def books(self, papers: Papers) -> Any:
        """What a case sets going: duties with what the clock has to do about them, letters, alarms and tasks."""
        return self._story(papers, MOVES, lambda who, reference: self._books())

    def desk(self, papers: Papers) -> Any:
        """What officers see of a case, when it is new and when they have opened it."""
        return self._story(papers, MOVES[:1], self._desk)

    def _story(self, papers: Papers, moves: Sequence[Move], look: Callable[[str, str], Any]) -> Any:
        """A case, looked at when it is opened and after each move."""
        shelves = self._open(papers)
        with self.app.app_context():
            begin_writing()
            reference = self._new_case(shelves).reference
            who = add_officer("sam@small.example", "Sam", AREA, "spoc").fs_uniquifier
            add_officer("dee@small.example", "Dee", AREA, "deputy")
            db.session.commit()
        found = [look(who, reference)]
        for later, step, answers in moves:
            self.now.is_(later)
            self._moves_on(shelves, reference, step, answers)
            found.append(look(who, reference))
        return [repr(one).replace(reference, "REFERENCE") for one in found]

    def _new_case(self, shelves: Shelves) -> Case:
        """The request, just received."""
        return asked_for(shelves, ANSWERS, self.now(), area=AREA)

    def _moves_on(self, shelves: Shelves, reference: str, step: str, answers: dict[str, Any]) -> None:
        """The clock does what is due, then an officer files a form."""
        with self.app.app_context():
            sweep(self.now())
            begin_writing()
            case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
            rule = shelves.procedures[AREA].step(step)
            if rule and rule.fill:
                try:
                    file_document(case, step, shelves.forms[rule.fill], answers, author=OFFICER, now=self.now())
                except Refusal:
                    db.session.rollback()
            db.session.commit()

    def _books(self) -> Any:
        with self.app.app_context():
            case = db.session.scalars(select(Case)).one()
            rows = db.session.scalars(select(Deadline).order_by(Deadline.step, Deadline.party_id, Deadline.occurrence))
            return [
                (case.stage, case.headline, case.flags, case.next_on, case.closed_at, case.seen_at),
                [(row.step, row.owner, row.state, row.due_on, row.act_at, row.action) for row in rows],
                [(one.letter, one.role, one.recipient, one.subject, one.text, _entry(one)) for one in _mails()],
                [(one.key, one.says) for one in db.session.scalars(select(Alarm).order_by(Alarm.id))],
                [one.says for one in db.session.scalars(select(Task).order_by(Task.id))],
            ]

    def _desk(self, who: str, reference: str) -> Any:
        """The list of cases, who may stand in, the case, its first document, a letter and a form of officers."""
        client = self.app.test_client()
        seconds = int(self.now().timestamp())
        with client.session_transaction() as session:
            session.update(_user_id=who, _fresh=True, fs_cc="set", fs_paa=seconds, last_seen=seconds)
        ends = ("", "/document/1", "/letter/answer", "/form/meeting/check")
        paths = ("/desk/", "/desk/new/", "/desk/leave", *(f"/desk/case/{reference}{end}" for end in ends))
        answers = [client.get(path) for path in paths]
        return [(answer.status_code, plain(answer.text)) for answer in answers]


def case_step(shelves: Shelves, name: str) -> Step:
    """A step of the small area."""
    return next(step for step in shelves.procedures[AREA].steps if step.id == name)


def _mails() -> Sequence[Message]:
    return db.session.scalars(select(Message).order_by(Message.id)).all()


def _entry(mail: Message) -> Sequence[str]:
    """What a letter puts into a calendar."""
    return re.findall(r"^(?:METHOD|DTSTART).*$", mail.calendar or "", re.MULTILINE)


def plain(html: str) -> str:
    """A page without what is new each time, and without the version of a procedure, which any change makes another."""
    return re.sub(r'name="csrf_token" value="[^"]*"|\b[0-9a-f]{16}\b', "", html)
