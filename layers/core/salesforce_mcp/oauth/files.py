"""GET /account/jobs/{job}/{kind}.csv: the results of a bulk job, for the person who started it, in this browser."""

from starlette.requests import Request
from starlette.responses import Response

from salesforce_mcp.bulk.files import slice_of
from salesforce_mcp.bulk.ledger import Ledger
from salesforce_mcp.errors import NotFound
from salesforce_mcp.oauth.account_session import account_subject
from salesforce_mcp.oauth.answers import answers_people, services_of
from salesforce_mcp.oauth.html import element
from salesforce_mcp.oauth.page import page
from salesforce_mcp.oauth.pages import nobody_page


@answers_people
async def result_file(request: Request) -> Response:
    """The file; one that is too large for an answer is given by a page, piece by piece."""
    services, subject = services_of(request), await account_subject(services_of(request), request)
    if not subject:
        return nobody_page(services.settings, by_link=True)
    job, kind, after = request.path_params["job"], request.path_params["kind"], request.query_params.get("after", "")
    load = await Ledger(services.store).load(subject, job)
    if services.uploads is None:
        raise NotFound("No files are kept here", code="FILE_NOT_FOUND")
    first = int(after) if after.isdecimal() and len(after) < 12 else 0
    content, following = await slice_of(services.uploads, load, kind, after=first)
    if following is not None and "piece" not in request.query_params:
        return _piece_page(kind, first=first, following=following)
    headers = {
        "Content-Disposition": f'attachment; filename="{job}-{kind}-{first + 1}.csv"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _piece_page(kind: str, *, first: int, following: int) -> Response:
    return page(
        "A large file",
        element("p", f"It comes in pieces, each with the header. This one: rows {first + 1:,} to {following:,}."),
        element("p", element("a", "Download this piece", href=f"{kind}.csv?after={first}&piece=1", class_="go")),
        element("p", element("a", "Go on to the next piece", href=f"{kind}.csv?after={following}")),
    )
