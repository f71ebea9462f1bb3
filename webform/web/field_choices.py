"""Fields that are chosen: radios, tick boxes, yes or no, a declaration."""

from __future__ import annotations

from typing import Any, ClassVar

from webform.documents.answers import yes_no
from webform.documents.form import Option
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .field_base import AnswerField, Titling, Wrong


class RadiosField(AnswerField):
    """One of the options."""

    component = "radios"
    macro = "govukRadios"
    missing = N_("Choose an answer to “{name}”")

    def options(self) -> tuple[Option, ...]:
        return self.question.options

    def read(self) -> Any:
        value = self.part()
        if value and value not in {option.value for option in self.options()}:
            raise Wrong(self.wording("invalid", _("Choose one of the answers to “{name}”")))
        return value or None

    def params(self, place: Titling) -> dict[str, Any]:
        return super().params(place) | {"idPrefix": self.name, "items": self.items()}

    def items(self) -> list[dict[str, Any]]:
        """The options as the component draws them, with "or" above one that stands alone."""
        chosen = self.typed.get("", [])
        items: list[dict[str, Any]] = []
        for option in self.options():
            if option.alone and items:
                items.append({"divider": "or"})
            item: dict[str, Any] = {
                "value": option.value,
                "text": option.label,
                "checked": option.value in chosen,
                # the first input bears the bare name, so that an error link lands on it
                "id": str(self.name) if not items else f"{self.name}-{option.value}",
            }
            items.append(item | self.extras(option))
        return items

    def extras(self, option: Option) -> dict[str, Any]:
        return {"hint": {"text": option.hint}} if option.hint else {}

    def named(self, place: Titling) -> dict[str, Any]:
        return {"fieldset": {"legend": self.title("govuk-fieldset__legend", place)}}


class YesNoField(RadiosField):
    """Yes or no, side by side."""

    def options(self) -> tuple[Option, ...]:
        return yes_no()

    def params(self, place: Titling) -> dict[str, Any]:
        return super().params(place) | {"classes": "govuk-radios--inline"}


class TicksField(RadiosField):
    """Any of the options; one that is `alone` can't stand beside others."""

    component = "checkboxes"
    macro = "govukCheckboxes"
    missing = N_("Choose at least one answer to “{name}”")

    def read(self) -> list[str] | None:
        known = [option.value for option in self.options()]
        ticked = self.typed.get("", [])
        if not set(ticked) <= set(known):
            raise Wrong(self.wording("invalid", _("Choose from the answers to “{name}”")))
        alone = next((option for option in self.options() if option.alone and option.value in ticked), None)
        if alone and len(set(ticked)) > 1:
            said = _("Choose either “%(label)s” or the other answers, not both", label=alone.label)
            raise Wrong(self.wording("invalid", said.replace("{", "{{").replace("}", "}}")))
        return [value for value in known if value in ticked] or None

    def spell(self, answer: Any) -> dict[str, list[str]]:
        return {"": list(answer)}

    def extras(self, option: Option) -> dict[str, Any]:
        return super().extras(option) | ({"behaviour": "exclusive"} if option.alone else {})


class DeclarationField(TicksField):
    """One box that has to be ticked."""

    missing: ClassVar[str] = N_("Tick the box to agree")

    def options(self) -> tuple[Option, ...]:
        own = self.question.options[:1]
        return (Option(value="yes", label=own[0].label if own else "I agree"),)

    def read(self) -> Any:
        return "yes" if "yes" in self.typed.get("", []) else None

    def spell(self, answer: Any) -> dict[str, list[str]]:
        return {"": [str(answer)]}
