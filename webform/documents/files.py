"""Files as answers name them: what people call their types and sizes, and the ending that each type has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webform.words import gettext as _
from webform.words import gettext_noop as N_

OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN_OFFICE = "application/vnd.oasis.opendocument."

# Media type -> what people call it, and the ending of its name. Nothing else is kept.
TYPES: Mapping[str, tuple[str, str]] = {
    "image/jpeg": (N_("JPEG picture"), "jpg"),
    "image/png": (N_("PNG picture"), "png"),
    "application/pdf": (N_("PDF"), "pdf"),
    "video/mp4": (N_("MP4 video"), "mp4"),
    "video/quicktime": (N_("QuickTime video"), "mov"),
    "video/webm": (N_("WebM video"), "webm"),
    "video/3gpp": (N_("3GP video"), "3gp"),
    "audio/mpeg": (N_("MP3 recording"), "mp3"),
    "audio/mp4": (N_("M4A recording"), "m4a"),
    "audio/wav": (N_("WAV recording"), "wav"),
    "audio/ogg": (N_("Ogg recording"), "ogg"),
    "audio/amr": (N_("AMR recording"), "amr"),
    f"{OFFICE}wordprocessingml.document": (N_("Word document"), "docx"),
    f"{OFFICE}spreadsheetml.sheet": (N_("Excel spreadsheet"), "xlsx"),
    f"{OFFICE}presentationml.presentation": (N_("PowerPoint presentation"), "pptx"),
    f"{OPEN_OFFICE}text": (N_("OpenDocument text"), "odt"),
    f"{OPEN_OFFICE}spreadsheet": (N_("OpenDocument spreadsheet"), "ods"),
}


def shown_file(item: Mapping[str, Any]) -> str:
    """One file in words: holiday.jpg (JPEG picture, 2.1 MB)."""
    kind, _ending = TYPES.get(item["type"], (N_("file"), ""))
    return f"{item['name']} ({_(kind)}, {shown_size(item['size'])})"


def shown_size(size: int) -> str:
    """A size as people read it."""
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1000))} KB"
