"""GET and POST /account/uploads/{upload}: the person chooses a file, sees what would become of it, and confirms."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from salesforce_mcp.bulk.awaited import Awaited, awaited_file, confirm
from salesforce_mcp.bulk.ledger import Ledger
from salesforce_mcp.bulk.orders import Order, content_of
from salesforce_mcp.bulk.preview import preview
from salesforce_mcp.bulk.workshop import Workshop
from salesforce_mcp.errors import InvalidInput, NotFound
from salesforce_mcp.oauth.account_session import account_form_token, account_subject, require_account_form
from salesforce_mcp.oauth.answers import answers_people, services_of
from salesforce_mcp.oauth.html import Html, element, joined
from salesforce_mcp.oauth.page import page
from salesforce_mcp.oauth.pages import nobody_page
from salesforce_mcp.oauth.parameters import read_form
from salesforce_mcp.oauth.upload_script import upload_script
from salesforce_mcp.ports import Uploads
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.services import Services

_PATH = "/account/uploads"

Work = Callable[[Request, Awaited], Awaitable[Response]]

LARGEST = 5 * 1024**3
# Without a script a file comes through us in one go, where there is no S3 that takes it.
_LARGEST_HERE = 200_000_000
_PIECE = 1_000_000
# S3 sends the browser back with this: the file went past us, and may be another than the one confirmed before.
_UPLOADED = "uploaded"


def _for_the_awaited(work: Work) -> Callable[[Request], Awaitable[Response]]:
    """Only for the person who is asked for the file."""

    @wraps(work)
    async def answer(request: Request) -> Response:
        services = services_of(request)
        subject = await account_subject(services, request)
        if not subject:
            return nobody_page(services.settings, by_link=True)
        return await work(request, await awaited_file(services.store, request.path_params["upload"], owner=subject))

    return answers_people(answer)


@_for_the_awaited
async def upload_page(request: Request, awaited: Awaited) -> Response:
    """The form; once the file is there, its columns and its first wrong rows."""
    services = services_of(request)
    if request.query_params.keys() & {"again", _UPLOADED}:
        awaited = await confirm(services.store, awaited, confirmed=False, now=int(services.clock.now()))
    if "again" in request.query_params or not await uploads_of(services).names(awaited.name):
        return await _form(request, awaited)
    return _confirmed(awaited) if awaited.confirmed else await _seen(request, awaited)


@_for_the_awaited
async def take_upload(request: Request, awaited: Awaited) -> Response:
    """The file, where it comes through us."""
    services = services_of(request)
    require_size(request, most=_LARGEST_HERE)
    async with request.form(max_files=1, max_fields=2) as form:
        file, token = form.get("file"), form.get("form")
        require_form(services, request, str(token))
        if not isinstance(file, UploadFile) or not file.size:
            raise InvalidInput("No file was chosen", hint="Go back and choose a CSV file.")
        await confirm(services.store, awaited, confirmed=False, now=int(services.clock.now()))
        await uploads_of(services).keep(awaited.name, _pieces(file))
    return RedirectResponse(path_of(awaited), status_code=303, headers={"Cache-Control": "no-store"})


@_for_the_awaited
async def confirm_upload(request: Request, awaited: Awaited) -> Response:
    """The person has seen the columns, and wants the file to be used so."""
    services = services_of(request)
    require_form(services, request, (await read_form(request)).get("form", ""))
    await confirm(services.store, awaited, confirmed=True, now=int(services.clock.now()))
    return RedirectResponse(path_of(awaited), status_code=303, headers={"Cache-Control": "no-store"})


def require_size(request: Request, *, most: int) -> None:
    """As the request itself says: nothing of what is too large is read."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or not 0 < int(length) <= most:
        megabytes = most // 1_000_000
        raise InvalidInput(
            f"This is empty or larger than the {megabytes} MB that are taken here at once",
            hint=f"Cut the file into files of less than {megabytes} MB.",
        )


def require_form(services: Services, request: Request, token: str) -> None:
    require_account_form(services, request, token, path=_PATH)


