"""What every field has in common: parts, cleaning, reading, and the parameters of its GOV.UK component."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Any, ClassVar, Literal

from wtforms import Field
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from webform.documents.form import Question
from webform.words import gettext as _
from webform.words import gettext_noop as N_

COMPONENTS = "govuk_frontend_jinja/components"
# Where the label stands: it is the page's heading; one of several; or hidden, as the heading above says the same.
Titling = Literal["heading", "label", "hidden"]
MANY = 100_000  # characters of one input that are looked at; far above every limit of a question


class Wrong(ValueError):
    """Something typed that can't be read. `part` is the input it is about, '' for the first."""

    def __init__(self, message: str, part: str = ""):
        super().__init__(message)
        self.part = part


def clean(text: str) -> str:
    """Typed text as it is kept: composed Unicode, plain line ends, no control characters."""
    composed = unicodedata.normalize("NFC", text[:MANY].replace("\r\n", "\n").replace("\r", "\n"))
    kept = (sign for sign in composed if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))
    return "".join(kept).strip()


class AnswerField(Field):
    """One question. Its inputs are called NAME, or NAME-PART where the answer has parts.

    Subclasses say how typed parts become an answer (`read`) and back (`spell`). An answer of None is "not answered".
    """

    component: ClassVar[str] = "input"
    macro: ClassVar[str] = "govukInput"
    parts: ClassVar[tuple[str, ...]] = ("",)
    missing: ClassVar[str] = N_("Answer “{name}”")

    def __init__(self, *, question: Question, today: dt.date, **kwargs: Any):
        super().__init__(label=question.label, **kwargs)
        self.question = question
        self.today = today
        self.data: Any = None
        self.typed: dict[str, list[str]] = {}
        self.wrong_part = ""

    @property
    def template(self) -> str:
        return f"{COMPONENTS}/{self.component}/macro.html"

    def input_names(self) -> list[str]:
        """The names that the field's inputs post under."""
        return [f"{self.name}-{part}" if part else self.name for part in self.parts]

    # --- reading ---------------------------------------------------------------------------------------------

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """WTForms' hook: takes either what was typed or the saved answer."""
        self.process_errors = []
        if formdata is None:
            self.data = None if data is unset_value else data
            self.typed = {} if self.data is None else self.spell(self.data)
            return
        names = dict(zip(self.parts, self.input_names(), strict=True))
        self.typed = {part: [clean(value) for value in formdata.getlist(name)] for part, name in names.items()}
        self.data = None

    def pre_validate(self, form: Any) -> None:
        """WTForms' hook: reads and judges what was typed."""
        try:
            self.data = self.read()
            if self.data is None and self.question.required:
                raise Wrong(self.wording("missing", _(self.missing)))
        except Wrong as wrong:
            self.wrong_part = wrong.part or self.wrong_part
            raise StopValidation(str(wrong)) from wrong

    def read(self) -> Any:
        """The answer that was typed, None if nothing was. Raises Wrong."""
        raise NotImplementedError

    def spell(self, answer: Any) -> dict[str, list[str]]:
        """The inputs that show an answer."""
        return {"": [str(answer)]}

    def part(self, name: str = "") -> str:
        """What was typed into one input."""
        return next(iter(self.typed.get(name, [])), "")

    def wording(self, kind: str, default: str, **facts: Any) -> str:
        """The document's own words for an error, else the default, which names the question."""
        own = str(getattr(self.question.errors, kind))
        return own or default.format(name=self.question.short or self.question.label.rstrip("?"), **facts)

    # --- drawing ---------------------------------------------------------------------------------------------

    def error_id(self) -> str:
        """The id of the input that an error link has to land on."""
        part = self.wrong_part or self.parts[0]
        return f"{self.name}-{part}" if part else str(self.name)

    @property
    def blank(self) -> bool:
        """Whether it looks the same for everybody: nothing was typed, answered or found wrong."""
        return not (self.typed or self.data or self.errors)

    def params(self, place: Titling) -> dict[str, Any]:
        """The parameters of the GOV.UK macro."""
        params: dict[str, Any] = {"id": self.name, "name": self.name, "value": self.part()}
        if self.question.hint:
            params["hint"] = {"text": self.question.hint}
        if self.errors:
            params["errorMessage"] = {"text": str(self.errors[0])}
        if self.question.autocomplete:
            params["autocomplete"] = self.question.autocomplete
        return {**params, **self.named(place)}

    def named(self, place: Titling) -> dict[str, Any]:
        """The label of a single input."""
        return {"label": self.title("govuk-label", place)}

    def title(self, block: str, place: Titling) -> dict[str, Any]:
        """Label or legend; optional questions say so, because required ones carry no mark."""
        text = self.question.label if self.question.required else _("%(label)s (optional)", label=self.question.label)
        look = {"heading": f"{block}--l", "label": f"{block}--s", "hidden": "govuk-visually-hidden"}[place]
        return {"text": text, "classes": look, "isPageHeading": place == "heading"}
