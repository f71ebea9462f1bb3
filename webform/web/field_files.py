"""Files as an answer: those that are there already, each with a button that takes it away, and room for more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms.utils import unset_value

from webform.cases.evidence import Fault, Sent
from webform.documents.files import shown_file
from webform.documents.form import FileKind, Question
from webform.words import capital, ngettext
from webform.words import gettext as _
from webform.words import gettext_noop as N_

from .field_base import AnswerField, Titling, Wrong

UPLOAD, REMOVE = "upload", "remove"  # buttons: stay on the page, and take that file away
MOST_TOLD = 3  # faults in one message
KINDS: Mapping[FileKind, str] = {
    "picture": N_("a picture (JPEG, PNG, WebP or HEIC)"),
    "pdf": N_("a PDF"),
    "video": N_("a video (MP4, MOV, WebM or 3GP)"),
    "audio": N_("a recording (MP3, M4A, WAV, Ogg or AMR)"),
    "office": N_("a document (Word, Excel, PowerPoint or OpenDocument) without macros"),
}
# For the browser's own dialogue. It only helps to find files; what counts is their content.
CHOOSE: Mapping[FileKind, str] = {
    "picture": "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif",
    "pdf": "application/pdf,.pdf",
    "video": "video/*",
    "audio": "audio/*",
    "office": ".docx,.xlsx,.pptx,.odt,.ods",
}
SAID: Mapping[Fault, str] = {
    "empty": N_("“{name}” is empty. Choose another file"),
    "too large": N_("“{name}” is larger than {mb} MB. Choose a smaller file"),
    "too much": N_(
        "“{name}” was too much to take at once. Choose fewer files at a time, each of {mb} MB or less"
    ),
    "type": N_("“{name}” is not {kinds}. Choose another file"),
    "broken": N_("“{name}” can’t be read as a picture. It may be damaged. Choose another file"),
    "pixels": N_("“{name}” has too many pixels. Choose a smaller picture"),
    "busy": N_("We could not look at “{name}” just now. Choose it again"),
}  # fmt: skip
Item = Mapping[str, Any]


class FileField(AnswerField):
    """Files. What is posted under its name never is an answer: `hold` brings the files that the draft has."""

    component = "file"
    macro = "fileInput"
    parts: ClassVar[tuple[str, ...]] = ()
    missing = N_("Choose a file for “{name}”")

    faults: tuple[str, ...] = ()
    spoilt: frozenset[str] = frozenset()  # files in which a virus was found meanwhile

    @property
    def template(self) -> str:
        return "components/file.html"

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """WTForms' hook."""
        self.process_errors = []
        self.data = list(data) if formdata is None and data is not unset_value else None

    def hold(self, items: Sequence[Item], faults: Sequence[str] = (), spoilt: frozenset[str] = frozenset()) -> None:
        """These files are the answer, and this is wrong with others that were sent."""
        self.data, self.faults, self.spoilt = list(items) or None, tuple(faults), spoilt

    def read(self) -> list[Item] | None:
        if self.faults:
            raise Wrong(". ".join(self.faults[:MOST_TOLD]))
        if any(item["file"] in self.spoilt for item in self.data or ()):
            raise Wrong(_("One of the files has a virus. Remove it, and choose another if you have one"))
        held: list[Item] | None = self.data
        return held

    def refusal(self, sent: Sent, held: Sequence[Item]) -> str:
        """Why a file that was sent can't join those that are there; '' if it can."""
        question = self.question
        if sent.fault:
            return told(question, sent.name, sent.fault)
        if sent.kind not in question.accepted:
            return told(question, sent.name, "type")
        if sent.stored and sent.stored.size > question.largest:
            return told(question, sent.name, "too large")
        if len(held) >= question.files:
            most = question.files
            said = ngettext(
                "You can add {most} file. “{file}” was not added. Remove one first, if you need it",
                "You can add {most} files. “{file}” was not added. Remove one first, if you need it",
                most,
            )
            return self.wording("too_high", said, most=most, file=sent.name)
        return ""

    def error_id(self) -> str:
        return str(self.name)

    def params(self, place: Titling) -> dict[str, Any]:
        """The parameters of the macro."""
        question = self.question
        kinds, largest = needed(question), question.largest // 1_000_000
        limits = _("%(kinds)s, up to %(largest)s MB", kinds=kinds, largest=largest)
        if question.files > 1:
            most = question.files
            limits = _(
                "%(kinds)s, up to %(largest)s MB each. Up to %(most)s files", kinds=kinds, largest=largest, most=most
            )
        return {
            "id": self.name, "name": self.name, "multiple": question.files > 1, **self.named(place),
            "hint": f"{question.hint}. {limits}" if question.hint else limits,
            "errorMessage": {"text": str(self.errors[0])} if self.errors else None,
            "accept": ",".join(CHOOSE[kind] for kind in question.accepted),
            "largest": question.largest, "upload": UPLOAD, "remove": f"{self.name}-{REMOVE}",
            "files": [
                {"key": one["file"], "name": one["name"], "says": shown_file(one), "spoilt": one["file"] in self.spoilt}
                for one in self.data or ()
            ],
        }  # fmt: skip


def told(question: Question, name: str, fault: Fault) -> str:
    """What is wrong with a file, in words; the document's own where it has some for a wrong kind."""
    facts = {"name": name, "mb": question.largest // 1_000_000, "kinds": kinds(question)}
    own = question.errors.invalid if fault == "type" else ""
    return own or _(SAID[fault]).format(**facts)


def kinds(question: Question) -> str:
    """What is taken, in words: a picture (JPEG, PNG, WebP or HEIC) or a PDF."""
    *others, last = [_(KINDS[kind]) for kind in question.accepted]
    return _("%(others)s or %(last)s", others=", ".join(others), last=last) if others else last


def needed(question: Question) -> str:
    """The same, at the start of a sentence."""
    words = kinds(question)
    return capital(words)