async def _form(request: Request, awaited: Awaited) -> Response:
    services = services_of(request)
    token = account_form_token(services, request, path=_PATH)
    back = f"{services.settings.public_url}{path_of(awaited)}?{_UPLOADED}=1"
    direct = await uploads_of(services).form(awaited.name, back=back)
    action = direct.action if direct else path_of(awaited)
    fields = direct.fields if direct else {"form": token}
    most = "5 GB" if direct else "200 MB"
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(action)) if direct else ""
    return page(
        "Choose a file",
        element("p", f"A CSV file in UTF-8 with the rows to {awaited.operation} as {awaited.object}."),
        element("p", "Nothing is written to Salesforce yet: first you see what each column is for.", class_="quiet"),
        element(
            "form",
            *(element("input", type="hidden", name=name, value=value) for name, value in fields.items()),
            element(
                "label", "File ", element("input", type="file", name="file", accept=".csv,text/csv", required=True)
            ),
            element("noscript", element("p", f"Up to {most} without JavaScript, up to 5 GB with it.", class_="quiet")),
            element("progress", hidden=True, value="0", aria_label="Uploaded"),
            element("p", id="said", role="status"),
            element("button", "Upload", class_="main", type="submit"),
            method="post",
            action=action,
            enctype="multipart/form-data",
            data_parts=f"{path_of(awaited)}/parts",
            data_token=token,
        ),
        script=upload_script(largest=LARGEST, connects_to=f"'self' {origin}".strip()),
        # S3 sends the browser back to us, which is a step of the form too.
        forms_to=f"'self' {origin}".strip(),
    )


async def _seen(request: Request, awaited: Awaited) -> Response:
    try:
        told = await _preview(request, awaited)
    except InvalidInput as failure:
        return page(
            "This file cannot be loaded",
            element("p", failure.in_words),
            _another(awaited),
        )
    token = account_form_token(services_of(request), request, path=_PATH)
    return page(
        "Is this right?",
        element(
            "p",
            f"{told['rows']:,} rows to {awaited.operation} as {awaited.object}, {told['wrongRows']:,} of them"
            f" wrong. {told.get('note', '')}",
        ),
        element("h2", "Columns"),
        element("dl", *(_column(column) for column in told["mapping"])),
        *([element("h2", "First wrong rows"), _wrong(told["firstWrongRows"])] if told["wrongRows"] else []),
        *_cautions(told),
        element(
            "form",
            element("input", type="hidden", name="form", value=token),
            element("button", "Use this file", class_="main", type="submit"),
            method="post",
            action=f"{path_of(awaited)}/confirm",
        ),
        _another(awaited),
    )


def _cautions(told: Mapping[str, Any]) -> Iterator[Html]:
    if blocker := told.get("blocker"):
        yield element("p", blocker["message"], class_="warning")
    if missing := told.get("missingRequiredFields"):
        yield element("p", f"No column is for {', '.join(missing)}: Salesforce asks for it.", class_="warning")
    if told["wrongRows"]:
        yield element("p", "Wrong rows are left out or refused by Salesforce, and told of afterwards.", class_="quiet")


def _confirmed(awaited: Awaited) -> Response:
    return page(
        "The file is ready",
        element(
            "p", f"Go back to the chat and say so: it can {awaited.operation} {awaited.object} with this file now."
        ),
        _another(awaited),
        mood="good",
    )


async def _preview(request: Request, awaited: Awaited) -> dict[str, Any]:
    services = services_of(request)
    credential = await request.app.state.grants.credential_of(awaited.owner)
    org = Salesforce(services.http, credential, api_version=services.settings.api_version)
    if services.jobs is None:
        raise NotFound("No files are kept here", code="FILE_NOT_FOUND")

    async def org_of(_owner: str) -> Salesforce:
        return org

    workshop = Workshop(
        ledger=Ledger(services.store),
        uploads=uploads_of(services),
        jobs=services.jobs,
        clock=services.clock,
        org_of=org_of,
    )
    order = Order(
        owner=awaited.owner,
        object=awaited.object,
        operation=awaited.operation,
        external_id=awaited.external_id,
        upload=awaited.id,
    )
    return preview(order, await content_of(workshop, org, order), await org.describe(awaited.object))


def _column(column: dict[str, Any]) -> Html:
    target = column.get("problem") or f"{column.get('field', '–')} ({column.get('why', '')})"
    return joined(element("dt", column["column"]), element("dd", target))


def _wrong(rows: list[dict[str, Any]]) -> Html:
    return element("ul", *(element("li", f"Row {row['row']}: {row['problem']}") for row in rows))


def _another(awaited: Awaited) -> Html:
    return element("p", element("a", "Choose another file", href=f"{path_of(awaited)}?again=1"))


def path_of(awaited: Awaited) -> str:
    return f"{_PATH}/{awaited.id}"


def uploads_of(services: Services) -> Uploads:
    if services.uploads is None:
        raise NotFound("No files are kept here", code="FILE_NOT_FOUND")
    return services.uploads


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(_PIECE):
        yield piece
