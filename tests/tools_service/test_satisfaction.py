"""What customers answered when they were asked about a case."""

from typing import Any

from server.world import ADMIN, SALES, World


def admin_of(world: World) -> Any:
    return world.org.caller(world.site.user_id(ADMIN))


def add(world: World, name: str, **values: Any) -> str:
    return world.org.add(admin_of(world), name, values)


def open_case(world: World) -> str:
    query = 'SELECT Id FROM "Case" WHERE IsClosed = 0 AND Satisfaction__c IS NULL ORDER BY Id LIMIT 1'
    return str(world.rows(query)[0][0])


async def asked(world: World, case: str, *, user: str = ADMIN) -> tuple[Any, int]:
    async with world.client(user, path="/mcp/x/service") as client:
        before = len(world.salesforce_requests)
        told = await client.call_tool("getCaseTimeline", {"case": case, "satisfaction": True})
        assert not told.is_error, told.content[0].text
        return told.structured_content["satisfaction"], len(world.salesforce_requests) - before


async def test_the_answers_of_a_survey_stand_beside_the_field_that_the_org_keeps(world: World) -> None:
    case = open_case(world)
    world.org.update(admin_of(world), "Case", case, {"Satisfaction__c": 4})
    survey = add(world, "Survey", Name="After the case")
    invitation = add(world, "SurveyInvitation", Name="Invitation", SurveyId=survey)
    add(world, "SurveySubject", Name="Subject", ParentId=invitation, SubjectId=case)
    moment = "2026-11-20T10:00:00.000Z"
    done = {"Status": "Completed", "CompletionDateTime": moment}
    response = add(world, "SurveyResponse", Name="R-1", SurveyId=survey, InvitationId=invitation, **done)
    question = add(world, "SurveyQuestion", Name="How happy are you?", QuestionType="Rating")
    add(world, "SurveyQuestionResponse", ResponseId=response, QuestionId=question, ResponseValue="5")
    told, calls = await asked(world, case)
    assert told["Satisfaction__c"] == 4
    assert told["surveys"]["columns"] == ["survey", "status", "completed", "question", "answer"]
    ((name, status, _, question_name, answer),) = told["surveys"]["rows"]
    assert (name, status, question_name, answer) == ("After the case", "Completed", "How happy are you?", "5")
    assert calls <= 7


async def test_who_was_asked_and_has_not_answered(world: World) -> None:
    case = open_case(world)
    nobody, _ = await asked(world, case)
    survey = add(world, "Survey", Name="After the case")
    invitation = add(world, "SurveyInvitation", Name="Invitation", SurveyId=survey)
    add(world, "SurveySubject", Name="Subject", ParentId=invitation, SubjectId=case)
    waiting, _ = await asked(world, case)
    assert nobody == {"surveys": "Nobody was asked about this case"}
    assert waiting == {"surveys": "Asked, and not answered yet"}


async def test_more_answers_than_are_shown_are_said_to_be_there(world: World) -> None:
    case = open_case(world)
    survey = add(world, "Survey", Name="Every week")
    question = add(world, "SurveyQuestion", Name="How happy are you?", QuestionType="Rating")
    for number in range(51):
        response = add(world, "SurveyResponse", Name=f"R-{number}", SurveyId=survey, Status="Completed")
        add(world, "SurveySubject", Name="Subject", ParentId=response, SubjectId=case)
        add(world, "SurveyQuestionResponse", ResponseId=response, QuestionId=question, ResponseValue="5")
        if number == 49:
            whole, _ = await asked(world, case)
    cut, calls = await asked(world, case)
    assert "moreSurveys" not in whole
    assert len(whole["surveys"]["rows"]) == len(cut["surveys"]["rows"]) == 50
    assert "latest 50 responses and 500 answers" in cut["moreSurveys"]
    assert calls <= 7


async def test_where_nothing_is_kept_a_sentence_says_so(world: World) -> None:
    sales = world.org.caller(world.site.user_id(SALES))
    told, _ = await asked(world, world.org.insert(sales, "Case", {"Subject": "mine"}), user=SALES)
    assert "neither surveys nor such a field" in told["note"]
