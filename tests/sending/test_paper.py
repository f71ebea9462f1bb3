"""Letters for the post: every letter of the alphabet, the address in its window, and a process that can do no harm."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from markupsafe import Markup
from pypdf import PdfReader

from tests.sending.watched_press import seen_while_printing, touched
from webform.documents.letter import Written
from webform.sending import compose
from webform.sending.fonts import FONTS
from webform.sending.paper import PaperError, letter_html, pages_html, pdf
from webform.settings import CHECKOUT

LETTERS = "Siôn ŵ ŷ Ŵ Ŷ ẁ ẅ Łódź ąćęłńóśźż ĄĆĘŁŃÓŚŹŻ — £ “quoted”"
MM = 72 / 25.4


ADDRESS = ("Ms A Person", "1 Long Street", "Flat 4, The Long House", "Morden", "SM4 5DX")


def a_letter(
    markdown: str = "Dear Ms Person,\n\nYour request.", large: bool = False, address: tuple[str, ...] = ADDRESS
) -> str:
    return letter_html(
        sender=("Community Safety", "Civic Centre"),
        address=address,
        date="3 May 2026",
        reference="K7QM-24XD",
        subject="About your request",
        markdown=markdown,
        large=large,
    )


def reader(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def words_with_places(data: bytes) -> list[tuple[str, float, float, float]]:
    """Each run of text of page one with its distance from the left and the top in millimetres, and its size."""
    found: list[tuple[str, float, float, float]] = []
    page = reader(data).pages[0]
    height = float(page.mediabox.height)

    def visit(text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        if text.strip():
            right, up = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            found.append((text.strip(), right / MM, (height - up) / MM, size))

    page.extract_text(visitor_text=visit)
    return found


@pytest.mark.parametrize(
    "html",
    [
        a_letter(LETTERS),
        pages_html(title="P", body=Markup("<p>{}</p>").format(LETTERS)),
        compose.compose(Written("S", LETTERS)).html,
    ],
)
def test_welsh_and_polish_letters_are_printed(html: str) -> None:
    """Letters, pages and emails on paper show ŵ, ŷ and Polish letters, in a font that the file carries."""
    printed = reader(pdf(html))
    assert LETTERS in " ".join(printed.pages[0].extract_text().split())
    fonts = printed.pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    assert any("/FontFile2" in font.get_object().get("/FontDescriptor", {}) for font in fonts)


@pytest.mark.parametrize("name", ["محمد علي", "李小龍", "สมชาย"])
def test_no_name_vanishes_from_a_letter(name: str) -> None:
    """A name in letters that the font lacks is a reason to print elsewhere, never a letter without its name."""
    for html in (a_letter(f"Dear {name}"), a_letter(address=(name, *ADDRESS[1:]))):
        with pytest.raises(PaperError, match="alphabet") as fault:
            pdf(html)
        assert name not in str(fault.value)


def test_what_is_no_letter_leaves_a_mark() -> None:
    """A face or another symbol that the font lacks keeps nobody from printing; a square stands in its place."""
    assert "sad \u25a1 day" in " ".join(reader(pdf(a_letter("sad \U0001f622 day"))).pages[0].extract_text().split())


@pytest.mark.parametrize(
    "address",
    [ADDRESS, tuple(f"Line {n} of a long address" for n in range(8)), ("Dr " + "Montgomery-Smythe " * 4, *ADDRESS[1:])],
)
def test_the_address_stands_in_the_window(address: tuple[str, ...]) -> None:
    """All of the address, and nothing else, stands 45 to 85 mm from the top and 20 to 105 mm from the left."""
    placed = words_with_places(pdf(a_letter(address=address)))
    window = " ".join(text for text, left, top, _ in placed if 20 <= left <= 105 and 45 <= top <= 85)
    assert window.split() == " ".join(address).split()


def test_large_print_is_a_setting() -> None:
    """The same letter in large print has text of at least 18 points, but for the address in its window."""
    sizes = {text: size for text, _, _, size in words_with_places(pdf(a_letter(large=True)))}
    assert {text for text, size in sizes.items() if size < 18} == set(ADDRESS)
    assert any("request" in text for text in sizes)
    assert all(size < 18 for _, _, _, size in words_with_places(pdf(a_letter())))


def test_a_long_letter_has_numbered_pages() -> None:
    """A letter of many pages prints all of its text, and each page says which it is."""
    printed = reader(pdf(a_letter("\n\n".join(f"Paragraph {n}. " + "word " * 120 for n in range(30)))))
    assert all(f"Paragraph {n}." in " ".join(page.extract_text() for page in printed.pages) for n in range(30))
    assert all(f"page {n}" in page.extract_text() for n, page in enumerate(printed.pages, 1))


def test_nothing_is_opened_and_nobody_is_called(tmp_path: Path) -> None:
    """Whatever the HTML asks for, the process opens only the font folder and Python's own code, and no socket."""
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"secret")
    remote = "http://127.0.0.1:9"
    html = (
        f'<link rel="stylesheet" href="{remote}/x.css"><style>@import url(file://{secret}); '
        f"@font-face {{font-family: X; src: url({secret})}} body {{background-image: url({remote}/b.png)}}</style>"
        f'<p style="font-family: X">Text</p><img src="{secret}"><img src="{remote}/a.png">'
        '<pdf:font name="Y" src="/etc/passwd">'
    )
    assert touched(html) == []
    assert any(line.startswith(f"open {FONTS}") for line in seen_while_printing(html))


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd')",
        "__import__('socket').create_connection(('127.0.0.1', 9))",
        "__import__('os').system('true')",
    ],
)
def test_the_second_lock_holds_by_itself(attempt: str) -> None:
    """Once locked, the process can open no file, call nobody and start nothing, even if xhtml2pdf had let it."""
    locked = "from webform.sending import press\npress.lock()\n"
    code = f"{locked}try:\n    {attempt}\nexcept PermissionError:\n    print('refused')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=CHECKOUT, check=True, timeout=60)
    assert done.stdout == b"refused\n"


def test_it_gives_up_in_time() -> None:
    """A PDF that is not ready within its time is given up, with a reason."""
    with pytest.raises(PaperError, match=r"within 0\.05 seconds"):
        pdf(a_letter(), seconds=0.05)


@pytest.mark.parametrize("html", ["<div>" * 3000 + "deep", "<p>" + "x" * 2_000_001])
def test_what_is_too_deep_or_too_long_is_a_reason_and_not_a_crash(html: str) -> None:
    """Input beyond the limits is refused, and the reason does not quote it."""
    with pytest.raises(PaperError) as refusal:
        pdf(html)
    assert "deep" not in str(refusal.value).lower().replace("too deep", "")
