"""Somebody who takes part has another address from now on: what the old one holds ends, and a link goes to the new."""

from __future__ import annotations

import datetime as dt

from webform.records.tables import Party
from webform.rules.plain_words import joined
from webform.sending.reach import called
from webform.words import gettext as _

from .letters import add_task
from .links import revoke
from .people import may_email
from .send_link import has_link, mail_link
from .take_back import take_back


def move_link(party: Party, now: dt.datetime) -> None:
    """Whoever reads the old address may be somebody else by now, who chose the word as well: neither opens anything."""
    had_link = has_link(party, standing=True)
    revoke(party, now)
    party.word_hash = None
    stopped = take_back(party, _("They have another address now."))
    if had_link and may_email(party):
        mail_link(party, now)
    elif had_link:
        says = _(
            "%(name)s is reached elsewhere now, and the old link has ended. Give them a new one.", name=called(party)
        )
        add_task(party.case, f"moved:{party.id}", says, now)
    if stopped:
        says = _(
            "These emails to %(whom)s had not gone when their address was changed, and do not go: %(subjects)s. Their"
            " page shows what they are asked for. Write to them about anything else.",
            subjects=joined([f"“{one}”" for one in stopped], "and"), whom=called(party),
        )  # fmt: skip
        add_task(party.case, f"moved-mail:{party.id}", says, now)
