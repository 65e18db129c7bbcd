"""A quote on paper: A4, the seller's name where a logo goes, customer, lines, totals, terms."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fpdf import FPDF

_FONTS = Path(__file__).parent / "fonts"
_INK, _GREY, _ACCENT, _PALE = (33, 37, 41), (108, 117, 125), (20, 78, 140), (238, 243, 249)
_MARGIN, _WIDTH = 18, 210 - 2 * 18
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "CNY": "¥", "KRW": "₩"}
_WITHOUT_CENTS = {"JPY", "KRW", "VND", "CLP", "ISK"}  # ISO 4217: no minor unit
_COLUMNS = (
    ("Product", 74, "L"),
    ("Quantity", 20, "R"),
    ("Unit price", 30, "R"),
    ("Discount", 20, "R"),
    ("Total", 30, "R"),
)


@dataclass(frozen=True)
class OfferLine:
    name: str
    code: str
    description: str
    quantity: float
    price: float
    discount: float
    total: float


@dataclass(frozen=True)
class Offer:
    number: str
    title: str
    date: str
    valid_until: str | None
    currency: str
    seller: str
    seller_lines: Sequence[str]
    customer: str
    customer_lines: Sequence[str]
    contact: str
    lines: Sequence[OfferLine]
    subtotal: float
    total: float
    tax: float
    shipping: float
    grand_total: float
    terms: str


def money(amount: float, currency: str) -> str:
    """1,234.50 with the currency's sign, or its code where it has none; no cents where the currency has none."""
    digits = f"{abs(amount):,.{0 if currency in _WITHOUT_CENTS else 2}f}"
    sign = _SYMBOLS.get(currency)
    return f"{'-' if amount < 0 else ''}{sign}{digits}" if sign else f"{'-' if amount < 0 else ''}{digits} {currency}"


def drawn(offer: Offer) -> tuple[bytes, int]:
    """The document, and how many pages it has."""
    pdf = _paper(offer)
    _head(pdf, offer)
    _customer(pdf, offer)
    _lines(pdf, offer)
    _totals(pdf, offer)
    _terms(pdf, offer)
    return bytes(pdf.output()), pdf.page


def _paper(offer: Offer) -> "FPDF":
    from fpdf import FPDF  # only a quote that is drawn pays for it

    class Paper(FPDF):
        def footer(self) -> None:
            self.set_y(-14)
            self.set_font("DejaVu", size=7.5)
            self.set_text_color(*_GREY)
            self.cell(_WIDTH / 2, 5, f"{offer.seller} · Quote {offer.number}")
            self.cell(_WIDTH / 2, 5, f"Page {self.page_no()} of {{nb}}", align="R")

    pdf = Paper(format="A4")
    pdf.set_margins(_MARGIN, 16, _MARGIN)
    pdf.set_auto_page_break(True, margin=20)
    pdf.add_font("DejaVu", fname=_FONTS / "DejaVuSans.ttf")
    pdf.add_font("DejaVu", "B", fname=_FONTS / "DejaVuSans-Bold.ttf")
    pdf.set_title(f"Quote {offer.number}")
    pdf.set_creator("salesforce-mcp")
    pdf.add_page()
    return pdf


def _write(
    pdf: "FPDF", text: str, *, size: float = 9.5, bold: bool = False, ink: tuple[int, int, int] = _INK, align: str = "L"
) -> None:
    pdf.set_font("DejaVu", "B" if bold else "", size)
    pdf.set_text_color(*ink)
    pdf.multi_cell(pdf.epw if align == "L" else 0, size * 0.5, text, align=align, new_x="LMARGIN", new_y="NEXT")


def _head(pdf: "FPDF", offer: Offer) -> None:
    """The logo's place: a block with the seller's name; the word and the number of the quote beside it."""
    top = pdf.get_y()
    pdf.set_fill_color(*_ACCENT)
    pdf.rect(_MARGIN, top, 66, 18, style="F", round_corners=True, corner_radius=2)
    pdf.set_xy(_MARGIN + 4, top + 2)
    pdf.set_font("DejaVu", "B", 13 if len(offer.seller) < 22 else 10)
    pdf.set_text_color(255, 255, 255)
    pdf.multi_cell(58, 14 if len(offer.seller) < 22 else 7, offer.seller)
    pdf.set_xy(_MARGIN + 90, top)
    pdf.set_font("DejaVu", "B", 22)
    pdf.set_text_color(*_ACCENT)
    pdf.cell(_WIDTH - 90, 10, "QUOTE", align="R")
    pdf.set_xy(_MARGIN + 90, top + 10)
    pdf.set_font("DejaVu", size=10)
    pdf.set_text_color(*_GREY)
    pdf.cell(_WIDTH - 90, 6, f"No. {offer.number}", align="R")
    pdf.set_xy(_MARGIN, top + 22)
    _write(pdf, " · ".join(offer.seller_lines), size=7.5, ink=_GREY)
    pdf.ln(6)


