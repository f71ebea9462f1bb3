"""The font of every PDF, and which letters it has."""

from __future__ import annotations

import unicodedata
from functools import cache

from webform.settings import CHECKOUT

FONTS = CHECKOUT / "node_modules" / "@expo-google-fonts" / "arimo"  # the width of Arial, with Welsh and Polish letters
STAND_IN = "\N{WHITE SQUARE}"


@cache
def _signs() -> frozenset[int]:
    from reportlab.pdfbase.ttfonts import TTFontFile  # brings a drawing library along, which a start can do without

    return frozenset(TTFontFile(str(FONTS / "400Regular" / "Arimo_400Regular.ttf")).charToGlyph)


def lacks_letters(text: str) -> bool:
    """Whether a letter or digit of the text would silently be missing from the page, as an Arabic name would."""
    return any(unicodedata.category(sign)[0] in "LN" for sign in _missing(text))


def with_stand_ins(text: str) -> str:
    """The text with a square in the place of each symbol that the font lacks, such as a face."""
    symbols = (sign for sign in _missing(text) if unicodedata.category(sign)[0] == "S")
    return text.translate({ord(sign): STAND_IN for sign in symbols})


def _missing(text: str) -> set[str]:
    if not FONTS.is_dir():
        return set()  # the press says that there is no font
    return {sign for sign in set(text) if ord(sign) not in _signs()}
