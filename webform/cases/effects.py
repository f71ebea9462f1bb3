"""What filing a form does beyond being on the record: forms name an effect from a closed list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from sqlalchemy import select

from webform.documents.answers import first, written_date
from webform.documents.consent import DECIDED
from webform.documents.form import Form
from webform.documents.procedure import Procedure, Step
from webform.errors import Refusal
from webform.house import house
from webform.records.erasures import note
from webform.records.lookup import index_case
from webform.records.reference import shown_reference
from webform.records.store import db
from webform.records.tables import Case, CaseLink, Document, Party
from webform.rules.agreement import agreement_in
from webform.rules.consent import AGAINST_IT
from webform.rules.plain_words import joined
from webform.sending.reach import called
from webform.words import gettext as _

from .bundles import ask_for_bundle
from .consent import answers_of, kept_out, newly_kept_out, readers_of, said_since, sight_of
from .copies import bring_consent
from .corrections import take_effect
from .evidence import share_files
from .extensions import refused
from .folder import SETTLED, documents_of, duties_of, standing_documents
from .hand_over import PASSED_ON, tell_of_files_left
from .letters import add_task, notify
from .never_went import NO_LETTERS, NOT_TOLD, STOPPED, name_what_never_went
from .open_case import open_case
from .panel_papers import share, take_back_papers, unshare
from .people import PEOPLE, Author, change_contact, is_about, known_people, parties
from .pinned import rules_of
from .take_back import take_back

LINKED = "linked"
Effect = Callable[[Case, Form, Document, Author], None]


def _seen(case: Case, form: Form, document: Document, author: Author) -> None:
    case.seen_at = case.seen_at or document.effective_at


def _closed(case: Case, form: Form, document: Document, author: Author) -> None:
    case.closed_at = document.effective_at


def _withdrawn(case: Case, form: Form, document: Document, author: Author) -> None:
    """Whoever it is not about learns no more of it: what waits for them is taken back."""
    _closed(case, form, document, author)
    for party in case.parties:
        if not is_about(rules_of(case)[0], party):
            take_back(party, _(STOPPED))


def _reopened(case: Case, form: Form, document: Document, author: Author) -> None:
    if case.closed_at is None:
        raise Refusal(_("This case is open. Nothing was filed."))
    case.closed_at = None
    note("opened-again", f"{case.reference} {document.number}", document.filed_at)  # nor is it over its time there
    name_what_never_went(case, document.filed_at)


def _bundled(case: Case, form: Form, document: Document, author: Author) -> None:
    """A copy in which nothing is taken out, for whom the document names."""
    ask_for_bundle(case, author.name, {}, document.filed_at, request=document.number)


def _kept(case: Case, form: Form, document: Document, author: Author) -> None:
    case.kept_since = case.kept_since or document.effective_at
    note("kept", f"{case.reference} {document.number}", document.filed_at)  # no older backup has it erased


def _let_go(case: Case, form: Form, document: Document, author: Author) -> None:
    if case.kept_since is None:
        raise Refusal(_("Nobody has this case kept beyond its time. Nothing was filed."))
    case.kept_since = None


def _feedback(case: Case, form: Form, document: Document, author: Author) -> None:
    says = _(
        "Somebody has said what they think of the service. Read it among the area’s own papers: document %(number)s.",
        number=document.number,
    )
    add_task(case, f"feedback:{document.number}", says, document.filed_at)


def _linked(case: Case, form: Form, document: Document, author: Author) -> None:
    typed = str(first(form, document.answers or {}, "linked.to") or "")
    here = (Case.area == case.area, Case.reference == shown_reference(typed), Case.id != case.id)
    other = db.session.scalar(select(Case).where(*here))
    if other is None:
        raise Refusal(
            _("There is no other case with the reference %(typed)s. Check the reference and try again.", typed=typed)
        )
    _link(case, other, LINKED, document)


def _passed_on(case: Case, form: Form, document: Document, author: Author) -> None:
    """The request opens as a case of the other area with its files, received when it was here; elsewhere a person has
    to send it. What was said of consent goes along, and nothing else, since nothing else was said to that council."""
    if any(answer.standing in AGAINST_IT for answer in answers_of(case, document.filed_at)):
        raise Refusal(
            _(
                "Somebody whom the request is about has refused, or taken their consent back. The other area would not"
                " know. Speak with them first, or write down why the case goes on without it. Nothing was sent."
            )
        )
    target = str(first(form, document.answers or {}, "passed.to") or "")
    opening = next(one for one in standing_documents(case) if one.effect == "opens-case")
    procedure = _area_called(target)
    if procedure is None or procedure.id == case.area or procedure.area.opens_with != opening.kind:
        says = _(
            "Send the request itself to %(target)s. It is not on this service, so nothing went there by itself.",
            target=target,
        )
        add_task(case, "pass-on", says, document.filed_at)
        return
    if _went_to(case, procedure):
        raise Refusal(
            _("This case was passed on to %(area)s before. Nothing was sent again.", area=procedure.area.name)
        )
    forms, shelves = rules_of(case)[1], house().shelves
    other = open_case(
        shelves, procedure, forms[opening.kind], opening.answers or {}, received_at=case.received_at,
        channel=PASSED_ON, now=document.filed_at, author=author, known=known_people(case),
        brings=lambda other: bring_consent(case, other, document.filed_at),
    )  # fmt: skip
    share_files(opening, documents_of(other)[0])
    tell_of_files_left(case, other, [opening], document.filed_at)
    _link(case, other, PASSED_ON, document)
    case.closed_at = document.effective_at


def _went_to(case: Case, procedure: Procedure) -> bool:
    """Whether a colleague was quicker, and the request is there already and not closed."""
    sent = select(CaseLink.id).join(Case, Case.id == CaseLink.other_id).where(CaseLink.case_id == case.id)
    there = sent.where(CaseLink.kind == PASSED_ON, Case.area == procedure.id, Case.closed_at.is_(None))
    return db.session.scalar(there.limit(1)) is not None


def _area_called(name: str) -> Procedure | None:
    """The area of that id, name or council, as an officer would type it."""
    typed = name.strip().casefold()
    areas = house().shelves.areas()
    named = (area for area in areas if typed in (area.id, area.area.name.casefold(), area.area.body.casefold()))
    return next(named, None)


def _link(case: Case, other: Case, kind: str, document: Document) -> None:
    pair = (CaseLink.case_id == case.id, CaseLink.other_id == other.id, CaseLink.kind == kind)
    if db.session.scalar(select(CaseLink.id).where(*pair)) is None:
        db.session.add(CaseLink(case_id=case.id, other_id=other.id, kind=kind, at=document.filed_at))


def _extended(case: Case, form: Form, document: Document, author: Author) -> None:
    """Whoever the step is for is told of the new date, with the letter that the procedure names.

    One that the procedure does not allow is refused. An extension that changes nothing is told to nobody; one that
    can't go by email is left to a person.
    """
    procedure = rules_of(case)[0]
    about = first(form, document.answers or {}, "about.step") or document.step
    step = procedure.step(str(about))
    duties = [duty for duty in duties_of(case, document.filed_at) if step and duty.step == step.id]
    if why := refused(procedure, step, duties, form, document):
        raise Refusal(why)
    still_owed = any(duty.state not in SETTLED for duty in duties)
    if step is None or step.may_extend is None or not step.may_extend.send or not still_owed:
        return
    for role in step.roles("to") or ("applicant",):
        _tell_new_date(case, procedure, step, step.may_extend.send, role, document.filed_at)


def _tell_new_date(case: Case, procedure: Procedure, step: Step, letter: str, role: str, now: dt.datetime) -> None:
    """Whoever of a role may be told; whom the person affected does not want to be told is named to an officer."""
    readers, title = readers_of(case, procedure, role, now), step.title or step.id
    allowed: list[int | None] = [None]  # all of them
    if barred := kept_out(case, readers, now):
        allowed = [one.party_id for one in readers if not kept_out(case, (one,), now)]
        says = _(
            "“%(step)s” has a new date, and the person affected does not want %(whom)s to be told. They were not told.",
            step=title, whom=joined(barred),
        )  # fmt: skip
        add_task(case, f"extended-unsaid:{step.id}:{role}", says, now)
    told = [notify(case, letter, role, {}, now, party_id) for party_id in allowed]
    if told and not any(told):
        says = _("No safe email address. Tell the new date by letter or phone: %(step)s.", step=title)
        add_task(case, f"extended:{step.id}", says, now)


def _contact_changed(case: Case, form: Form, document: Document, author: Author) -> None:
    """From now on its author is reached as they say; what waits in the outbox is looked at by the new rules too."""
    party = (
        db.session.get(Party, document.party_id) if document.party_id else next(iter(parties(case, PEOPLE[0])), None)
    )
    if party is not None and party.case_id == case.id:
        change_contact(party, form, document.answers or {})
        index_case(case)


def _consented(case: Case, form: Form, document: Document, author: Author) -> None:
    """What somebody does not allow is heeded at once, for what waits in the outbox too; the rest a person has to do."""
    said = agreement_in(form, document.answers or {})
    if said and said.said == DECIDED:
        _check_decides(case, document, author)
    if said and said.on and (since := said_since(case, document, said.on)):
        raise Refusal(
            _(
                "This is older than what they said on %(day)s, and would take its place. Read that first, and talk to"
                " them again if you are not sure. Nothing was filed, and nothing that you wrote is lost.",
                day=written_date(since),
            )
        )
    if said and said.not_with:
        says = _(
            "The person affected does not want these to be told: %(names)s. Ask them for nothing.",
            names=", ".join(said.not_with),
        )
        add_task(case, f"not-with:{document.number}", says, document.filed_at)
    for body in newly_kept_out(case, document):
        for subject in take_back(body, _(NOT_TOLD)):
            says = _(
                "The email “%(subject)s” to %(whom)s had not gone when the person affected said that they must not be"
                " told. It does not go. Decide whether they have to be asked all the same.",
                subject=subject, whom=called(body),
            )  # fmt: skip
            add_task(case, f"taken-back:{document.number}:{body.id}", says, document.filed_at)
    if any(answer.standing in AGAINST_IT for answer in answers_of(case, document.filed_at)):
        take_back_papers(case, _("Consent was refused or taken back."), document.filed_at)
    readers = [party for party in case.parties if party.role == PEOPLE[0] and not _may_be_sent(case, party, document)]
    for party in readers:
        take_back(party, _(NO_LETTERS))
    if readers and not readers_of(case, rules_of(case)[0], PEOPLE[0], document.filed_at):
        says = _("The person affected has not agreed that whoever asks for them gets letters. None goes to them now.")
        add_task(case, "no-letters", says, document.filed_at)
    name_what_never_went(case, document.filed_at)


def _check_decides(case: Case, document: Document, author: Author) -> None:
    """Anybody at the council may write down what somebody said; that it goes on without is for the step's owner."""
    procedure = rules_of(case)[0]
    step = procedure.step(document.step or "")
    if step and author.role not in step.roles("by"):
        titles = {role.id: role.title for role in procedure.roles}
        who = "; ".join(titles.get(role, role) for role in step.roles("by"))
        raise Refusal(_("Only these can decide to go on without an answer: %(who)s.", who=who))


def _may_be_sent(case: Case, party: Party, document: Document) -> bool:
    return "letters" in sight_of(case, party, document.filed_at).now


def _published(case: Case, form: Form, document: Document, author: Author) -> None:
    """Whoever publishes has to have the numbers before them (cases/publish.py)."""
    raise Refusal(_("Figures are published on a page of their own, where you see the numbers first."))


EFFECTS: Mapping[str, Effect] = {
    "changes-contact": _contact_changed,
    "seen": _seen,
    "closes": _closed,
    "withdraws": _withdrawn,
    "consents": _consented,
    "extends": _extended,
    "reopens": _reopened,
    "bundles": _bundled,
    "shares": share,
    "unshares": unshare,
    "keeps": _kept,
    "lets-go": _let_go,
    "feedback": _feedback,
    "corrects": take_effect,
    "links": _linked,
    "passes-on": _passed_on,
    "publishes": _published,
}
