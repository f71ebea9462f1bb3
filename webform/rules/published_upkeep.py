"""What is published about the procedure itself: its figures, how it is kept up to date, its days and its records."""

from __future__ import annotations

from collections.abc import Iterator

from webform.documents.procedure import Procedure, Rule
from webform.words import clock_time
from webform.words import gettext as _
from webform.words import month as month_name

from .plain_words import Item, PlainWords, for_long, joined, sentence


def figures(procedure: Procedure, words: PlainWords) -> Iterator[Item]:
    """What is published and how often, and each figure with what it counts."""
    publication = procedure.publication
    if publication:
        month, day = (int(part) for part in publication.begins.split("-"))
        scope = _("They are about %(scope)s.", scope=publication.scope) if publication.scope else ""
        facts = (
            _(
                "At least every %(every)s. Each year begins on %(day)s %(month)s.",
                every=publication.every,
                day=day,
                month=month_name(month),
            ),
            scope,
        )
        yield rule_item(publication, publication.says or _("We publish figures about case reviews."), *facts)
    for figure in (one for one in procedure.figures if one.public):
        when = _("Counted if %(condition)s.", condition=words.condition(figure.when.condition)) if figure.when else ""
        yield rule_item(figure, f"{sentence(figure.title)} {figure.says}".strip(), when)


def up_to_date(procedure: Procedure) -> Iterator[Item]:
    """How often the procedure is looked at again, who was asked, and who approved it."""
    area, review = procedure.area, procedure.review
    if review:
        yield rule_item(
            review, review.says or _("We look at this procedure again."), _("Every %(every)s.", every=review.every)
        )
    if area.consulted:
        yield Item(_("Asked for their views: %(consulted)s.", consulted=joined(area.consulted)))
    if area.approved_by:
        yield Item(_("Approved by %(approved_by)s.", approved_by=area.approved_by))


def days(procedure: Procedure) -> Iterator[Item]:
    """How days are counted."""
    rule = procedure.calendar
    facts = [_("Office hours end at %(time)s.", time=clock_time(rule.day_ends))] if rule.day_ends else []
    if rule.late_receipt == "next-working-day":
        facts.append(_("What arrives after office hours counts from the next working day."))
    if rule.lands_on_closed == "next":
        facts.append(_("A last day on which the office is closed moves to the next working day."))
    for way, wait in (("email", rule.deemed.email), ("post", rule.deemed.post)):
        facts += (
            [_("A letter sent by %(way)s counts as received %(wait)s after it was sent.", way=way, wait=wait)]
            if wait
            else []
        )
    if rule.says or facts:
        yield rule_item(rule, rule.says or _("Working days are Monday to Friday, without bank holidays."), *facts)
    yield from told(procedure.clock)


def records(procedure: Procedure) -> Iterator[Item]:
    """How long each kind of record is kept."""
    rule = procedure.retention
    facts = [_("A form that you do not send is deleted %(drafts)s after your last answer.", drafts=rule.drafts)]
    facts += [_("A case is kept for %(cases)s after it is closed.", cases=for_long(rule.cases))] if rule.cases else []
    if rule.emails:
        facts.append(_("What an email said is deleted %(emails)s after it went.", emails=for_long(rule.emails)))
    if rule.looks:
        facts.append(_("Who looked at a case is kept on record for %(looks)s.", looks=for_long(rule.looks)))
    if rule.feedback:
        facts.append(_("What you think of the service is kept for %(time)s.", time=for_long(rule.feedback)))
    if rule.backups:
        facts.append(_("What is deleted is gone from our backups %(backups)s later.", backups=rule.backups))
    yield rule_item(rule, rule.says or facts.pop(0), *facts)


def rule_item(rule: Rule, says: str, *facts: str, parts: tuple[Item, ...] = ()) -> Item:
    """A rule as it is published, with the place where it stands."""
    return Item(says, tuple(fact for fact in facts if fact), rule.source, parts)


def told(rule: Rule) -> Iterator[Item]:
    """What the document says in words of its own, if anything."""
    if rule.says:
        yield rule_item(rule, rule.says)
