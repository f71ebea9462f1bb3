"""The closed lists by which documents of different kinds speak of the same thing."""

from __future__ import annotations

from typing import Literal

# What an answer tells the engine: Python reads it, or a threshold names it in a condition, whatever the question is
# called. A question that nobody but people read needs none.
Meaning = Literal[
    "applicant.capacity", "applicant.name", "applicant.organisation", "applicant.relationship", "applicant.email",
    "applicant.phone", "applicant.address", "applicant.born",
    "victim.name", "victim.email", "victim.email_safe", "victim.phone", "victim.address", "victim.born",
    "contact.channel", "contact.email_safe", "contact.post_safe", "contact.voicemail_safe", "contact.note",
    "contact.needs", "contact.main", "contact.quiet_from", "contact.quiet_until",
    "contact.times", "contact.quiet", "contact.overlooked", "contact.phone_safe",
    "contact.email", "contact.phone", "contact.address",
    "incident", "incident.date", "incident.place", "incident.postcode", "incident.problem", "incident.what",
    "incident.culprit", "incident.hate", "incident.recorded_as_hate",
    "report", "report.date", "report.agency", "report.to", "report.channel", "report.reference",
    "report.response", "report.reporter", "report.reporter_name", "report.household",
    "others", "others.reported", "others.reporters", "others.count", "others.households",
    "person", "person.name", "person.age_band", "behaviour.continuing", "behaviour.satisfied",
    "case.headline", "case.wanted", "case.response", "case.elsewhere", "consent.share", "meeting.invitation",
    "consent.said", "consent.said_on", "consent.how", "consent.shows", "consent.not_with", "consent.reason",
    "meeting.date", "meeting.time", "meeting.until", "meeting.place", "meeting.fixed", "meeting.calendar",
    "party.name", "party.organisation", "party.email", "party.phone", "party.email_safe", "party.role",
    "passed.to", "linked.to", "case.council", "about.step", "about.occurrence", "about.gate",
    "extended.to", "extended.because", "interest.declared", "vote.cast", "vote.result", "vote.why",
    "sitting.member", "sitting.there", "sitting.interest", "sitting.chair_involved",
    "earlier.body", "earlier.reference", "earlier.told_on", "appeal.grounds", "sharing.objects", "bundle.for",
    "corrected.on", "linked.months", "linked.count", "papers.made", "papers.count", "papers.hash", "papers.why",
]  # fmt: skip

# What a document of the folder shows to somebody who looks the case over, whatever its step is called. `procedure`,
# `timeline` and `letters` need no step: they are the rules of the case, its timetable, and what was written to people.
Evidence = Literal[
    "request", "procedure", "timeline", "letters", "decision", "risk", "support", "minutes", "statement", "plan",
    "progress", "impact", "hate", "agencies", "causes", "sharing", "independence", "heard", "involved", "outcome",
]  # fmt: skip
