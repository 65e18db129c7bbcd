"""CSV as people send it: read as it was meant, or refused with the row and the column."""

import random
from collections.abc import Callable

import pytest
from full_counts import full

from salesforce_mcp.bulk.csv_rows import Block, CsvRows, Row
from salesforce_mcp.errors import Failure, InvalidInput

HEAD = b"FirstName,LastName,Email\n"
ROW = b"Ada,Lovelace,ada@example.com\n"


def rows(content: bytes, *, delimiter: str = "", piece: int = 7) -> list[Row]:
    pieces = [content[at : at + piece] for at in range(0, len(content), piece)]
    return list(CsvRows(pieces, delimiter=delimiter))


READ = {
    "byte order mark": b"\xef\xbb\xbf" + HEAD + ROW,
    "carriage returns": HEAD.replace(b"\n", b"\r\n") + ROW.replace(b"\n", b"\r\n"),
    "old carriage returns": HEAD.replace(b"\n", b"\r") + ROW.replace(b"\n", b"\r"),
    "mixed line ends": HEAD + ROW.replace(b"\n", b"\r\n"),
    "no last line end": HEAD + ROW.strip(),
    "blank lines": b"\n" + HEAD + b"\n" + ROW + b"\r\n\n",
    "semicolons": HEAD.replace(b",", b";") + ROW.replace(b",", b";"),
    "tabs": HEAD.replace(b",", b"\t") + ROW.replace(b",", b"\t"),
    "pipes": HEAD.replace(b",", b"|") + ROW.replace(b",", b"|"),
    "carets": HEAD.replace(b",", b"^") + ROW.replace(b",", b"^"),
    "backquotes": HEAD.replace(b",", b"`") + ROW.replace(b",", b"`"),
    "everything in quotes": b'"FirstName","LastName","Email"\n"Ada","Lovelace","ada@example.com"\n',
    "spaces around names": b" FirstName , LastName, Email \n" + ROW,
}


@pytest.mark.parametrize("content", READ.values(), ids=READ)
@pytest.mark.parametrize("piece", [1, 7, 10_000])
def test_it_is_read_as_it_was_meant(content: bytes, piece: int) -> None:
    [row] = rows(content, piece=piece)
    assert (row.number, list(row.cells), row.problem) == (1, ["Ada", "Lovelace", "ada@example.com"], "")


KEPT = {
    "line break in quotes": (b'"A\r\nB",x,y\n', "A\r\nB"),
    "comma in quotes": (b'"Lovelace, Ada",x,y\n', "Lovelace, Ada"),
    "quote in quotes": (b'"say ""hi""",x,y\n', 'say "hi"'),
    "quote inside a value": (b'5" pipe,x,y\n', '5" pipe'),
    "a formula": (b"=1+1,x,y\n", "=1+1"),
    "the mark for nothing": (b"#N/A,x,y\n", "#N/A"),
    "a line separator": ("a\u2028b,x,y\n".encode(), "a\u2028b"),
    "an emoji": ("🎈,x,y\n".encode(), "🎈"),
    "131,000 characters": (b"a" * 131_000 + b",x,y\n", "a" * 131_000),
}


@pytest.mark.parametrize(("line", "value"), KEPT.values(), ids=KEPT)
@pytest.mark.parametrize("piece", [5, 100_000])
def test_a_value_comes_through_unchanged(line: bytes, value: str, piece: int) -> None:
    assert [row.cells[0] for row in rows(HEAD + line, piece=piece)] == [value]


ISOLATED = {
    "too few values": (b"Ada,Lovelace\n", "has 2 values for 3 columns: it ends before Email"),
    "too many values": (b"Ada,Lovelace,a@b.c,more\n", "has 4 values for 3 columns: it goes on into column 4"),
    "NUL": (b"Ada,Love\x00lace,a@b.c\n", "LastName: holds a NUL character"),
}


@pytest.mark.parametrize(("line", "problem"), ISOLATED.values(), ids=ISOLATED)
def test_a_bad_row_is_put_aside_with_its_number_and_column(line: bytes, problem: str) -> None:
    found = rows(HEAD + ROW + line + ROW)
    assert [row.problem for row in found] == ["", problem, ""]
    assert [row.number for row in found] == [1, 2, 3]


