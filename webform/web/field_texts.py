"""Fields that are typed: words, numbers, ways to reach somebody."""

from __future__ import annotations

import re
from typing import Any, ClassVar

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from webform.documents.answers import ADDRESS_PARTS
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .field_base import AnswerField, Titling, Wrong

SHORT, LONG = 200, 4000
POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}")
TIME = re.compile(r"(\d{1,2})(?:[:.]?([0-5]\d))?\s*([ap])?\.?\s*(?:m\.?)?")


class TextField(AnswerField):
    """A line of text, and the ground for everything that is typed into one input."""

    most: ClassVar[int] = SHORT
    width: ClassVar[str] = ""
    kind: ClassVar[str] = ""
    missing: ClassVar[str] = N_("Enter an answer to “{name}”")

    def read(self) -> Any:
        text = self.part()
        if not text:
            return None
        longest = self.question.longest or self.most
        if len(text) > longest:
            said = _("“{name}” must be {longest} characters or fewer. You have {over} too many")
            raise Wrong(self.wording("too_long", said, longest=longest, over=len(text) - longest))
        return self.read_text(text)

    def read_text(self, text: str) -> Any:
        if self.question.least and self.question.type in ("text", "textarea") and len(text) < self.question.least:
            raise Wrong(self.wording("too_short", _("“{name}” must be {n} characters or more"), n=self.question.least))
        return text

    def params(self, place: Titling) -> dict[str, Any]:
        params = super().params(place)
        own = {"type": self.kind, "classes": self.width}
        return params | {key: value for key, value in own.items() if value}


class LongTextField(TextField):
    """Several lines; says how many characters are left."""

    component = "character-count"
    macro = "govukCharacterCount"
    most = LONG

    def params(self, place: Titling) -> dict[str, Any]:
        longest = self.question.longest or self.most
        says = _("You can enter up to %(longest)s characters", longest=longest)
        return super().params(place) | {
            "maxlength": longest, "rows": 8 if longest > 500 else 4, "textareaDescriptionText": says, **left_over(),
        }  # fmt: skip


def left_over() -> dict[str, Any]:
    """What the count of characters says while somebody types; it fills in the number itself."""
    return {
        "charactersUnderLimitText": {
            "one": _("You have %{count} character remaining"), "other": _("You have %{count} characters remaining"),
        },
        "charactersAtLimitText": _("You have 0 characters remaining"),
        "charactersOverLimitText": {
            "one": _("You have %{count} character too many"), "other": _("You have %{count} characters too many"),
        },
    }  # fmt: skip


class EmailField(TextField):
    """An email address as it can be written to."""

    kind = "email"
    most = 254
    missing = N_("Enter an email address")

    def read_text(self, text: str) -> str:
        try:
            return validate_email(text, check_deliverability=False).normalized
        except EmailNotValidError as error:
            said = _("Enter an email address in the correct format, like name@example.com")
            raise Wrong(self.wording("invalid", said)) from error

    def params(self, place: Titling) -> dict[str, Any]:
        return super().params(place) | {"spellcheck": False}


class PhoneField(TextField):
    """Any number that could be dialled, written any way; kept in international form where it is certain."""

    kind = "tel"
    most = 40
    width = "govuk-input--width-20"
    missing = N_("Enter a phone number")

    def read_text(self, text: str) -> str:
        try:
            number = phonenumbers.parse(text, "GB")
        except phonenumbers.NumberParseException as error:
            raise Wrong(self._invalid()) from error
        if not phonenumbers.is_possible_number(number):
            raise Wrong(self._invalid())
        abroad = number.country_code != 44  # the United Kingdom's code: numbers at home are shown as people know them
        style = phonenumbers.PhoneNumberFormat.INTERNATIONAL if abroad else phonenumbers.PhoneNumberFormat.NATIONAL
        return str(phonenumbers.format_number(number, style))

    def _invalid(self) -> str:
        return self.wording("invalid", _("Enter a phone number, like 020 7946 0123 or 07700 900 982"))


class PostcodeField(TextField):
    """A full postcode, kept as the Post Office writes it."""

    most = 20
    width = "govuk-input--width-10"
    missing = N_("Enter a postcode")

    def read_text(self, text: str) -> str:
        postcode = tidy_postcode(text)
        if postcode is None:
            raise Wrong(self.wording("invalid", _("Enter a full UK postcode, like AA3 1AB")))
        return postcode


