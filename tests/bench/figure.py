"""What is measured: a figure, the bound it is held to, and how it is written down."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of docs/figures.md. A figure past its bound fails the bench; without a bound it is only told."""

    name: str
    value: float
    unit: str
    bound: float | None = None  # at most
    least: float | None = None

    @property
    def holds(self) -> bool:
        return (self.bound is None or self.value <= self.bound) and (self.least is None or self.value >= self.least)

    @property
    def bounds(self) -> str:
        said = (("≤", self.bound), ("≥", self.least))
        return " ".join(f"{sign} {_number(bound)}" for sign, bound in said if bound is not None)

    def row(self) -> str:
        verdict = ("holds" if self.holds else "**does not hold**") if self.bounds else ""
        return f"| {self.name} | {_number(self.value)} {self.unit}".rstrip() + f" | {self.bounds} | {verdict} |"


@dataclass(frozen=True)
class Table:
    title: str
    figures: Sequence[Figure]
    note: str = ""
    commit: str = ""  # at which it was measured, if not now

    def text(self) -> str:
        rows = "\n".join(figure.row() for figure in self.figures)
        note = f"\n{self.note}\n" if self.note else ""
        return f"## {self.title}\n{note}\n| what | figure | bound | |\n| --- | --- | --- | --- |\n{rows}\n"


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or value >= 1000 else f"{value:.2f}"