REFUSED = {
    "empty": (b"", "EMPTY_CSV", "empty"),
    "only blank lines": (b"\n\r\n\n", "EMPTY_CSV", "empty"),
    "a name twice": (b"Email,LastName,email\n", "DUPLICATE_COLUMN", "'email' 2 times"),
    "a column without a name": (b"Email,,LastName\n", "MISSING_COLUMN_NAME", "Column 2"),
    "NUL in the header": (b"Email,Last\x00Name\n", "INVALID_CHARACTER", "Column 2"),
    "UTF-16": ("Email,LastName\na,b\n".encode("utf-16"), "NOT_UTF8", "UTF-16"),
    "Windows-1252": (HEAD + ROW + "Zoë,Müller,z@b.c\n".encode("cp1252"), "NOT_UTF8", "Line 3"),
    "half a character": (HEAD + b"\xed\xa0\x80,b,c\n", "NOT_UTF8", "Line 2"),
    "a quote never closed": (HEAD + ROW + b'"Ada,Lovelace,a@b.c\n' + ROW, "INVALID_CSV", "never closed"),
    "text after a quote": (HEAD + b'"Ada"x,Lovelace,a@b.c\n', "INVALID_CSV", "Line 2"),
    "a value too long": (HEAD + b"a" * 131_073 + b",b,c\n", "INVALID_CSV", "longer than 131,072"),
}


@pytest.mark.parametrize(("content", "code", "words"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("piece", [3, 1_000_000])
def test_what_cannot_be_read_is_refused_with_its_place(content: bytes, code: str, words: str, piece: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        rows(content, piece=piece)
    assert caught.value.code == code
    assert words in caught.value.message


@pytest.mark.parametrize("most", [1, 2, 100])
def test_rows_that_are_right_as_they_stand_pass_in_blocks_and_are_the_same_rows(most: int) -> None:
    lines = ["a;b;c\n"] * 5 + ['"a";"b\n";c\n', "a;b\n", "a,;b;c\n"] + ["ä;;#N/A\n"] * 3 + ["\n", "x;y;z"]
    content = ("A;B;C\n" + "".join(lines)).encode()
    whole = [(row.number, list(row.cells)) for row in rows(content)]
    found: list[tuple[int, list[str]]] = []
    for one in CsvRows([content]).blocks(most=most):
        if isinstance(one, Block):
            cells = [line.split(",") for line in one.text.decode().splitlines()]
            found += [(one.first + at, values) for at, values in enumerate(cells)]
            assert len(cells) == one.rows
        else:
            found.append((one.number, list(one.cells)))
    assert found == whole


def test_the_line_of_an_error_counts_what_passed_in_blocks() -> None:
    content = HEAD + ROW * 3 + b'"Ada"x,Lovelace,a@b.c\n'
    with pytest.raises(InvalidInput, match="Line 5"):
        list(CsvRows([content]).blocks(most=2))


@pytest.mark.full_counts
def test_fuzzed_files_never_break_the_reader(record_property: Callable[[str, object], None]) -> None:
    count = full(10_000, share=1_500)
    seed = random.randrange(2**32)  # noqa: S311 - chance, not secrecy
    print(f"seed {seed}")
    chance = random.Random(seed)  # noqa: S311
    alphabet = [
        b",",
        b";",
        b"\t",
        b"|",
        b'"',
        b"\n",
        b"\r",
        b"\r\n",
        b"\x00",
        b"\xff",
        b"a",
        b"#N/A",
        "ü".encode(),
        b" ",
    ]
    for _ in range(count):
        content = b"".join(chance.choice(alphabet) for _ in range(chance.randrange(60)))
        outcomes = []
        for piece in (1, 5, 1_000):
            try:
                outcomes.append([(row.number, list(row.cells), row.problem) for row in rows(content, piece=piece)])
            except Failure as failure:
                outcomes.append(failure.code)
        assert outcomes[0] == outcomes[1] == outcomes[2], content
        assert counted_in_blocks(content) == (len(outcomes[0]) if isinstance(outcomes[0], list) else None), content
    record_property("fuzzed CSV files: read or refused", count)


def counted_in_blocks(content: bytes) -> int | None:
    """None of a file that is refused: which of its faults is named first depends on how far was read."""
    try:
        return sum(one.rows if isinstance(one, Block) else 1 for one in CsvRows([content]).blocks(most=3))
    except Failure:
        return None
