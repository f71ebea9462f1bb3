"""Whatever happens to the people of a case, no message leaves for somebody who must not be told at that moment.

Who there is, and what may happen to each, is taken from the case; what must hold is worked out here anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.cases.conftest import OFFICER
from tests.cases.test_consent import FOR_MUM, file
from tests.cases.test_consent_of_groups import STREET
from tests.cases.test_parties import ask, of, opened
from tests.cases.test_safe_contact import CHANGES, DUTY, NO_SHRINKING, allowed, gone_to, nothing_waits
from tests.moment import Moment
from webform.cases.colleagues import keep_out, pass_on
from webform.cases.folder import Which, open_duty
from webform.cases.letters import notify
from webform.cases.people import Author
from webform.cases.remind import ask_again
from webform.errors import Refusal
from webform.house import house
from webform.records.store import begin_writing, db
from webform.records.tables import Case, Colleague, Party
from webform.sending.outbox import deliver_due
from webform.sending.reach import doubt, with_address

LISTED = "The police"  # who may be named as somebody who must not be told
SAYS = st.fixed_dictionaries({
    "said": st.sampled_from(["yes", "in-part", "no", "takes-back"]),
    "shows": st.lists(st.sampled_from(["progress", "letters", "details"]), unique=True),
    "not_with": st.sampled_from(["", "the police"]), "main": st.sampled_from(["victim", "applicant", "both"]),
})  # fmt: skip
HAPPENS: dict[str, st.SearchStrategy[Any]] = {
    "rules": CHANGES, "moves": st.integers(0, 2), "leaves": st.none(), "says": SAYS, "passes_on": st.integers(0, 1),
    "keeps_out": st.none(), "refused": st.none(), "write": st.none(), "wait": st.sampled_from([0, 1, 7, 25]),
}  # fmt: skip
OFTEN = ("write", "wait", "wait")
ACTIONS = st.sampled_from([*HAPPENS, *OFTEN]).flatmap(
    lambda name: st.tuples(st.just(name), st.integers(0, 9), HAPPENS[name])
)


class People:
    """Everybody on a case, what happens to them, and who must not be told because of it."""

    def __init__(self, case: Case, now: Moment):
        self.case, self.now, self.mail = case, now, house().settings.instance / "mail"
        self.left: set[int] = set()
        self.names: dict[int, str] = {}  # whom each person does not want to be told
        self.told_to_nobody: dict[int, bool] = {}  # whether whoever asks may not have letters, by the person affected

    def parties(self) -> list[Party]:
        return list(db.session.scalars(select(Party).where(Party.case_id == self.case.id).order_by(Party.id)))

    def colleagues(self) -> list[Colleague]:
        return list(db.session.scalars(select(Colleague).where(Colleague.case_id == self.case.id)))

    def happens(self, what: str, which: int, value: Any) -> None:
        """One thing happens to one of them, as far as it can: what is refused changes nothing."""
        happen: Callable[[Party, Any], None] = getattr(self, what)
        try:
            begin_writing()
            everybody = self.parties()
            happen(everybody[which % len(everybody)], value)
            db.session.commit()
        except Refusal:
            db.session.rollback()

    # --- What may happen ---------------------------------------------------------------------------------------------

    def rules(self, party: Party, value: dict[str, Any]) -> None:
        party.contact = {**party.contact, **value}

    def moves(self, party: Party, value: int) -> None:
        party.person = {**party.person, "email": f"person{party.id}.{value}@shropshire.example" if value else ""}

    def leaves(self, party: Party, _value: None) -> None:
        if party.key and party.id not in self.left:
            file(self.case, self.now, str(Which("off-the-case", party.id)), OFFICER, {"left_why": "None of theirs."})
            self.left.add(party.id)

    def says(self, party: Party, value: dict[str, Any]) -> None:
        step = {"victim": "consent", "member": str(Which("member-consent", party.id))}.get(party.role)
        if step is None or party.id in self.left:
            return
        file(self.case, self.now, step, Author("", party.role, party.id), value)
        said = value["said"]
        agrees = said in ("yes", "in-part")
        self.names[party.id] = value["not_with"] if agrees else self.names.get(party.id, "")
        alone = party.role == "victim"  # of a group nobody closes the case to the others
        self.told_to_nobody[party.id] = alone and (
            not agrees or (said == "in-part" and "letters" not in value["shows"])
        )

    def passes_on(self, party: Party, value: int) -> None:
        duty = open_duty(self.case, Which("agency-return", self._police().id), self.now())
        pass_on(self._police(), duty, "Al", "Bo", f"bo{value}@shropshire.example", self.now())

    def keeps_out(self, _party: Party, _value: None) -> None:
        for colleague in self.colleagues()[-1:]:
            keep_out(colleague, OFFICER, self.now())

    def refused(self, party: Party, _value: None) -> None:
        if email := with_address(party)["email"]:
            doubt(self.case.id, email, self.now())

    def write(self, party: Party, _value: None) -> None:
        if party.role == "agency":
            ask_again(self.case, Which("agency-return", party.id), OFFICER, self.now())
        else:
            notify(self.case, "reminder", party.role, DUTY, self.now(), party.id)

    def wait(self, _party: Party, hours: int) -> None:
        db.session.rollback()
        for _ in range(hours + 1):
            self.deliver()
            self.now.passes(minutes=60)

    # --- What must hold ----------------------------------------------------------------------------------------------

    def deliver(self) -> None:
        """The clock delivers: whatever goes to these people goes to those alone who may be told now."""
        deliver_due(self.now())
        may = {address for party in self.parties() if (address := self._may(party))}
        if self._may_be_told(self._police()):
            may |= {one.email for one in self.colleagues() if one.left_at is None}
        council = {one.email for roster in house().contacts.values() for one in roster.contacts}
        police = {"police.mailbox@shropshire.example"}
        assert set(gone_to(self.mail)) - (council - police) <= may

    def _may(self, party: Party) -> str | None:
        now = {"email_safe": "yes", **party.contact} if party.key else party.contact
        return allowed(with_address(party), now, self.now()) if self._may_be_told(party) else None

    def _may_be_told(self, party: Party) -> bool:
        if party.id in self.left:
            return False
        if party.role == "applicant":
            return not any(self.told_to_nobody.values())
        named = {names for person, names in self.names.items() if person not in self.left}
        return party.role != "agency" or named <= {""}

    def _police(self) -> Party:
        return next(party for party in self.parties() if party.role == "agency")


@settings(max_examples=20, phases=NO_SHRINKING, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(who=st.sampled_from([FOR_MUM, STREET]), actions=st.lists(ACTIONS, min_size=8, max_size=20))
def test_nobody_is_told_who_must_not_be(
    store: Flask, now: Moment, who: dict[str, Any], actions: list[tuple[str, int, Any]]
) -> None:  # fmt: skip
    """They answer, refuse, move, leave, pass things on and are kept out, while letters wait: none goes that may not."""
    now.is_("2026-05-11 17:00")
    nothing_waits()
    case = opened(house().shelves, now, ("police", ""), **who, victim_email_safe="yes")
    gone_to(house().settings.instance / "mail")
    ask(case, of(case, "agency")[LISTED], "agency-request", now)
    people = People(case, now)
    for what, which, value in actions:
        people.happens(what, which, value)
    people.wait(people.parties()[0], 24)
