"""E-mail addresses and phone numbers: which are wrong, and how they are rightly written."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.paths import record_id, shown
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.existence import require_found
from salesforce_mcp.tools.quality.countries import code_of
from salesforce_mcp.tools.results import Table
from salesforce_mcp.tools.tool import Effect, Org, tool

_COLUMNS = ("id", "name", "field", "value", "problem", "suggestion")
_COUNTRY = {"Account": "BillingCountry", "Contact": "MailingCountry", "Lead": "Country"}


@tool(Effect.READS)
async def validateContactData(
    objectName: Literal["Contact", "Lead", "Account"],
    org: Org,
    recordIds: Annotated[list[str] | None, Field(max_length=200, description="Else the 200 changed last")] = None,
    defaultCountry: Annotated[str, Field(description="For numbers without +")] = "US",
) -> dict[str, Any]:
    """Check e-mail addresses and phone numbers; what is wrong or oddly written comes back with a suggestion."""
    region = code_of(defaultCountry)
    if region is None:
        raise InvalidInput(f"{shown(defaultCountry)} is no country", fields=["defaultCountry"], hint="Such as DE.")
    describe = await org.describe(objectName)
    checked = {field["name"]: field["type"] for field in describe["fields"] if field["type"] in ("email", "phone")}
    names = ["Id", "Name", *checked, _COUNTRY[objectName]]
    wanted = list(map(record_id, recordIds or ()))
    listed = ", ".join(map(quote_literal, wanted))
    where = f" WHERE Id IN ({listed})" if recordIds else ""
    soql = f"SELECT {', '.join(names)} FROM {objectName}{where} ORDER BY LastModifiedDate DESC LIMIT 200"  # noqa: S608
    records = (await org.query(soql)).records
    require_found(wanted, records, parameter="recordIds")
    rows = [
        (record["Id"], record["Name"], name, record[name], *found)
        for record in records
        for name, kind in checked.items()
        if record.get(name)
        for found in _problems(kind, record, name, record.get(_COUNTRY[objectName]), region)
    ]
    return {"recordsChecked": len(records), **Table(_COLUMNS, rows, len(rows)).as_data()}


def _problems(
    kind: str, record: Mapping[str, Any], name: str, country: str | None, default: str
) -> Iterator[tuple[str, str | None]]:
    value = str(record[name])
    if kind == "email":
        yield from _mail_problems(value)
    else:
        yield from _phone_problems(value, code_of(country) or default)


def _mail_problems(value: str) -> Iterator[tuple[str, str | None]]:
    from email_validator import EmailNotValidError, validate_email

    try:
        # Whether mail can be delivered is not asked: this server talks to Salesforce only.
        good = validate_email(value, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        yield str(error), None
        return
    if good != value:
        yield "written unusually", good


def _phone_problems(value: str, region: str) -> Iterator[tuple[str, str | None]]:
    import phonenumbers

    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        yield "no phone number", None
        return
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    good = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    if not phonenumbers.is_possible_number(number):
        yield f"too long or too short for {region}", None
    elif not phonenumbers.is_valid_number(number):
        yield f"not a number in use in {region}", None
    elif phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) != "+" + _digits(value):
        yield "without its country code", good


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
