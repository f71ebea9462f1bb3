"""Every letter of the shelf in every form: an email with text and HTML, a page, plain text, and PDFs in two sizes."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

from webform.documents.letter import Letter, Written, render
from webform.documents.shelf import Shelves, read_shelves
from webform.sending.compose import compose, page, plain_text
from webform.sending.paper import letter_html
from webform.sending.press import make
from webform.settings import SHIPPED

LETTERS = sorted(path.stem for path in (SHIPPED / "emails").glob("*.md"))
LINK = "https://council.example/page/abc"


@pytest.fixture(scope="module")
def shipped() -> Shelves:
    """The shelves as they are shipped."""
    return read_shelves(SHIPPED, None)


def written(letter: Letter) -> Written:
    """The letter with something for every fact: a link for a link, and words."""
    names = set(re.findall(r"\{([\w.-]+)\}", letter.subject + letter.body))
    return render(letter, {name: LINK if "link" in name else f"Known of {name.split('.')[-1]}" for name in names})


def words(text: str) -> list[str]:
    """The words of a text in their order, whatever stands between them."""
    return re.findall(r"[A-Za-z’']{2,}", re.sub(r"https?://\S+", " ", text))


def printed(letter: Written, large: bool) -> list[str]:
    """The words of the letter on paper, page by page, without what the sheet itself says."""
    html = letter_html(
        sender=(), address=(), date="1", reference="", subject=letter.subject, markdown=letter.markdown, large=large
    )
    pages = PdfReader(io.BytesIO(make(html.encode()))).pages
    assert all(f"Page {number}" in sheet.extract_text() for number, sheet in enumerate(pages, 1))
    return words("\n".join(sheet.extract_text().replace(f"Page {n}", "") for n, sheet in enumerate(pages, 1)))


@pytest.mark.parametrize("name", LETTERS)
def test_no_format_lacks_a_word_or_shows_a_mark(shipped: Shelves, name: str) -> None:
    """Text, HTML, page and both PDFs say the same words in the same order, and none shows a mark of Markdown."""
    letter = written(shipped.letters[name])
    said = words(plain_text(letter.markdown))
    email = compose(letter)
    assert not re.search(r"\*\*|\]\(|^#+ ", plain_text(letter.markdown), re.MULTILINE)
    assert words(email.text) == said
    for html in (str(page(letter.markdown)), email.html.partition("</h1>")[2]):
        assert words(re.sub(r"<[^>]+>", " ", html)) == said
    for large in (False, True):
        assert sorted(printed(letter, large)) == sorted(words(letter.subject) + said)
