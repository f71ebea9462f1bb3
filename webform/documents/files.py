"""Files as answers name them: what people call their types and sizes, and the ending that each type has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN_OFFICE = "application/vnd.oasis.opendocument."

# Media type -> what people call it, and the ending of its name. Nothing else is kept.
TYPES: Mapping[str, tuple[str, str]] = {
    "image/jpeg": ("JPEG picture", "jpg"),
    "image/png": ("PNG picture", "png"),
    "application/pdf": ("PDF", "pdf"),
    "video/mp4": ("MP4 video", "mp4"),
    "video/quicktime": ("QuickTime video", "mov"),
    "video/webm": ("WebM video", "webm"),
    "video/3gpp": ("3GP video", "3gp"),
    "audio/mpeg": ("MP3 recording", "mp3"),
    "audio/mp4": ("M4A recording", "m4a"),
    "audio/wav": ("WAV recording", "wav"),
    "audio/ogg": ("Ogg recording", "ogg"),
    "audio/amr": ("AMR recording", "amr"),
    f"{OFFICE}wordprocessingml.document": ("Word document", "docx"),
    f"{OFFICE}spreadsheetml.sheet": ("Excel spreadsheet", "xlsx"),
    f"{OFFICE}presentationml.presentation": ("PowerPoint presentation", "pptx"),
    f"{OPEN_OFFICE}text": ("OpenDocument text", "odt"),
    f"{OPEN_OFFICE}spreadsheet": ("OpenDocument spreadsheet", "ods"),
}


def shown_file(item: Mapping[str, Any]) -> str:
    """One file in words: holiday.jpg (JPEG picture, 2.1 MB)."""
    kind, _ = TYPES.get(item["type"], ("file", ""))
    return f"{item['name']} ({kind}, {shown_size(item['size'])})"


def shown_size(size: int) -> str:
    """A size as people read it."""
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1000))} KB"
