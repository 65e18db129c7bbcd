"""What the customer of a case said when asked: in surveys, and in the fields that the org keeps for it.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_surveysubject.htm
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.soql import identifier, quote_literal
from salesforce_mcp.tools.results import Table

_FIELD = re.compile(r"satisf|csat|\bnps\b|net promoter", re.IGNORECASE)
_OBJECTS = {"SurveySubject", "SurveyResponse", "SurveyQuestionResponse"}
_MOST_RESPONSES = 50
_MOST_ANSWERS = 500
_MORE = (
    f"The latest {_MOST_RESPONSES} responses and {_MOST_ANSWERS} answers; "
    "executeQuery on SurveyResponse and SurveyQuestionResponse finds the rest."
)
_NONE = "This org keeps none that this user may see: it has neither surveys nor such a field on cases"


async def satisfaction(org: Salesforce, describe: Mapping[str, Any], case_id: str) -> dict[str, Any]:
    names = [field["name"] for field in describe["fields"] if field["custom"] and _FIELD.search(field["label"])]
    asks = {str(entry["name"]) for entry in await org.objects()} >= _OBJECTS
    if not names and not asks:
        return {"note": _NONE}
    said: dict[str, Any] = {}
    if names:
        columns = ", ".join(map(identifier, names))
        found = await org.query(f"SELECT {columns} FROM Case WHERE Id = {quote_literal(case_id)}")  # noqa: S608
        said = {name: value for name, value in found.records[0].items() if value is not None}
    return {**said, **(await _surveyed(org, case_id) if asks else {})}


async def _surveyed(org: Salesforce, case_id: str) -> dict[str, Any]:
    """A survey belongs to a case by its invitation or by its response."""
    # A row too many tells that there are more.
    latest = f"ORDER BY CreatedDate DESC LIMIT {_MOST_RESPONSES + 1}"
    subject = f"SubjectId = {quote_literal(case_id)}"
    subjects = await org.query(f"SELECT ParentId FROM SurveySubject WHERE {subject} {latest}")  # noqa: S608
    if not subjects.rows:
        return {"surveys": "Nobody was asked about this case"}
    parents = _listed([str(row[0]) for row in subjects.rows])
    columns = "Id, Survey.Name, Status, CompletionDateTime"
    where = f"Id IN ({parents}) OR InvitationId IN ({parents})"
    responses = await org.query(f"SELECT {columns} FROM SurveyResponse WHERE {where} {latest}")  # noqa: S608
    if not responses.rows:
        return {"surveys": "Asked, and not answered yet"}
    shown = responses.rows[:_MOST_RESPONSES]
    columns = "ResponseId, Question.Name, ResponseValue, ChoiceValue"
    where = f"ResponseId IN ({_listed([str(row[0]) for row in shown])})"
    limit = f"ORDER BY CreatedDate DESC LIMIT {_MOST_ANSWERS + 1}"
    answers = await org.query(f"SELECT {columns} FROM SurveyQuestionResponse WHERE {where} {limit}")  # noqa: S608
    cut = max(len(subjects.rows), len(responses.rows)) > _MOST_RESPONSES or len(answers.rows) > _MOST_ANSWERS
    rows = _together(shown, answers.rows[:_MOST_ANSWERS])
    columns_told = ("survey", "status", "completed", "question", "answer")
    return {**({"moreSurveys": _MORE} if cut else {}), "surveys": Table(columns_told, rows, len(rows)).as_data()}


def _together(responses: Sequence[Sequence[Any]], answers: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Each answer beside its survey, and the responses that answered nothing."""
    by_response = {str(row[0]): row[1:] for row in responses}
    rows = [(*by_response[str(at)], question, value or choice) for at, question, value, choice in answers]
    answered = {str(row[0]) for row in answers}
    return rows + [(*told, None, None) for response, told in by_response.items() if response not in answered]


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(map(quote_literal, dict.fromkeys(ids)))
