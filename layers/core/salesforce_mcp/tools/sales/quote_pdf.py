"""A quote on paper: A4, the seller's name where a logo goes, customer, lines, totals, terms."""

from dataclasses import dataclass

from fpdf.fonts import FontFace

from salesforce_mcp.tools.sales.offer import Offer, OfferLine
from salesforce_mcp.tools.sales.quote_paper import GREY, MARGIN, WIDTH, Paper

_Ink = tuple[int, int, int]
_INK, _ACCENT, _PALE, _RULE = (33, 37, 41), (20, 78, 140), (238, 243, 249), (205, 213, 222)
_WHITE = (255, 255, 255)
_FACTS, _TOTALS = 112, 104  # where, from the left margin, dates and sums begin
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "CNY": "¥", "KRW": "₩"}
# ISO 4217: the minor unit, where it is not a hundredth.
_DECIMALS = {**dict.fromkeys(("JPY", "KRW", "VND", "CLP", "ISK"), 0), **dict.fromkeys(("BHD", "KWD", "JOD", "OMR"), 3)}
_COLUMNS = (
    ("Product", 66, "L"),
    ("Quantity", 24, "R"),
    ("Unit price", 30, "R"),
    ("Discount", 24, "R"),
    ("Total", 30, "R"),
)


@dataclass(frozen=True)
class Drawing:
    content: bytes
    pages: int
    undrawn: str  # the characters that stand as boxes


def drawn(offer: Offer) -> Drawing:
    paper = Paper(f"{offer.seller} · Quote {offer.number}")
    paper.set_title(f"Quote {offer.number}")
    paper.set_creator("salesforce-mcp")
    paper.add_page()
    _head(paper, offer)
    _customer(paper, offer)
    _lines(paper, offer)
    _totals(paper, offer)
    _terms(paper, offer)
    return Drawing(bytes(paper.output()), paper.page, "".join(sorted(paper.undrawn)))


def money(amount: float, currency: str) -> str:
    """1,234.50 with the currency's sign, or its code where it has none; as many decimals as the currency has."""
    minus = "-" if amount < 0 else ""
    digits = f"{abs(amount):,.{_DECIMALS.get(currency, 2)}f}"
    sign = _SYMBOLS.get(currency)
    return f"{minus}{sign}{digits}" if sign else f"{minus}{digits} {currency}"


def _write(paper: Paper, text: str, *, size: float = 9.5, bold: bool = False, ink: _Ink = _INK) -> None:
    paper.letters(size, bold=bold)
    paper.set_text_color(*ink)
    paper.multi_cell(paper.epw, size * 0.5, text, align="L", new_x="LMARGIN", new_y="NEXT")


def _head(paper: Paper, offer: Offer) -> None:
    """The logo's place: a block with the seller's name; the word and the number of the quote beside it."""
    top = paper.get_y()
    short = len(offer.seller) < 22
    paper.set_fill_color(*_ACCENT)
    paper.rect(MARGIN, top, 66, 18, style="F", round_corners=True, corner_radius=2)
    paper.set_xy(MARGIN + 5, top + 2)
    paper.letters(13 if short else 10, bold=True)
    paper.set_text_color(*_WHITE)
    paper.multi_cell(57, 14 if short else 7, offer.seller[:60])
    paper.set_xy(MARGIN + 90, top)
    paper.letters(22, bold=True)
    paper.set_text_color(*_ACCENT)
    paper.cell(WIDTH - 90, 10, "QUOTE", align="R")
    paper.set_xy(MARGIN + 90, top + 10)
    paper.letters(10)
    paper.set_text_color(*GREY)
    paper.cell(WIDTH - 90, 6, f"No. {offer.number}", align="R")
    paper.set_xy(MARGIN, top + 22)
    _write(paper, " · ".join(offer.seller_lines), size=7.5, ink=GREY)
    paper.ln(7)


