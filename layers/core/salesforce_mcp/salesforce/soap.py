"""What only the SOAP API can do: convert leads, merge, undelete, find duplicates.

An answer is translated into what REST would have said, so that retries and refusals have one table, not two.
https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_list.htm
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from salesforce_mcp.errors import Failure, SignInRequired
from salesforce_mcp.salesforce.bearer import RENEWALS
from salesforce_mcp.salesforce.failures import failure_from, failure_of
from salesforce_mcp.salesforce.paths import api_name, record_id
from salesforce_mcp.salesforce.retry import Kind, Patience, answer_to
from salesforce_mcp.salesforce.session import Credential, Session
from salesforce_mcp.salesforce.soap_xml import UnreadableError, body_in, element, elements, envelope
from salesforce_mcp.salesforce.wire import body_of, codes_of, xml_request

# A fault is always HTTP 500; its code says what REST would have answered.
_STATUS = {
    "INVALID_SESSION_ID": 401,
    "INVALID_OPERATION_WITH_EXPIRED_PASSWORD": 401,
    "UNSUPPORTED_API_VERSION": 410,
    "SERVER_UNAVAILABLE": 503,
    "UNKNOWN_EXCEPTION": 500,
    "NOT_EMULATED": 501,
}


@dataclass(frozen=True)
class Api:
    """One of the SOAP APIs: the last part of its address, and the namespace of its elements."""

    path: str
    namespace: str


PARTNER = Api("u", "urn:partner.soap.sforce.com")


@dataclass(frozen=True)
class Conversion:
    """A lead to convert; what is None is left to Salesforce."""

    lead_id: str
    status: str
    account_id: str | None = None
    contact_id: str | None = None
    owner_id: str | None = None
    opportunity_name: str | None = None
    without_opportunity: bool = False
    allow_duplicates: bool = False

    def as_data(self) -> dict[str, Any]:
        """In the order of the WSDL, which the platform insists on."""
        return {
            "urn:accountId": self.account_id,
            "urn:bypassAccountDedupeCheck": self.allow_duplicates,
            "urn:bypassContactDedupeCheck": self.allow_duplicates,
            "urn:contactId": self.contact_id,
            "urn:convertedStatus": self.status,
            "urn:doNotCreateOpportunity": self.without_opportunity,
            "urn:leadId": self.lead_id,
            "urn:opportunityName": None if self.without_opportunity else self.opportunity_name,
            "urn:overwriteLeadSource": False,
            "urn:ownerId": self.owner_id,
            "urn:sendNotificationEmail": False,
        }


@dataclass(frozen=True)
class Outcome:
    """What became of one of the records of a SOAP call: the fields of its result, or why it was refused."""

    fields: Mapping[str, Any]
    failure: Failure | None = None

    def one(self, name: str) -> str | None:
        found = self.fields.get(name) or [None]
        return found[0] or None

    def all(self, name: str) -> list[Any]:
        return [value for value in self.fields.get(name) or [] if value]


class Soap:
    """One user's way to the SOAP API of one org."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        credential: Credential,
        *,
        version: Callable[[], Awaitable[str]],
        patience: Patience,
    ) -> None:
        self._http = http
        self._credential = credential
        self._version = version
        self._patience = patience

    async def convert_leads(self, conversions: Sequence[Conversion]) -> list[Outcome]:
        body = "".join(element("urn:leadConverts", conversion.as_data()) for conversion in conversions)
        return await self._call(Kind.CREATE, "convertLead", body)

    async def send_email(self, message: Mapping[str, Any]) -> None:
        """Send one message; its elements in the order of the WSDL, those of the base type first."""
        named = {f"urn:{name}": value for name, value in message.items()}
        body = f'<urn:messages xsi:type="urn:SingleEmailMessage">{elements(named)}</urn:messages>'
        outcome = (await self._call(Kind.CREATE, "sendEmail", body))[0]
        if outcome.failure:
            raise outcome.failure

    async def merge(
        self, name: str, master_id: str, losers: Sequence[str], fields: Mapping[str, Any] | None = None
    ) -> Outcome:
        """Merge at most two records into the master; `fields` are values that the master takes."""
        cleared = [field for field, value in (fields or {}).items() if value is None]
        kept = {f"so:{api_name(field)}": value for field, value in (fields or {}).items() if value is not None}
        master = element("so:type", api_name(name)) + element("so:fieldsToNull", list(map(api_name, cleared)))
        master += element("so:Id", record_id(master_id)) + elements(kept)
        merged = element("urn:recordToMergeIds", [record_id(loser) for loser in losers])
        request = f'<urn:masterRecord xsi:type="so:sObject">{master}</urn:masterRecord>{merged}'
        return (await self._call(Kind.CREATE, "merge", f"<urn:request>{request}</urn:request>"))[0]

    async def undelete(self, identifiers: Sequence[str], *, all_or_none: bool) -> list[Outcome]:
        headers = f"<urn:AllOrNoneHeader>{element('urn:allOrNone', all_or_none)}</urn:AllOrNoneHeader>"
        ids = element("urn:ids", [record_id(identifier) for identifier in identifiers])
        # Undeleting twice ends in the same state.
        return await self._call(Kind.WRITE, "undelete", ids, headers=headers)

    async def find_duplicates_by_ids(self, identifiers: Sequence[str]) -> list[Outcome]:
        ids = element("urn:ids", [record_id(identifier) for identifier in identifiers])
        return await self._call(Kind.READ, "findDuplicatesByIds", ids)

    async def _call(self, kind: Kind, operation: str, body: str, *, headers: str = "") -> list[Outcome]:
        return [outcome_of(result) for result in await self.results(kind, operation, body, headers=headers)]

    async def results(
        self, kind: Kind, operation: str, body: str, *, headers: str = "", api: Api = PARTNER
    ) -> list[dict[str, Any]]:
        """What a call answered, as it stands there; a fault is raised."""
        session = await self._credential.session()
        response = await self._answer(session, kind, operation, body, headers, api)
        for _ in range(RENEWALS):
            if "INVALID_SESSION_ID" not in codes_of(response):
                break
            session = await self._credential.renew(session)
            response = await self._answer(session, kind, operation, body, headers, api)
        if "INVALID_SESSION_ID" in codes_of(response):
            raise SignInRequired("Salesforce refused the renewed session", hint="Sign in again.")
        if response.is_error:
            raise failure_of(response)
        found: list[dict[str, Any]] = body_of(response)["result"]
        return found

    async def _answer(
        self, session: Session, kind: Kind, operation: str, body: str, headers: str, api: Api
    ) -> httpx.Response:
        address = f"{session.instance_url}/services/Soap/{api.path}/{await self._version()}"
        content = envelope(session.access_token.reveal(), operation, body, headers=headers, namespace=api.namespace)

        async def send(seconds: float) -> httpx.Response:
            response = await self._http.send(xml_request(address, content, seconds=seconds), follow_redirects=False)
            await response.aread()
            return _as_rest(response)

        return await answer_to(send, kind, self._patience)


def _as_rest(response: httpx.Response) -> httpx.Response:
    """The answer as REST would have given it; one that is no SOAP stays what it is."""
    try:
        name, found = body_in(response.content)
    except UnreadableError:
        return response
    if name != "Fault":
        return httpx.Response(200, json={"result": [entry or {} for entry in found.get("result") or []]})
    code = str((found.get("faultcode") or [""])[0] or "").rpartition(":")[2]
    words = str((found.get("faultstring") or [""])[0] or "").removeprefix(f"{code}: ")
    return httpx.Response(_STATUS.get(code, 400), json=[{"errorCode": code, "message": words}])


def outcome_of(result: Mapping[str, Any]) -> Outcome:
    if (result.get("success") or ["true"])[0] == "true":
        return Outcome(result)
    errors = [
        {
            "errorCode": (error.get("statusCode") or [""])[0],
            "message": (error.get("message") or [""])[0],
            "fields": [field for field in error.get("fields") or [] if field],
        }
        for error in result.get("errors") or []
        if isinstance(error, dict)
    ]
    return Outcome(result, failure_from(400, errors))
