"""The paper a quote is written on: margins, foot, and letters from Latin to Japanese, Chinese and Korean."""

from pathlib import Path
from unicodedata import normalize

from fpdf import FPDF
from fpdf.fonts import TTFFont

MARGIN, WIDTH = 18, 210 - 2 * 18
GREY = (108, 117, 125)
_FONTS = Path(__file__).parent / "fonts"
_LETTERS = "DejaVu"
# Opened in this order, and only for a quote that has their characters: they are large.
_EAST_ASIAN = ("NotoSansJP", "NotoSansSC", "NotoSansKR")
_NO_LETTER = "□"


class Paper(FPDF):
    """What no font here can draw becomes a box and is kept in `undrawn`: nothing goes missing in silence.

    That is above all Arabic, Hebrew and Indic writing, whose letters change with their neighbours.
    """

    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self.undrawn: set[str] = set()
        self._foot = foot
        self._drawn: set[int] = set()
        self._unopened = list(_EAST_ASIAN)
        self.c_margin = 0
        self.set_margins(MARGIN, 16, MARGIN)
        self.set_auto_page_break(True, margin=20)
        self._open(_LETTERS, "DejaVuSans")
        self.add_font(_LETTERS, "B", fname=_FONTS / "DejaVuSans-Bold.ttf")

    def letters(self, size: float, *, bold: bool = False) -> None:
        self.set_font(_LETTERS, "B" if bold else "", size)

    def normalize_text(self, text: str) -> str:
        """Every text that is drawn passes here."""
        composed = normalize("NFC", super().normalize_text(text))
        unknown = self._unknown(composed)
        while unknown and self._unopened:
            name = self._unopened.pop(0)
            self._open(name, name)
            self.set_fallback_fonts(_EAST_ASIAN[: -len(self._unopened) or None], exact_match=False)
            unknown = self._unknown(composed)
        self.undrawn |= unknown
        return composed.translate({ord(letter): _NO_LETTER for letter in unknown})

    def footer(self) -> None:
        self.set_y(-14)
        self.letters(7.5)
        self.set_text_color(*GREY)
        self.cell(WIDTH / 2, 5, f"Page {self.page_no()} of {{nb}}")
        self.cell(WIDTH / 2, 5, self._foot, align="R")

    def _open(self, name: str, file: str) -> None:
        self.add_font(name, fname=_FONTS / f"{file}.ttf")
        font = self.fonts[name.lower()]
        assert isinstance(font, TTFFont)  # noqa: S101 - the only kind that has a file
        self._drawn |= font.cmap.keys()

    def _unknown(self, text: str) -> set[str]:
        return {letter for letter in text if ord(letter) not in self._drawn and letter.isprintable()}
