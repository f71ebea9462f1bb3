"""Letters: each has a sender, each sender a letter, and every placeholder something that fills it."""

from __future__ import annotations

from collections.abc import Iterator

from ..facts import FACTS, About, at_hand
from ..letter import PLACEHOLDER, Letter
from ..procedure import Procedure
from .report import Desk, near

AREA: frozenset[About] = frozenset({"area"})
CASE: frozenset[About] = frozenset({"area", "case", "link"})
OF_NOTICE: dict[str, frozenset[About]] = {
    "sign_in": frozenset({"sign-in"}),
    "draft_link": frozenset({"area", "draft"}),
    "draft_expires": frozenset({"area", "draft"}),
    "reminder": CASE | {"duty"},
    "overdue": CASE | {"duty"},
    "escalation": CASE | {"duty"},
    "alarm": CASE | {"alarm"},
    "task": CASE | {"task"},
    "new_link": frozenset({"area", "link"}),
    "first_code": frozenset({"area", "sign-in"}),
    "filed": CASE | {"duty"},
    "chase": CASE | {"duty"},
    "passed_on": CASE | {"duty", "colleague"},
    "feedback": AREA,
}
PURPOSES = {
    "sign_in": "sign-in", "draft_link": "draft", "draft_expires": "draft", "alarm": "alarm",
    "new_link": "link", "first_code": "link", "chase": "to-applicant", "feedback": "feedback",
}  # fmt: skip
DISCREET = ("sign-in", "draft", "link", "feedback")  # to a mailbox that somebody else may read
# What a neutral letter may state of the area; beside it, only what is about a draft or signing in.
PUBLIC = ("today", "area.name", "area.body", "area.phone", "area.email", "area.address", "area.web")


def sendings(procedure: Procedure) -> Iterator[tuple[str, str, frozenset[About]]]:
    """Every letter that a procedure sends: the key that sends it, the letter, and what is known then."""
    for name, about in OF_NOTICE.items():
        if letter := getattr(procedure.notices, name):
            yield f"notices.{name}", letter, about
    for panel in procedure.panels:
        if panel.off:
            yield f"panel.{panel.id}.off", panel.off, CASE
    for step in procedure.steps:
        if step.send:
            yield f"step.{step.id}.send", step.send, CASE
        if step.may_extend and step.may_extend.send:
            yield f"step.{step.id}.may_extend.send", step.may_extend.send, CASE
        for key, reminder in (("remind", step.remind), ("overdue", step.overdue)):
            if reminder and reminder.send:
                yield f"step.{step.id}.{key}", reminder.send, CASE | {"duty"}


def check_letters(desk: Desk) -> None:
    """The letters of one procedure: they exist, and what they require can be filled."""
    procedure, forms = desk.procedure, dict(desk.forms)
    for key, name, about in sendings(procedure):
        letter = desk.letters.get(name)
        if letter is None:
            if key.startswith(("notices.", "panel.")):
                why = f"No letter is called {name!r}."
                desk.report.error("reference", key, why, near(name, [*desk.letters]))
            continue
        _purpose(desk, key, letter)
        rule = procedure.letters.get(name)
        for fact in dict.fromkeys((*letter.requires, *(rule.requires if rule else ()))):
            if not at_hand(fact, about, procedure, forms):
                why = f"The letter {name!r} can't go without {fact!r}, and nothing fills it here."
                desk.report.error("placeholder", key, why, _cure(fact))
    sent = {name for _, name, _ in sendings(procedure)}
    for name in procedure.letters:
        if name not in sent:
            why = f"No step or notice sends a letter called {name!r}."
            desk.report.error("reference", f"letters.{name}", why, near(name, sorted(sent)))
    _confirmations(desk)


def _purpose(desk: Desk, key: str, letter: Letter) -> None:
    """A letter for officers may say what nobody else may read, so it goes to the council's own roles alone."""
    where, _, rest = key.partition(".")
    step = desk.procedure.step(rest.removesuffix(".send").removesuffix(".may_extend")) if where == "step" else None
    outside = {role.id for role in desk.procedure.roles if not role.local}
    if step and key.endswith(".send"):
        wanted = "to-applicant" if outside.intersection(step.roles("to")) else "to-officer"
    else:
        wanted = PURPOSES.get(rest, "to-officer")
    if letter.purpose != wanted:
        why = f"The letter {letter.id!r} is written for another purpose: {letter.purpose}."
        desk.report.error("purpose", key, why, f"Send one with the purpose {wanted}.")


def _confirmations(desk: Desk) -> None:
    """What the page says that confirms a request."""
    opening = desk.opening
    known: frozenset[About] = frozenset({*CASE, "confirmation"})
    for fact in PLACEHOLDER.findall(opening.done) if opening else ():
        if not at_hand(fact, known, desk.procedure, dict(desk.forms)):
            why = f"{{{fact}}} in the confirmation of the opening form can't be filled here, so its line is left out."
            desk.report.warning("placeholder", "area.opens_with", why, _cure(fact))


def check_letter(letter: Letter, desks: list[Desk]) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a letter for every procedure of the shelf: rule, reason and cure."""
    uses = [(desk, about) for desk in desks for _, name, about in sendings(desk.procedure) if name == letter.id]
    if not uses:
        yield "letter", "Nothing sends this letter.", "Name it in a step or under [notices], or take it off the shelf."
        return
    for fact in sorted(letter.placeholders() | set(letter.requires)):
        if not any(at_hand(fact, about, desk.procedure, dict(desk.forms)) for desk, about in uses):
            yield "placeholder", f"Nothing fills {{{fact}}}.", _cure(fact)
    yield from _indiscreet(letter)
    for fact in sorted(set(letter.requires) - letter.placeholders()):
        yield "placeholder", f"It requires {fact!r} and never says it.", "Say it in the letter, or take it out."


def _indiscreet(letter: Letter) -> Iterator[tuple[str, str, str]]:
    """What a letter gives away that has to be safe to read over a shoulder."""
    if letter.purpose in DISCREET and not letter.neutral:
        yield "neutral", "Somebody else may see this letter.", "Let it give nothing away, and add neutral = true."
    for fact in sorted(letter.placeholders() - set(PUBLIC)) if letter.neutral else ():
        if fact not in FACTS or FACTS[fact].about not in DISCREET:
            yield "neutral", f"{{{fact}}} shows what the letter is about.", "Leave it out, or take out `neutral`."


def _cure(fact: str) -> str:
    return (
        near(fact, [*FACTS])
        if "." in fact and fact.partition(".")[0] in ("area", "case", "duty", "link")
        else (
            "Use due.STEP, done.STEP, late.STEP, answer.STEP.QUESTION, ROLE.name, or one of: " + ", ".join(FACTS) + "."
        )
    )
