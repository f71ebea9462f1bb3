"""The procedure as it is published: the document's own rules in plain words, each with the place where it stands.

One structure for the page, for print and for anybody else who shows it. `doubt` is between the area and its lawyers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from webform.documents.consent import Way
from webform.documents.form import Form
from webform.documents.procedure import Event, Gate, Panel, Procedure, Step
from webform.documents.threshold import Exclude
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .folder import Duty
from .plain_words import NO_TIME, Item, PlainWords, Section, joined, sentence
from .published_upkeep import days, figures, records, rule_item, told, up_to_date
from .threshold_words import route_parts

TAKES_PART = "meeting.invitation"  # the question by which somebody decides how the person takes part
GATES = {
    "signpost": N_("We tell you who can help."),
    "warn": N_("We look at this with care."),
    "propose-hold": N_("The review may have to wait. A person decides, and tells you."),
    "needs-decision": N_("A person decides about it."),
}
WAYS: dict[Way, str] = {
    "link": N_("on a page of their own"),
    "verbal": N_("by phone or in person"),
    "written": N_("in a letter or an email"),
    "signed": N_("on a declaration with their signature"),
}
DECIDES = {
    "majority": N_("Most of them have to agree."),
    "all": N_("All of them have to agree."),
    "alone": N_("Each of them can decide alone."),
}


def published(procedure: Procedure, forms: Mapping[str, Form], duties: Iterable[Duty] = ()) -> tuple[Section, ...]:
    """What the public reads, in the order they need it. `duties` date the steps, as for a request made now."""
    page = _Page(procedure, forms, {duty.step: duty for duty in reversed(list(duties))})
    return tuple(_flat(section) for section in page.sections() if section.items or section.inner)


def _flat(section: Section) -> Section:
    """The section, without a heading inside it that would only say its own title again."""
    only = section.inner[0] if len(section.inner) == 1 else None
    alike = only is not None and only.title == section.title
    return replace(section, items=only.items, inner=(), numbered=only.numbered) if only and alike else section


class _Page:
    def __init__(self, procedure: Procedure, forms: Mapping[str, Form], duties: Mapping[str, Duty]):
        self.procedure, self.forms, self.duties = procedure, forms, duties
        self.words = PlainWords(procedure, forms)

    def sections(self) -> Iterator[Section]:
        one, threshold = self.procedure, self.procedure.threshold
        yield Section("about", _("What this is for"), tuple(told(one.area)))
        yield Section("who-can-ask", _("Who can ask"), tuple(self._who()))
        yield Section(
            "how-to-ask", _("How to ask"), tuple(rule_item(way, way.says, way.address) for way in one.ways_in)
        )
        yield Section("when", _("When there is a review"), tuple(
            rule_item(route, route.says or _("All of these are needed:"), parts=route_parts(self.words, route))
            for route in threshold.routes
        ))  # fmt: skip
        yield Section("not-counted", _("What does not count"), tuple(map(self._exclude, threshold.excludes)))
        yield Section(
            "not-suitable", _("When a review may not be right, or may have to wait"), tuple(map(self._gate, one.gates))
        )
        yield Section("who-works-on-it", _("Who works on it"), tuple(self._roles()))
        yield Section("who-decides", _("Who decides"), tuple(self._panel(panel) for panel in one.panels))
        yield Section("steps", _("What happens, and by when"), (), tuple(self._stages(appeal=False)))
        yield Section("your-part", _("Your part in it"), tuple(self._your_part()))
        yield Section("not-happy", _("If you are not happy"), (), tuple(self._stages(appeal=True)))
        yield Section("meetings", _("Meetings"), tuple(self._meetings()))
        yield Section("figures", _("Figures that we publish"), tuple(figures(one, self.words)))
        yield Section("up-to-date", _("How we keep this up to date"), tuple(self._up_to_date()))
        yield Section("dates", _("How we count days"), tuple(days(one)))
        yield Section("records", _("How long we keep records"), tuple(records(one)))
        yield Section("councils", _("The councils"), tuple(
            rule_item(council, f"{sentence(council.name)} {council.says}".strip() if council.says else council.name,
                  council.phone, council.email, council.web)
            for council in one.councils
        ))  # fmt: skip

    # --- Who ------------------------------------------------------------------------------------------------------

    def _who(self) -> Iterator[Item]:
        opens = self.forms.get(self.procedure.area.opens_with)
        capacity = opens.meaning("applicant.capacity") if opens else None
        if capacity and capacity.options:
            choices = tuple(Item(_with_hint(option.label, option.hint)) for option in capacity.options)
            yield Item(_("You can ask for:"), parts=choices)
        yield from self._consent()

    def _consent(self) -> Iterator[Item]:
        """Whose consent is asked for, how it can be given, and what waits for it."""
        rule = self.procedure.consent
        facts = []
        if rule.when:
            people = self.words.roles(rule.of)
            facts.append(
                _(
                    "Asked to agree: %(people)s (if %(condition)s).",
                    people=people,
                    condition=self.words.condition(rule.when.condition),
                )
            )
            facts.append(
                _("It can be given %(how)s.", how=joined([_(WAYS[way]) for way in rule.how], "or")) if rule.how else ""
            )
            facts.append(_("What they agreed to with another body counts here.") if rule.from_elsewhere else "")
        if rule.stops:
            waiting = joined([self.procedure.named(step) for step in rule.stops])
            facts.append(_("This waits until they agree: %(waiting)s.", waiting=waiting))
        if rule.says or facts:
            yield rule_item(rule, rule.says or facts.pop(0), *facts)

    def _roles(self) -> Iterator[Item]:
        for role in self.procedure.roles:
            if role.says:
                yield rule_item(role, f"{sentence(role.title)} {role.says}", *self._conditions_of(role.independent_of))

    def _conditions_of(self, independent_of: tuple[str, ...]) -> Iterator[str]:
        if independent_of:
            yield _("Must be independent of %(independent_of)s.", independent_of=self.words.roles(independent_of))

    def _panel(self, panel: Panel) -> Item:
        guests = [
            self.words.role(one.role)
            + (_(" (if %(condition)s)", condition=self.words.condition(one.when.condition)) if one.when else "")
            for one in panel.guests()
        ]
        facts = [_("Members: %(core)s.", core=self.words.roles(panel.core))]
        facts += (
            [
                _(DECIDES[panel.decides])
                if panel.decides in DECIDES
                else _("%(decides)s have to agree.", decides=panel.decides)
            ]
            if panel.decides
            else []
        )
        facts += [_("Asked to come where they are needed: %(guests)s.", guests=joined(guests))] if guests else []
        if panel.quorum:
            among = self._of(panel)
            facts.append(_("At least %(least)s of them must take part%(among)s.", least=panel.quorum, among=among))
        facts += [_("A member with an interest in the case is not counted.")] if panel.joins else []
        facts += [_("In the chair: %(chair)s.", chair=self.words.role(panel.chair))] if panel.chair else []
        return rule_item(panel, f"{sentence(panel.title)} {panel.says}".strip(), *facts)

    def _of(self, panel: Panel) -> str:
        return _(", %(quorum_of)s among them", quorum_of=self.words.roles(panel.quorum_of)) if panel.quorum_of else ""

    def _meetings(self) -> Iterator[Item]:
        for meeting in self.procedure.meetings:
            notice = (
                _("A case has to arrive at least %(notice)s before.", notice=meeting.notice) if meeting.notice else ""
            )
            yield rule_item(meeting, f"{sentence(meeting.title)} {meeting.says}".strip(), notice)

    # --- Whether ----------------------------------------------------------------------------------------------------

    def _exclude(self, rule: Exclude) -> Item:
        decided = _("A person decides whether such a report counts.") if rule.effect == "needs-decision" else ""
        says = rule.says or _("A report, if %(condition)s.", condition=self.words.condition(rule.when.condition))
        return rule_item(rule, says, decided)

    def _gate(self, gate: Gate) -> Item:
        until = self._until(gate.until) if gate.until else ""
        says = gate.says or _("If %(condition)s.", condition=self.words.condition(gate.when.condition))
        return rule_item(gate, says, _(GATES[gate.effect]), until)

    def _until(self, event: Event) -> str:
        """When a gate opens again: what the public reads of that step, else what it is called."""
        step = self.procedure.step(event) if isinstance(event, str) else None
        if step and step.says:
            return step.says
        return (
            _("This ends with: %(title)s.", title=step.title)
            if step and step.title
            else _("This ends with %(event)s.", event=self.words.event(event))
        )

    # --- What happens -----------------------------------------------------------------------------------------------

    def _stages(self, *, appeal: bool) -> Iterator[Section]:
        for stage in self.procedure.stages:
            steps = [step for step in self._public_steps() if step.stage == stage.id]
            if steps and (stage.kind == "appeal") is appeal:
                yield Section(stage.id, stage.title, tuple(self.step(step) for step in steps), numbered=True)
        stageless = [step for step in self._public_steps() if not self._has_stage(step)]
        if stageless and not appeal:
            yield Section("more", _("Other steps"), tuple(self.step(step) for step in stageless), numbered=True)

    def _has_stage(self, step: Step) -> bool:
        return any(stage.id == step.stage for stage in self.procedure.stages)

    def _public_steps(self) -> list[Step]:
        """What has words for the public, or a date that they can hold us to; the rest is for those who work on it."""
        return [
            step for step in self.procedure.steps if step.scope == "case" and (step.says or self.words.times(step))
        ]  # fmt: skip

    def step(self, step: Step) -> Item:
        """One step: what happens, who owes it, by when, and only if what."""
        duty = self.duties.get(step.id)
        dated = duty if duty and duty.due_on and duty.state in ("open", "waiting") else None
        return Item(
            says=step.says or sentence(step.title or step.id.replace("-", " ")), source=step.source, step=step.id,
            facts=() if step == self.words.opening() else tuple(self._facts(step)),
            due_on=dated.due_on if dated else None, forecast=bool(dated and dated.forecast),
        )  # fmt: skip

    def _facts(self, step: Step) -> Iterator[str]:
        yield self._owed(step)
        yield from self.words.times(step) or ((_(NO_TIME),) if step.strength != "choice" else ())
        if step.strength == "target":
            yield _("We aim for this. It is not a promise.")
        if step.when:
            yield _("Only if %(condition)s.", condition=self.words.condition(step.when.condition))

    def _owed(self, step: Step) -> str:
        who = self.words.roles(step.roles("by"), "or")
        if step.strength == "choice":
            return _("Up to: %(who)s", who=sentence(who))
        return _("Who does it: %(who)s", who=sentence(who))

    def _your_part(self) -> Iterator[Item]:
        """Where the person takes part: what they may do after asking, and how they are asked to the meeting."""
        opening = self.words.opening()
        for step in self._public_steps():
            form = self.forms.get(step.fill or "")
            theirs = any(role in self.words.askers() for role in step.roles("by"))
            if step.says and ((theirs and step != opening) or (form and form.meaning(TAKES_PART))):
                yield Item(step.says, source=step.source)

    def _up_to_date(self) -> Iterator[Item]:
        yield from up_to_date(self.procedure)
        yield from (self.step(step) for step in self.procedure.steps if step.scope == "area" and step.says)


def _with_hint(label: str, hint: str) -> str:
    return f"{label}. {hint}" if hint else label
