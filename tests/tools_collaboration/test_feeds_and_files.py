"""Posts and files at records: what was given is in the org, what is read is what is there."""

import base64

import pytest
from fake_clock import FakeClock
from server.world import READ_ONLY, SALES, World, world_of

from salesforce_emulator import ids
from salesforce_emulator.org import Org

ALL = "/mcp/x/collaboration"


def account(world: World) -> str:
    return str(world.rows('SELECT Id FROM "Account" WHERE IsDeleted = 0 ORDER BY Id LIMIT 1')[0][0])


async def test_a_post_and_its_answer_are_read_again(world: World) -> None:
    record = account(world)
    async with world.client(path=ALL) as client:
        post = await client.call_tool("postToFeed", {"recordId": record, "text": "Visited them today"})
        assert not post.is_error, post.content[0].text
        link = await client.call_tool("postToFeed", {"recordId": record, "text": "see", "link": "https://a.example/x"})
        answer = await client.call_tool(
            "postToFeed", {"recordId": post.structured_content["postId"], "text": "And what did they say?"}
        )
        read = await client.call_tool("readFeed", {"recordId": record})
    assert not link.is_error, link.content[0].text
    assert not answer.is_error, answer.content[0].text
    query = 'SELECT ParentId, Body FROM "FeedItem" WHERE Id = ?'
    assert world.rows(query, post.structured_content["postId"]) == [(record, "Visited them today")]
    assert "And what did they say?" in read.content[0].text
    assert "https://a.example/x" in read.content[0].text
    assert len(world.salesforce_requests) == 4


async def test_a_text_file_is_attached_listed_and_read(world: World) -> None:
    record = account(world)
    async with world.client(SALES, path=ALL) as client:
        given = await client.call_tool("uploadFile", {"recordId": record, "fileName": "notes.txt", "text": "Grüße ✓"})
        assert not given.is_error, given.content[0].text
        files = await client.call_tool("readFiles", {"recordId": record})
        row = dict(zip(files.structured_content["columns"], files.structured_content["rows"][0], strict=True))
        read = await client.call_tool("readFiles", {"fileId": row["ContentDocumentId"]})
    stored = world.rows(
        'SELECT VersionData, Title FROM "ContentVersion" WHERE Id = ?', given.structured_content["versionId"]
    )
    assert stored == [("Grüße ✓".encode(), "notes")]
    assert (row["ContentDocument.Title"], row["ContentDocument.FileExtension"]) == ("notes", "txt")
    assert read.structured_content["text"] == "Grüße ✓"
    assert read.structured_content["file"] == "notes.txt"
    assert len(world.salesforce_requests) == 4


@pytest.mark.parametrize("content", [("ü✓😀" * 3000).encode(), bytes(range(256)) * 60])
async def test_a_long_file_arrives_whole_in_parts(org: Org, clock: FakeClock, content: bytes) -> None:
    async with world_of(org, clock=clock, result_tokens=2_000) as small, small.client(path=ALL) as client:
        given = {
            "recordId": account(small),
            "fileName": "long.bin",
            "base64Content": base64.b64encode(content).decode(),
        }
        file = (await client.call_tool("uploadFile", given)).structured_content["versionId"]
        read, offset = b"", 0
        for _ in range(40):
            result = await client.call_tool("readFiles", {"fileId": file, "offset": offset})
            assert not result.is_error, result.content[0].text
            told = result.structured_content
            read += told["text"].encode() if "text" in told else base64.b64decode(told["base64"])
            if "nextOffset" not in told:
                break
            offset = told["nextOffset"]
    assert read == content


@pytest.mark.parametrize(
    ("name", "given", "named"),
    [
        ("postToFeed", {"recordId": "nowhere", "text": "t"}, "record id"),
        ("postToFeed", {"recordId": ids.make("001", 99_999), "text": "t"}, "cross reference"),
        ("postToFeed", {"recordId": ids.make("001", 1), "text": "t", "link": "javascript:alert(1)"}, "link"),
        ("postToFeed", {"recordId": ids.make("0D5", 99_999), "text": "t"}, ""),
        ("postToFeed", {"recordId": ids.make("0D5", 1), "text": "t", "link": "https://a.example"}, "shares no link"),
        ("uploadFile", {"recordId": ids.make("001", 1), "fileName": "a.txt"}, "text or base64Content"),
        ("uploadFile", {"recordId": ids.make("001", 1), "fileName": "a.b", "base64Content": "%%"}, "not base64"),
        ("uploadFile", {"recordId": ids.make("001", 99_999), "fileName": "a.txt", "text": "t"}, ""),
        ("readFiles", {"fileId": ids.make("069", 99_999)}, "no such file"),
        ("readFiles", {}, "recordId or fileId"),
        ("readFiles", {"recordId": ids.make("001", 1), "fileId": ids.make("069", 1)}, "recordId or fileId"),
    ],
)
async def test_what_cannot_be_done_leaves_nothing(
    world: World, name: str, given: dict[str, object], named: str
) -> None:
    tables = ("FeedItem", "FeedComment", "ContentVersion")
    before = [world.rows(f'SELECT count(*) FROM "{table}"') for table in tables]  # noqa: S608 - the test's own
    async with world.client(path=ALL) as client:
        result = await client.call_tool(name, given)
    assert result.is_error
    assert named in result.content[0].text
    assert [world.rows(f'SELECT count(*) FROM "{table}"') for table in tables] == before  # noqa: S608


async def test_who_may_only_read_attaches_nothing(world: World) -> None:
    before = world.rows('SELECT count(*) FROM "ContentVersion"')
    async with world.client(READ_ONLY, path=ALL) as client:
        result = await client.call_tool("uploadFile", {"recordId": account(world), "fileName": "a.txt", "text": "t"})
    assert result.is_error
    assert world.rows('SELECT count(*) FROM "ContentVersion"') == before


async def test_a_post_is_read_by_its_own_id_with_its_comments(world: World) -> None:
    account = world.rows('SELECT Id FROM "Account" WHERE IsDeleted = 0 LIMIT 1')[0][0]
    async with world.client(path="/mcp/x/collaboration") as client:
        post = (await client.call_tool("postToFeed", {"recordId": account[:15], "text": "News"})).structured_content
        await client.call_tool("postToFeed", {"recordId": post["postId"][:15], "text": "Good"})
        read = (await client.call_tool("readFeed", {"recordId": post["postId"]})).structured_content
    row = dict(zip(read["columns"], read["rows"][0], strict=True))
    assert (len(read["rows"]), row["Body"]) == (1, "News")
    assert row["FeedComments"]["rows"][0][0] == "Good"