def _customer(pdf: "FPDF", offer: Offer) -> None:
    top = pdf.get_y()
    facts = [("Date", offer.date), ("Valid until", offer.valid_until or "-"), ("Contact", offer.contact or "-")]
    for number, (label, value) in enumerate([*facts, ("Currency", offer.currency)]):
        pdf.set_xy(_MARGIN + 112, top + number * 6)
        pdf.set_font("DejaVu", size=8.5)
        pdf.set_text_color(*_GREY)
        pdf.cell(24, 6, label)
        pdf.set_text_color(*_INK)
        pdf.cell(_WIDTH - 136, 6, value, align="R")
    pdf.set_xy(_MARGIN, top)
    pdf.set_right_margin(210 - _MARGIN - 104)
    _write(pdf, "Prepared for", size=8.5, ink=_GREY)
    pdf.ln(1)
    _write(pdf, offer.customer, size=11.5, bold=True)
    for line in offer.customer_lines:
        _write(pdf, line)
    pdf.set_right_margin(_MARGIN)
    pdf.set_y(max(pdf.get_y(), top + 26) + 6)
    _write(pdf, offer.title, size=12, bold=True, ink=_ACCENT)
    pdf.ln(3)


def _lines(pdf: "FPDF", offer: Offer) -> None:
    from fpdf.fonts import FontFace

    pdf.set_font("DejaVu", size=9)
    pdf.set_text_color(*_INK)
    pdf.set_draw_color(205, 213, 222)
    pdf.set_fill_color(255, 255, 255)  # what rows without a colour of their own are filled with
    heading = FontFace(emphasis="BOLD", color=(255, 255, 255), fill_color=_ACCENT)
    with pdf.table(
        col_widths=[width for _, width, _ in _COLUMNS],
        text_align=[align for _, _, align in _COLUMNS],
        headings_style=heading,
        borders_layout="HORIZONTAL_LINES",
        cell_fill_color=_PALE,
        cell_fill_mode="EVEN_ROWS",
        line_height=5.2,
        padding=1.6,
        width=_WIDTH,
    ) as table:
        table.row([title for title, _, _ in _COLUMNS])
        for line in offer.lines:
            table.row(_cells(line, offer.currency))
    if not offer.lines:
        _write(pdf, "No products yet.", ink=_GREY)
    pdf.ln(4)


def _cells(line: OfferLine, currency: str) -> list[str]:
    about = "\n".join(filter(None, [f"{line.name} ({line.code})" if line.code else line.name, line.description]))
    discount = f"{line.discount:g} %" if line.discount else "-"
    return [about, f"{line.quantity:,g}", money(line.price, currency), discount, money(line.total, currency)]


def _totals(pdf: "FPDF", offer: Offer) -> None:
    rows = [("Subtotal", offer.subtotal)]
    if offer.total != offer.subtotal:
        rows.append(("Discount", offer.total - offer.subtotal))
    rows += [(label, amount) for label, amount in (("Tax", offer.tax), ("Shipping", offer.shipping)) if amount]
    if pdf.will_page_break(6 * len(rows) + 12):
        pdf.add_page()
    for label, amount in rows:
        _total(pdf, label, money(amount, offer.currency), ink=_GREY)
    pdf.set_fill_color(*_ACCENT)
    _total(pdf, "Total", money(offer.grand_total, offer.currency), ink=(255, 255, 255), bold=True)
    pdf.ln(6)


def _total(pdf: "FPDF", label: str, amount: str, *, ink: tuple[int, int, int], bold: bool = False) -> None:
    pdf.set_x(_MARGIN + 104)
    pdf.set_font("DejaVu", "B" if bold else "", 11 if bold else 9.5)
    pdf.set_text_color(*ink)
    pdf.cell(30, 9 if bold else 6, label, fill=bold)
    if not bold:
        pdf.set_text_color(*_INK)
    pdf.cell(_WIDTH - 134, 9 if bold else 6, amount, align="R", fill=bold, new_x="LMARGIN", new_y="NEXT")


def _terms(pdf: "FPDF", offer: Offer) -> None:
    if not offer.terms:
        return
    _write(pdf, "Terms", size=9.5, bold=True)
    pdf.ln(1)
    _write(pdf, offer.terms, size=8.5, ink=_GREY)
