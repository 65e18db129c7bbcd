"""How search shows its results: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_search_layouts.htm"""

import re
from typing import Any

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.call import Answer, Call
from salesforce_emulator.routes.conditional import quoted
from salesforce_emulator.schema.displayed import shown_fields, shown_path
from salesforce_emulator.sosl.tracking import plain, searched_by_others

ROWS = 25
ORDER = ("Account", "Contact", "Lead", "Opportunity", "Case", "Campaign", "Product2", "Task", "Event", "User")
MOST_SUGGESTED = 2000
WHOLE = re.compile(r"\d{1,9}", re.ASCII)
SHORTEST, LONGEST = 3, 250
CHANNELS = ("AllChannels", "App", "Csp", "Pkb", "Prm")


def layouts(call: Call) -> Answer:
    """GET /search/layout?q=Account,Contact"""
    names = [name.strip() for name in call.query.get("q", "").split(",") if name.strip()]
    if not names:
        raise Refused(400, "INVALID_INPUT", "The parameter q is required: names of objects")
    return Answer(200, [_layout(call, name) for name in names], root="SearchLayoutResult")


def _layout(call: Call, name: str) -> dict[str, Any]:
    one = call.org.schema.object(name)
    if one is None or not one.searchable or not call.caller.can_read(one):
        empty: dict[str, Any] = {"label": None, "limitRows": 0, "objectType": name, "searchColumns": []}
        return {"errorMsg": f"{name} has no search layout", **empty}
    columns = [
        {"field": f"{one.name}.{field.name}", "format": None, "label": field.label, "name": shown_path(field)}
        for field in shown_fields(one, call.caller)
    ]
    shown = {"limitRows": ROWS, "objectType": one.name, "searchColumns": columns}
    return {"errorMsg": None, "label": "Search Results", **shown}


def scope_order(call: Call) -> Answer:
    """GET /search/scopeOrder: the objects that the user worked with, then the usual ones"""
    worked = call.org.connection.execute(
        "SELECT object FROM _recent WHERE user_id = ? GROUP BY object ORDER BY count(*) DESC, object",
        (call.caller.user_id,),
    ).fetchall()
    names = dict.fromkeys([*(name for (name,) in worked), *ORDER])
    known = [one for one in map(call.org.schema.object, names) if one]
    seen = [one for one in known if one.searchable and call.caller.can_read(one)]
    return Answer(200, [{"type": one.name, "url": call.url("sobjects", one.name, "describe")} for one in seen])


def suggestions(call: Call) -> Answer:
    """GET /search/suggestions?q=Acm&sobject=Account"""
    text, names = call.query.get("q", "").strip(), call.query.get("sobject", "")
    if len(text) < SHORTEST or not names:
        raise Refused(400, "INVALID_SEARCH", "q of at least three characters and sobject are required")
    limit = _limit(call)
    found: list[dict[str, Any]] = []
    for name in names.split(","):
        found += _suggested(call, name.strip(), text, limit + 1)
    return Answer(200, {"autoSuggestResults": found[:limit], "hasMoreResults": len(found) > limit})


def suggested_searches(call: Call) -> Answer:
    """GET /search/suggestSearchQueries?q=app&language=en_US: what others have searched for in the knowledge base"""
    call.find_object("Knowledge__kav")
    text, language = call.query.get("q", ""), call.query.get("language", "")
    if not text or not language:
        raise Refused(400, "INVALID_SEARCH", "q and language are required")
    if len(text) > LONGEST:
        raise Refused(400, "INVALID_SEARCH", f"q must not be longer than {LONGEST} characters")
    if call.query.get("channel", "App") not in CHANNELS:
        raise Refused(400, "INVALID_SEARCH", f"channel must be one of {', '.join(CHANNELS)}")
    limit = _limit(call)
    found = []
    if len(plain(text)) >= SHORTEST:
        found = searched_by_others(call.org.connection, call.caller.user_id, text, language)
    # The platform numbers the suggestions in one object.
    numbered = {str(number): words for number, words in enumerate(found[:limit])}
    return Answer(200, {"autoSuggestResults": [numbered] if found else [], "hasMoreResults": len(found) > limit})


def _limit(call: Call) -> int:
    limit = call.query.get("limit", "5")
    if not WHOLE.fullmatch(limit) or not 0 < int(limit) <= MOST_SUGGESTED:
        raise Refused(400, "INVALID_SEARCH", f"limit must be 1 to {MOST_SUGGESTED}")
    return int(limit)


def _suggested(call: Call, name: str, text: str, limit: int) -> list[dict[str, Any]]:
    one = call.find_object(name)
    title = one.name_field.name if one.name_field else "Id"
    asked = [field.strip() for field in call.query.get("fields", "").split(",") if field.strip()]
    columns = ", ".join(
        dict.fromkeys(["Id", title, *(call.org.field(call.caller, one, field).name for field in asked)])
    )
    pattern = text.replace("%", r"\%").replace("_", r"\_")
    where = f"{title} LIKE {quoted(pattern + '%')} OR {title} LIKE {quoted('% ' + pattern + '%')}"
    if call.query.get("where"):
        where = f"({where}) AND ({call.query['where']})"
    soql = f"SELECT {columns} FROM {one.name} WHERE {where} ORDER BY {title} LIMIT {limit}"  # noqa: S608
    return list(call.site.queries.query(call.caller, soql, version=call.version)["records"])
