"""An officer who does what the page of a case says is due, and people outside who answer what they are asked for.

Nothing here knows which steps an area has. Every page is seen by axe, and at the end the record holds.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page
from sqlalchemy import select

from tests.browser.checks import accessible, fits
from tests.browser.conftest import Live
from tests.browser.person import Mouse, Person, give
from tests.browser.service import beat, sign_in
from tests.moment import LONDON
from tests.web.desk import case_number, join, opened
from tests.web.party import WORD
from webform.cases.folder import duties_of
from webform.cases.links import mint, set_word
from webform.documents.form import Form, Question
from webform.documents.procedure import Procedure
from webform.house import house
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Document, Message, Party
from webform.records.verify import look_at_the_record
from webform.rules.offered import offered
from webform.web.arrival import DAY

TODAY = dt.datetime.now(LONDON).date().isoformat()
LATER = (dt.datetime.now(LONDON).date() + dt.timedelta(days=30)).isoformat()
ACTIONS = [
    {"entry": number, "action_what": what, "action_kind": kind, "action_owner": owner, "action_email": email,
     "action_by": LATER}
    for number, (what, kind, owner, email) in enumerate((
        ("Mend the gate", "action", "The landlord", "gate@landlord.example"),
        ("Walk by at night", "recommendation", "The police", "night@police.example"),
    ), 1)
]  # fmt: skip
# What is answered, by step, where the first answer that comes to mind would not do.
ANSWERS: dict[str, dict[str, Any]] = {
    "panel-meeting": {"meeting_on": TODAY, "meeting_at": "23:00", "others": ["none"], "agenda": "What was done."},
    "minutes": {"any_actions": "yes", "actions": ACTIONS},
    "plan": {"any_recommendations": "yes", "review_on": LATER},
    "suitability": {}, "bodies-told": {},
    "action-report": {"action_state": "not-done"},
    "plan-view": {"view": "change"},
    "risk-matrix": {"serious_harm": "no"},
    "escalation-talk": {"satisfied": "no"},
    "reviewer": {"conflict": "no"},
    "bodies-named": {"bodies": [{"entry": 1, "body_organisation": "Stafford Borough Council",
                                 "body_email": "papers@stafford.example"}]},
}  # fmt: skip


NOTHING: Mapping[str, dict[str, Any]] = MappingProxyType({})
SEEN: set[str] = set()  # pages that axe has looked at, by address without what differs from case to case


class Officer:
    """The point of contact of an area before the page of one case, who does what it says is due."""

    def __init__(
        self, live: Live, page: Page, area: str, reference: str = "", hands: type[Mouse] = Mouse, **request: Any
    ):
        self.live, self.page, self.hands = live, page, hands(page)
        self.email = f"sam@{area}.example"
        join(live.app, email=self.email, area=area)
        self.reference = reference or opened(live.app, area=area, **request)
        with live.app.app_context():
            shelves = house().shelves
            self.procedure: Procedure = shelves.procedures[area]
            forms = shelves.forms_of(self.procedure)
            self.forms: Mapping[str, Form] = {name: offered(form, self.procedure) for name, form in forms.items()}
        sign_in(live, self.hands, self.email)
        self.home()
        if self.page.get_by_role("button", name="Open this referral").count():
            self.hands.press("Open this referral")

    def home(self) -> None:
        """The page of the case."""
        self.page.goto(f"/desk/case/{self.reference}")
        self.look(self.page)

    def look(self, page: Page) -> None:
        """The page is sound. One that was seen before, in this case or another, is not looked at again."""
        name = re.sub(r"[A-Z0-9]{4}-[A-Z0-9]{4}|[0-9a-f]{16,}|[0-9]+", "", urlsplit(page.url).path)
        if name not in SEEN:
            SEEN.add(name)
            accessible(page)
            fits(page)

    def works_it_off(self) -> None:
        """Whatever is due from the desk, one after the other, until nothing is."""
        before = ""
        for _ in range(60):
            self.home()
            due = self.page.locator("section[aria-labelledby=due] > h2 + .desk-due > li", has_not_text="Arranged")
            if not due.count():
                return
            assert due.first.inner_text() != before, f"still due: {before}"
            before = due.first.inner_text()
            send = due.first.get_by_role("button")
            if send.count():
                self.hands.go(send.first)
            else:
                self.hands.go(due.first.get_by_role("link").first)
                self.fills_in()
        raise AssertionError("there is no end to what is due")

    def does(self, *steps: str) -> None:
        """These of what is due, in this order."""
        for step in steps:
            self.home()
            due = self.page.locator("section[aria-labelledby=due] > h2 + .desk-due > li")
            links = ", ".join(f"a[href{how}]" for how in (f"$='/{step}'", f"$='/{step}/'", f"*='/{step}.'"))
            item = due.filter(has=self.page.locator(links)).first
            button = item.get_by_role("button")
            is_letter = bool(button.count())
            self.hands.go(button if is_letter else item.get_by_role("link").first)
            if not is_letter:
                self.fills_in()

    def goes_to(self, step: str, **answers: Any) -> None:
        """A form that is not due yet, by its address."""
        self.page.goto(f"/desk/case/{self.reference}/form/{step}/")
        self.fills_in(**answers)

    def looks_at(self, where: str) -> None:
        """One page of a form, which is left as it is."""
        self.page.goto(f"/desk/case/{self.reference}/form/{where}")
        self.look(self.page)

    def takes(self, step: str, **answers: Any) -> None:
        """Something that is only possible: from the list that the page of the case has of it."""
        self.home()
        self.hands.unfold(self.page.locator("section[aria-labelledby=due] details summary").first)
        link = self.page.locator(f"section[aria-labelledby=due] details a[href*='/form/{step}/']")
        self.hands.go(link.first)
        self.fills_in(**answers)

    def writes_down(self, step: str, **answers: Any) -> None:
        """Something that came in by letter today, for whoever wrote it."""
        self.home()
        came = self.page.locator("section[aria-labelledby=due] details", has_text="If it comes by letter")
        self.hands.unfold(came.locator("summary"))
        self.hands.go(came.locator(f"a[href*='/form/{step}/']").first)
        self.look(self.page)
        give(self.hands, Question(id=DAY, type="date", label="It came on"), TODAY)
        self.hands.press("ontinue")
        self.fills_in(**answers)

    def fills_in(self, **answers: Any) -> None:
        """The form before them, to its end."""
        step = self.page.url.partition("/form/")[2].partition("/")[0].partition(".")[0]
        form = self.forms[str(next(one.fill for one in self.procedure.steps if one.id == step))]
        person = Person(self.hands, form, {"people": self._there(), **ANSWERS.get(step, {}), **answers}, self.look)
        person.fill_in()
        outside = self.page.get_by_text("You are writing down what reached you").count()
        self.hands.press("Save" if outside else form.send_label)
        assert f"done={step}" in self.page.url, f"{self.page.url}: {self.page.locator('main').inner_text()[:500]}"

    def _there(self) -> list[dict[str, Any]]:
        """Everybody of the core was at the meeting; where there is no panel, somebody was."""
        core = [role for panel in self.procedure.panels for role in panel.core] or [""]
        return [{"entry": number, "person_member": role, "interest": "no"} for number, role in enumerate(core, 1)]

    def others_answer(self, answers: Mapping[str, dict[str, Any]] = NOTHING) -> None:
        """Everybody from outside who is asked for something answers on their own page, and sends what they may if
        there are answers for it."""
        for path, form, step in self._asked({*ANSWERS, *answers}):
            tab = self.page.context.new_page()
            hands = Mouse(tab)
            tab.goto(path)
            hands.type("word", WORD)
            hands.press("Open")
            self.look(tab)
            hands.go(tab.locator(f"main a[href*='/form/{self._number(step)}/']").first)
            Person(hands, form, {**ANSWERS.get(step, {}), **answers.get(step, {})}, self.look).fill_in()
            hands.press(form.send_label)
            self.look(tab)
            tab.close()

    def _number(self, step: str) -> int:
        return [one.id for one in self.procedure.steps].index(step) + 1

    def _asked(self, wanted: set[str]) -> list[tuple[str, Form, str]]:
        """The links of those who are asked for something now, and for what; each has chosen their word."""
        with self.live.app.app_context():
            begin_writing()
            case = db.session.get_one(Case, case_number(self.reference))
            found = []
            for duty in duties_of(case, dt.datetime.now(dt.UTC)):
                step = self.procedure.step(duty.step)
                form = self.forms.get(step.fill or "") if step else None
                if form is None or form.audience == "officer" or duty.state not in ("open", "late"):
                    continue
                if step and step.strength == "choice" and duty.step not in wanted:
                    continue
                holding = select(Party).where(Party.case_id == case.id, Party.role.in_(duty.owner))
                mine = holding.where(Party.id == int(duty.party)) if duty.party else holding
                party = db.session.scalars(mine.order_by(Party.id)).first()
                if party:
                    if not party.word_hash:
                        set_word(party, WORD)
                    token = mint(party, dt.datetime.now(dt.UTC))
                    found.append((f"/{case.area}/open/{token}", form, duty.step))
            db.session.commit()
            return found

    def owed(self) -> list[str]:
        """What anybody still owes in the case."""
        with self.live.app.app_context():
            case = db.session.get_one(Case, case_number(self.reference))
            choices = [step.id for step in self.procedure.steps if step.strength == "choice"]
            duties = [one for one in duties_of(case, dt.datetime.now(dt.UTC)) if one.step not in choices]
            return [one.step for one in duties if one.state in ("open", "late", "held")]

    def filed(self) -> list[str]:
        """The steps that have a document, in order."""
        with self.live.app.app_context():
            rows = select(Document.step).join(Case).where(Case.reference == self.reference).order_by(Document.number)
            return [str(step) for step in db.session.scalars(rows)]

    def ends(self) -> None:
        """The case closes with a notice to the person; nothing is owed, the mail is gone, and the record holds."""
        self.takes("close", closed_for="done", follow_up_on=LATER)
        self.works_it_off()
        beat(self.live)
        assert [step for step in self.owed() if step not in ("plan-review", "follow-up")] == []
        with self.live.app.app_context():
            case = db.session.get_one(Case, case_number(self.reference))
            assert case.closed_at
            waiting = select(Message.letter).where(Message.case_id == case.id, Message.state != "sent")
            assert db.session.scalars(waiting).all() == []
            assert look_at_the_record().faults == ()
