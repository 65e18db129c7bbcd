"""A file cut into parts that Salesforce takes: between rows, each with the header, and the same again the next time."""

import base64
import csv
import hashlib
import io
import json

import pytest
from bulk.office import Office
from bulk.test_workflow import Hands, begin, hands

from salesforce_mcp.bulk.split import part_name
from salesforce_mcp.bulk.worker import run_step
from salesforce_mcp.bulk.workshop import PART_BYTES
from salesforce_mcp.bulk_steps import workshop_of

__all__ = ["hands"]

LIMIT = 200
ROWS = [["Ada", f"Import {number}" + '\n"quoted", ' * (number % 4)] for number in range(60)]


def text() -> str:
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([["First Name", "Last Name"], *ROWS])
    return file.getvalue()


def test_a_part_is_far_below_what_salesforce_takes() -> None:
    """150 MB counted as base64, so at most 100 MB of ours."""
    assert PART_BYTES <= 100_000_000
    assert len(base64.b64encode(bytes(3_000))) * PART_BYTES // 3_000 <= 150_000_000


async def split(office: Office, hands: Hands) -> dict[str, bytes]:
    hands.workshop = workshop_of(office.world.services, part_bytes=LIMIT)
    load = await begin(hands, office.world, text())
    await run_step(hands.workshop, {"step": "split", "job": load.id, "owner": load.owner, "round": 1})
    parts = await hands.workshop.ledger.parts(load.id)
    contents = {name: await office.files.read(name) for name in (part_name(load, part.number) for part in parts)}
    assert [hashlib.sha256(content).hexdigest() for content in contents.values()] == [part.sha256 for part in parts]
    return contents


async def test_parts_end_between_rows_repeat_the_header_and_hold_every_row_once(office: Office, hands: Hands) -> None:
    contents = await split(office, hands)
    assert len(contents) > 10
    found = []
    for content in contents.values():
        assert len(content) <= LIMIT
        header, *rows = csv.reader(content.decode().splitlines(keepends=True))
        assert header == ["FirstName", "LastName"]
        found += rows
    assert found == ROWS


async def test_a_file_is_cut_the_same_way_every_time(office: Office, hands: Hands) -> None:
    first = await split(office, hands)
    assert await split(office, hands) == first


@pytest.mark.parametrize("number", [1, 3])
async def test_a_row_is_found_again_by_its_number_in_the_file(office: Office, hands: Hands, number: int) -> None:
    await split(office, hands)
    [part, *_] = [one for one in await hands.workshop.ledger.parts("job-" + "0" * 32) if one.number == number]
    before = [one for one in await hands.workshop.ledger.parts("job-" + "0" * 32) if one.number < number]
    assert part.first == sum(one.rows for one in before) + 1


@pytest.mark.parametrize("said", ["The requested resource does not exist", "It is gone."])
async def test_what_may_have_been_written_is_told_in_a_sentence_of_its_own(
    office: Office, hands: Hands, said: str
) -> None:
    load = await begin(hands, office.world, text())
    await run_step(hands.workshop, {"step": "split", "job": load.id, "owner": load.owner, "round": 1})
    part, *_ = await hands.workshop.ledger.parts(load.id)
    await hands.workshop.ledger.change_part(part, closed=True)
    failed = {"error": "Refused", "cause": json.dumps({"errorMessage": said})}
    await run_step(
        hands.workshop, {"step": "give_up", "job": load.id, "owner": load.owner, "part": part.number, **failed}
    )
    told = (await hands.workshop.ledger.part(load.id, part.number)).message
    assert told.startswith(f"{said.rstrip('.')}. Salesforce may have written rows")
