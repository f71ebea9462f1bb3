"""The words of consent: what somebody can say when another person asked for them, and what a procedure makes of it.

Forms are free in their labels. The values of their choices are these, so that the rules can read any form whose effect
is `consents`.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

from .condition import When
from .form import PageId
from .step import RoleId, Rule

# What was said. "in-part" leaves some of it out, "takes-back" ends what was given, and "without" is no answer of the
# person: somebody at the council decided that the case goes on without one, and why.
Said = Literal["yes", "in-part", "no", "takes-back", "without"]
DECIDED: Final = "without"
# How it was said: on their own page, aloud, in a letter or an email, or on a declaration with their signature.
Way = Literal["link", "verbal", "written", "signed"]
# What whoever asks for them may see: where the case stands and its dates; letters and the outcome; what was told.
Sight = Literal["progress", "letters", "details"]
# Why the council goes on without an answer.
Reason = Literal["lacks-capacity", "unable", "risk-of-harm"]
# Whom the council writes to.
Main = Literal["applicant", "victim", "both"]

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "consent.said": get_args(Said),
    "consent.how": get_args(Way),
    "consent.shows": get_args(Sight),
    "consent.reason": get_args(Reason),
    "contact.main": get_args(Main),
}


class Consent(Rule):
    """What an area asks of the people whom somebody else asks for. The public reads what it `says`.

    When they are asked, chased and how long that may take are steps, as everything that is due.
    """

    when: When | None = None
    """When it is asked for; without it, nobody's is. Example: `{ "request.capacity" = "behalf" }`"""
    of: tuple[RoleId, ...] = ("victim",)
    """The roles whose consent it is: of a plural one, everybody's. Example: `["victim", "member"]`"""
    how: tuple[Way, ...] = ()
    """The ways in which it can be given here; any way where empty. What was said otherwise is kept and does not count.
    Example: `["signed"]`"""
    from_elsewhere: bool = False
    """Whether what was said to another body counts when a case comes from there. If not, a yes closes what it left out
    until they are asked anew, and opens nothing; what they refuse holds either way. Example: `true`"""
    stops: tuple[PageId, ...] = ()
    """The steps that wait for it; none where empty, as in the Act. Example: `["passed-on"]`"""