def _customer(paper: Paper, offer: Offer) -> None:
    top = paper.get_y()
    facts = [("Date", offer.date), ("Valid until", offer.valid_until or "-"), ("Contact", offer.contact or "-")]
    for number, (label, value) in enumerate([*facts, ("Currency", offer.currency)]):
        paper.set_xy(MARGIN + _FACTS, top + number * 6)
        paper.letters(8.5)
        paper.set_text_color(*GREY)
        paper.cell(24, 6, label)
        paper.set_text_color(*_INK)
        paper.cell(WIDTH - _FACTS - 24, 6, value, align="R")
    paper.set_xy(MARGIN, top)
    paper.set_right_margin(210 - MARGIN - _TOTALS)
    _write(paper, "Prepared for", size=8.5, ink=GREY)
    paper.ln(1)
    _write(paper, offer.customer, size=11.5, bold=True)
    for line in offer.customer_lines:
        _write(paper, line)
    paper.set_right_margin(MARGIN)
    paper.set_y(max(paper.get_y(), top + 26) + 7)
    _write(paper, offer.title, size=12, bold=True, ink=_ACCENT)
    paper.ln(3)


def _lines(paper: Paper, offer: Offer) -> None:
    paper.letters(9)
    paper.set_text_color(*_INK)
    paper.set_draw_color(*_RULE)
    paper.set_fill_color(*_WHITE)  # what rows without a colour of their own are filled with
    with paper.table(
        col_widths=[width for _, width, _ in _COLUMNS],
        text_align=[align for _, _, align in _COLUMNS],
        headings_style=FontFace(emphasis="BOLD", color=_WHITE, fill_color=_ACCENT),
        borders_layout="HORIZONTAL_LINES",
        cell_fill_color=_PALE,
        cell_fill_mode="EVEN_ROWS",
        line_height=5.2,
        padding=(1.8, 2.4),
        width=WIDTH,
    ) as table:
        table.row([title for title, _, _ in _COLUMNS])
        for line in offer.lines:
            table.row(_cells(line, offer.currency))
    if not offer.lines:
        paper.ln(2)
        _write(paper, "No products yet.", ink=GREY)
    paper.ln(5)


def _cells(line: OfferLine, currency: str) -> list[str]:
    about = "\n".join(filter(None, [f"{line.name} ({line.code})" if line.code else line.name, line.description]))
    discount = f"{line.discount:g} %" if line.discount else "-"
    return [about, f"{line.quantity:,g}", money(line.price, currency), discount, money(line.total, currency)]


def _totals(paper: Paper, offer: Offer) -> None:
    rows = [("Subtotal", offer.subtotal)]
    if offer.total != offer.subtotal:
        rows.append(("Discount", offer.total - offer.subtotal))
    rows += [(label, amount) for label, amount in (("Tax", offer.tax), ("Shipping", offer.shipping)) if amount]
    if paper.will_page_break(6 * len(rows) + 14):
        paper.add_page()
    paper.letters(9.5)
    for label, amount in rows:
        _sum(paper, label, money(amount, offer.currency), height=6, ink=(GREY, _INK))
    paper.ln(1)
    paper.set_fill_color(*_ACCENT)
    paper.rect(MARGIN + _TOTALS, paper.get_y(), WIDTH - _TOTALS, 10, style="F")
    paper.letters(11, bold=True)
    _sum(paper, "Total", money(offer.grand_total, offer.currency), height=10, ink=(_WHITE, _WHITE))
    paper.ln(8)


def _sum(paper: Paper, label: str, amount: str, *, height: float, ink: tuple[_Ink, _Ink]) -> None:
    inset = 2.4  # as the cells above
    paper.set_x(MARGIN + _TOTALS + inset)
    paper.set_text_color(*ink[0])
    paper.cell(26, height, label)
    paper.set_text_color(*ink[1])
    paper.cell(WIDTH - _TOTALS - 26 - 2 * inset, height, amount, align="R", new_x="LMARGIN", new_y="NEXT")


def _terms(paper: Paper, offer: Offer) -> None:
    if not offer.terms:
        return
    _write(paper, "Terms", size=9.5, bold=True)
    paper.ln(1)
    _write(paper, offer.terms, size=8.5, ink=GREY)
