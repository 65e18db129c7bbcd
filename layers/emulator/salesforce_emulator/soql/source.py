"""The text of a query, and how an error points into it."""

from dataclasses import dataclass

from salesforce_emulator.errors import Refused

# How much of the line is shown on either side of the place that is wrong.
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Source:
    """A query as it was sent."""

    text: str

    def row_and_column(self, offset: int) -> tuple[int, int]:
        line_start = self.text.rfind("\n", 0, offset) + 1
        return self.text.count("\n", 0, offset) + 1, offset - line_start + 1

    def refused(self, offset: int, message: str, code: str = "MALFORMED_QUERY") -> Refused:
        """The error with Salesforce's pointer block in front."""
        row, column = self.row_and_column(offset)
        fragment, position = self._fragment(offset)
        pointer = f"\n{fragment}\n{' ' * position}^\nERROR at Row:{row}:Column:{column}\n"
        return Refused(400, code, pointer + message)

    def unexpected(self, offset: int, token: str) -> Refused:
        return self.refused(offset, f"unexpected token: '{token}'")

    def unreadable(self, offset: int, problem: str) -> Refused:
        """The tokenizer's errors have a 0-based position and no pointer block."""
        row, column = self.row_and_column(offset)
        return Refused(400, "MALFORMED_QUERY", f"line {row}:{column - 1} {problem}")

    def _fragment(self, offset: int) -> tuple[str, int]:
        line_start = self.text.rfind("\n", 0, offset) + 1
        line_end = self.text.find("\n", offset)
        line_end = len(self.text) if line_end < 0 else line_end
        start = line_start
        if offset - line_start > _SHOWN:
            start = self._word_start(offset - _SHOWN, offset)
        end = line_end
        if line_end - offset > _SHOWN:
            end = max(self.text.rfind(" ", offset, offset + _SHOWN), self.text.rfind(",", offset, offset + _SHOWN))
            end = end if end > offset else offset + _SHOWN
        return self.text[start:end], offset - start

    def _word_start(self, earliest: int, offset: int) -> int:
        for position in range(earliest, offset):
            if self.text[position - 1] in " ,(":
                return position
        return earliest
