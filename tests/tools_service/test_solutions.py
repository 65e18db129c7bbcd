"""Solutions, the older kind of knowledge: described, found, written, linked to a case."""

from server.world import ADMIN, SUPPORT, World


async def test_solutions_are_described_and_found_by_their_words(world: World) -> None:
    sosl = "FIND {recovery mode} RETURNING Solution(Id, SolutionName, SolutionNote WHERE IsPublished = TRUE)"
    async with world.client(SUPPORT) as client:
        fields = await client.call_tool("describeSolution", {})
        found = await client.call_tool("executeSearch", {"sosl": sosl})
    assert {"SolutionName", "SolutionNote"} <= {row[0] for row in fields.structured_content["rows"]}
    assert "Hold reset for ten seconds" in found.content[0].text
    assert len(world.salesforce_requests) == 2


async def test_a_solution_is_written_and_linked_to_its_case_in_one_call(world: World) -> None:
    case = world.rows('SELECT Id FROM "Case" WHERE IsClosed = 1 ORDER BY Id LIMIT 1')[0][0]
    record = {"SolutionName": "Bleed the valve", "SolutionNote": "Open it for a minute", "Status": "Draft"}
    link = {"CaseId": case, "SolutionId": "@{solution.id}"}
    operations = [
        {"operation": "create", "objectName": "Solution", "record": record, "referenceId": "solution"},
        {"operation": "create", "objectName": "CaseSolution", "record": link},
    ]
    async with world.client(ADMIN) as client:
        result = await client.call_tool("executeComposite", {"operations": operations})
    assert not result.is_error, result.content[0].text
    assert len(world.salesforce_requests) == 1
    query = 'SELECT s.SolutionName FROM "CaseSolution" l JOIN "Solution" s ON s.Id = l.SolutionId WHERE l.CaseId = ?'
    assert world.rows(query, case) == [("Bleed the valve",)]


async def test_a_solution_that_cannot_be_linked_is_not_written_either(world: World) -> None:
    before = world.writes()
    operations = [
        {
            "operation": "create",
            "objectName": "Solution",
            "record": {"SolutionName": "Lost"},
            "referenceId": "solution",
        },
        {
            "operation": "create",
            "objectName": "CaseSolution",
            "record": {"CaseId": "500E0000000zzzz", "SolutionId": "@{solution.id}"},
        },
    ]
    async with world.client(ADMIN) as client:
        result = await client.call_tool("executeComposite", {"operations": operations})
    assert result.is_error
    assert world.writes() == before
