"""A small form with one of everything that the journey walks: a condition, a group, a group within it, an alarm."""

from __future__ import annotations

import tomllib
from dataclasses import replace

from webform.documents.form import Form
from webform.documents.shelf import Shelves

SMALL = """
title = "A small form"
effect = "opens-case"
check = "Read it through."
done = "## Next\\n\\nKeep {reference}."

[[page]]
id = "who"
caption = "You"
[[page.question]]
id = "who"
type = "text"
label = "Who are you?"
means = "applicant.name"
longest = 20

[[page]]
id = "danger"
caption = "You"
[[page.question]]
id = "danger"
type = "yes-no"
label = "Is it dangerous?"

[[page]]
id = "more"
caption = "You"
title = "More about it"
show_when = { danger = "yes" }
[[page.question]]
id = "more"
type = "textarea"
label = "Tell us more"
[[page.question]]
id = "even_more"
type = "text"
label = "And more still"
show_when = { who = "Ann" }
required = false

[[page]]
id = "thing-what"
caption = "Things"
each = "things"
[[page.question]]
id = "thing_what"
type = "text"
label = "What was it?"
[[page]]
id = "thing-when"
caption = "Things"
each = "things"
[[page.question]]
id = "thing_when"
type = "approximate-date"
label = "When was it?"
latest = "today"
[[page]]
id = "word-to"
each = "words"
[[page.question]]
id = "word_to"
type = "text"
label = "Who did you tell?"
[[page]]
id = "words"
each = "things"
title = "Who you told"
[[page.question]]
id = "words"
type = "group"
entry = "word"
label = "Words"
required = false
[[page]]
id = "things"
caption = "Things"
title = "The things"
[[page.question]]
id = "things"
type = "group"
entry = "thing"
label = "Things"
most = 3

[[page]]
id = "agree"
caption = "Last"
[[page.question]]
id = "agree"
type = "declaration"
label = "It is true"

[[flag]]
id = "danger"
label = "Danger"
when = { danger = "yes" }
alarm = true
"""


def with_request(shelves: Shelves, written: str) -> Shelves:
    """The shelves with another form in the place of the request."""
    form = Form.model_validate({**tomllib.loads(written), "id": "request"})
    return replace(shelves, forms={**shelves.forms, "request": form})
