"""The forms that every letter can be had in: a page, plain text and a PDF, each in usual or large print."""

from __future__ import annotations

from flask import Response, make_response, request

from webform.sending.compose import plain_text

LARGE, USUAL = "large", "usual"


def in_large_print(needed: bool) -> bool:
    """In the size that was chosen, or else the one that its reader needs."""
    chosen = request.args.get("print", "")
    return chosen == LARGE if chosen in (LARGE, USUAL) else needed


def as_text(subject: str, markdown: str, name: str) -> Response:
    """The letter as a file of plain text, for whatever reads it best. The name of the file is neutral."""
    response = make_response(f"{subject}\n\n{plain_text(markdown)}")
    response.mimetype = "text/plain"
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.txt")
    return response
