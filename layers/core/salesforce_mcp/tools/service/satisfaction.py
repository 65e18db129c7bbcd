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
    subjects = await org.query(f"SELECT ParentId FROM SurveySubject WHERE SubjectId = {quote_literal(case_id)}")  # noqa: S608
    if not subjects.rows:
        return {"surveys": "Nobody was asked about this case"}
    parents = _listed([str(row[0]) for row in subjects.rows])
    columns = "Id, Survey.Name, Status, CompletionDateTime"
    where = f"Id IN ({parents}) OR InvitationId IN ({parents})"
    responses = await org.query(f"SELECT {columns} FROM SurveyResponse WHERE {where} ORDER BY CreatedDate LIMIT 50")  # noqa: S608
    if not responses.rows:
        return {"surveys": "Asked, and not answered yet"}
    ids = _listed([str(row[0]) for row in responses.rows])
    columns = "ResponseId, Question.Name, ResponseValue, ChoiceValue"
    where = f"ResponseId IN ({ids}) ORDER BY CreatedDate LIMIT 500"
    answers = await org.query(f"SELECT {columns} FROM SurveyQuestionResponse WHERE {where}")  # noqa: S608
    by_response = {str(row[0]): row[1:] for row in responses.rows}
    rows = [(*by_response[str(at)], question, value or choice) for at, question, value, choice in answers.rows]
    answered = {str(row[0]) for row in answers.rows}
    rows += [(*told, None, None) for response, told in by_response.items() if response not in answered]
    columns_told = ("survey", "status", "completed", "question", "answer")
    return {"surveys": Table(columns_told, rows, len(rows)).as_data()}


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(map(quote_literal, dict.fromkeys(ids)))
