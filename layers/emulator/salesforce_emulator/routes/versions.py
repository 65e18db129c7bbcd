"""API versions: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_versions.htm"""

import re

from starlette.requests import Request
from starlette.responses import Response

from salesforce_emulator.api_versions import NEWEST, OLDEST
from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.call import NOT_FOUND, Answer, Call
from salesforce_emulator.routes.rendering import render

RETIRED = range(7, OLDEST)
DEPRECATED = range(OLDEST, 41)
VERSION = re.compile(r"v(\d{1,3})\.(\d)", re.IGNORECASE)
SEASONS = ("Spring", "Summer", "Winter")

NAMES = """
    actions analytics appMenu chatter commerce compactLayouts composite connect consent contact-tracing dedupe domino
    eclair emailConnect folders graphql jobs jsonxform knowledgeManagement licensing limits localizedvalue metadata
    mobile parameterizedSearch payments process query queryAll quickActions recent scheduling search sobjects support
    tabs theme tooling ui-api wave
""".split()  # noqa: SIM905 - a list to read


async def every(request: Request) -> Response:
    """GET /services/data: the only data resource that needs no session."""
    return render(
        Answer(200, [_described(number) for number in range(OLDEST, NEWEST + 1)], root="Version"), request.headers
    )


def resources(call: Call) -> Answer:
    """GET /services/data/vXX.X"""
    paths = {name: call.url(name) for name in NAMES}
    # An absolute URL that answers: clients ask it who they are.
    paths["identity"] = f"{call.base_url}/id/{call.org.organization_id}/{call.caller.user_id}"
    return Answer(200, dict(sorted(paths.items())), root="Resources")


def composite_resources(call: Call) -> Answer:
    """GET /composite"""
    names = ("batch", "graph", "sobjects", "tree")
    return Answer(200, {name: call.url("composite", name) for name in names}, root="Resources")


def job_resources(call: Call) -> Answer:
    """GET /jobs"""
    return Answer(200, {name: call.url("jobs", name) for name in ("ingest", "query")}, root="Resources")


def supported(segment: str) -> str:
    """The version in a path such as /services/data/v68.0, if it is served."""
    found = VERSION.fullmatch(segment)
    number = int(found[1]) if found and found[2] == "0" else 0
    if number in RETIRED:
        raise Refused(
            410, "UNSUPPORTED_API_VERSION", f"API version {number}.0 is retired: use {OLDEST}.0 to {NEWEST}.0"
        )
    if not OLDEST <= number <= NEWEST:
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    return f"{number}.0"


def label(number: int) -> str:
    """Three releases a year; Winter is named for the year to come. 31 is Summer '14."""
    year, season = divmod(number - 30, 3)
    name = SEASONS[season]
    return f"{name} '{14 + year + (name == 'Winter')}"


def _described(number: int) -> dict[str, str]:
    return {"label": label(number), "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
