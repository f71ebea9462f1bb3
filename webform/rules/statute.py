"""The test of the Act, always reckoned on its own beside an area's rules (language.md, section 2, sentence 36).

Anti-social Behaviour, Crime and Policing Act 2014, section 104(4) and (11): three complaints, each made within one
month beginning with the behaviour, and the review asked for within six months beginning with the complaint.
"""

from __future__ import annotations

from webform.documents.condition import Truth
from webform.documents.threshold import Route
from webform.words import gettext as _
from webform.words import gettext_noop as N_

SOURCE = N_("Anti-social Behaviour, Crime and Policing Act 2014, section 104(4) and (11)")
LEAST = 3

STATUTORY = Route.model_validate(
    {
        "id": "act",
        "kind": "statutory",
        "source": SOURCE,
        "says": N_(
            "Three complaints about the behaviour were made, by anybody. Each was made within one "
            "month of what happened, and the review was asked for within six months of the complaint."
        ),
        "all": [
            {
                "at_least": {"reports": LEAST},
                "among": {
                    "window": [
                        {"date": "reported", "within": "1 month", "after": "each-incident", "counting": "inclusive"},
                        {"date": "applied", "within": "6 months", "after": "each-report", "counting": "inclusive"},
                    ]
                },
            }
        ],
    }
)

UNSETTLED = N_(
    "Counting every complaint and counting every incident give different answers, and the "
    "Act can be read either way. A person has to decide."
)

_DIFFERS: dict[tuple[Truth, Truth], str] = {
    (True, False): N_(
        "The test in the law is met, although this area’s own rule is not. Where the law’s test "
        "is met, the organisations must decide that the threshold is met."
    ),
    (True, None): N_("The test in the law is met, whatever is decided about this area’s own rule."),
    (False, True): N_(
        "This area’s own rule is met, although the test in the law is not. The area’s own rule is enough."
    ),
    (False, None): N_("The test in the law is not met. Whether this area’s own rule is met, a person has to judge."),
    (None, True): N_("This area’s own rule is met. Whether the test in the law is met as well, a person has to judge."),
    (None, False): N_(
        "This area’s own rule is not met, but the test in the law may be. A person has to judge "
        "it before anybody is told that the threshold is not met."
    ),
}


def differs(statutory: Truth, local: Truth) -> str:
    """Where the law's test and the area's rule part, in plain words; '' where they agree."""
    return _(_DIFFERS.get((statutory, local), ""))