def tidy_postcode(text: str) -> str | None:
    """A UK postcode in its usual form, None if it is not one."""
    bare = re.sub(r"[^A-Z0-9]", "", text.upper())
    return f"{bare[:-3]} {bare[-3:]}" if POSTCODE.fullmatch(bare) else None


class NumberField(TextField):
    """A whole number."""

    most = 12
    width = "govuk-input--width-5"
    missing = N_("Enter a number for “{name}”")

    def read_text(self, text: str) -> int:
        bare = text.replace(",", "").replace(" ", "")
        if not re.fullmatch(r"-?[0-9]{1,9}", bare):
            raise Wrong(self.wording("invalid", _("“{name}” must be a whole number, like 4")))
        number = int(bare)
        if self.question.least is not None and number < self.question.least:
            raise Wrong(self.wording("too_low", _("“{name}” must be {n} or more"), n=self.question.least))
        if self.question.most is not None and number > self.question.most:
            raise Wrong(self.wording("too_high", _("“{name}” must be {n} or fewer"), n=self.question.most))
        return number

    def params(self, place: Titling) -> dict[str, Any]:
        return super().params(place) | {"inputmode": "numeric"}


class TimeField(TextField):
    """A time of day."""

    most = 20
    width = "govuk-input--width-5"
    missing = N_("Enter a time, like 10:30am")

    def read_text(self, text: str) -> str:
        match = TIME.fullmatch({"midday": "12pm", "noon": "12pm", "midnight": "12am"}.get(text.lower(), text.lower()))
        hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
        if match and match[3]:
            hour = hour % 12 + (12 if match[3] == "p" else 0) if 1 <= hour <= 12 else 99
        if hour > 23:
            raise Wrong(self.wording("invalid", _("Enter a time, like 10:30am or 22:30")))
        return f"{hour:02}:{minute:02}"


class AddressField(AnswerField):
    """A postal address. Only the first line is asked of everybody: a tent or a boat has no town."""

    component = "fieldset"
    parts = ADDRESS_PARTS
    missing = N_("Enter the first line of the address")
    labels: ClassVar[dict[str, str]] = {
        "line1": N_("Address line 1"),
        "line2": N_("Address line 2"),
        "town": N_("Town or city"),
        "postcode": N_("Postcode"),
    }
    tokens: ClassVar[dict[str, str]] = {
        "line1": "address-line1",
        "line2": "address-line2",
        "town": "address-level2",
        "postcode": "postal-code",
    }

    @property
    def template(self) -> str:
        return "components/address.html"

    macro = "addressInput"

    def read(self) -> dict[str, str] | None:
        address = {part: self.part(part) for part in self.parts}
        if not any(address.values()):
            return None
        for part, text in address.items():
            if len(text) > SHORT:
                name = _(self.labels[part])
                said = _("{line} must be {longest} characters or fewer")
                raise Wrong(self.wording("too_long", said, line=name, longest=SHORT), part)
        if not address["line1"] and self.question.required:
            raise Wrong(self.wording("missing", _(self.missing)))
        return address | {"postcode": tidy_postcode(address["postcode"]) or address["postcode"].upper()}

    def part_label(self, part: str) -> str:
        """The label of one line; all but the first are optional and say so."""
        label = _(self.labels[part])
        return label if part == "line1" else _("%(label)s (optional)", label=label)

    def spell(self, answer: Any) -> dict[str, list[str]]:
        return {part: [str(answer.get(part, ""))] for part in self.parts}

    def params(self, place: Titling) -> dict[str, Any]:
        params = super().params(place)
        parts = [
            {
                "id": f"{self.name}-{part}",
                "label": {"text": self.part_label(part)},
                "value": self.part(part),
                "autocomplete": self.tokens[part] if self.question.autocomplete else "",
                "classes": "govuk-input--width-10" if part == "postcode" else "govuk-!-width-two-thirds",
                "wrong": bool(self.errors) and self.error_id() == f"{self.name}-{part}",
            }
            for part in self.parts
        ]
        return params | {"parts": parts}

    def named(self, place: Titling) -> dict[str, Any]:
        return {"legend": self.title("govuk-fieldset__legend", place)}
