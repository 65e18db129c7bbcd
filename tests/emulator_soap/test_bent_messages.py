"""Whatever a client writes into a call, the answer is a result or a fault in the platform's words."""

from xml.sax.saxutils import escape

import pytest
from emulator_soap.caller import Soap, tree
from emulator_soap.test_convert_lead import admin
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesforce_emulator.org import Org

PARTS = {
    "convertLead": (
        "leadConverts",
        ["leadId", "convertedStatus", "accountId", "contactId", "opportunityId", "ownerId"],
    ),
    "merge": ("request", ["masterRecord", "recordToMergeIds"]),
    "undelete": ("ids", []),
    "emptyRecycleBin": ("ids", []),
    "findDuplicates": ("sObjects", ["type", "Id", "Name", "Email", "fieldsToNull"]),
    "findDuplicatesByIds": ("ids", []),
    "sendEmail": (
        "messages",
        ["subject", "plainTextBody", "toAddresses", "targetObjectId", "whatId", "saveAsActivity"],
    ),
    "readMetadata": ("fullNames", []),
}
VALUES = st.sampled_from(
    [
        *(
            "",
            " ",
            "x",
            "0",
            "true",
            "Account",
            "Contact",
            "Closed - Converted",
            "ada@bell.example",
            "ünï 🚀",
            "a" * 300,
        ),
        *("001000000000000AAA", "003000000000000AAA", "00Q000000000000EAA", "'; DROP TABLE Account; --"),
        "<type>Account</type><Id>001000000000000AAA</Id>",
        "<type>Account</type><Id/><Nope>1</Nope>",
    ]
)


@st.composite
def operations(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(sorted(PARTS)))
    item, parts = PARTS[name]
    items = []
    for _ in range(draw(st.integers(0, 3))):
        inner = "".join(
            f"<{part}>{value if value.startswith('<') else escape(value)}</{part}>"
            for part, value in draw(st.lists(st.tuples(st.sampled_from(parts or ["x"]), VALUES), max_size=5))
        )
        text = escape(draw(VALUES)) if not parts else inner
        items.append(f"<{item}>{text}</{item}>")
    return f"<{name}>{''.join(items)}</{name}>"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operation=operations())
async def test_bent_calls_are_answered(soap: Soap, operation: str) -> None:
    answer = await soap.post(operation)

    document = tree(answer.text)
    if answer.status_code == 500:
        code = document.findtext("Body/Fault/faultcode", "")
        assert code.startswith("sf:")
        assert code != "sf:UNKNOWN_EXCEPTION"
    else:
        assert answer.status_code == 200
        assert all(one.findtext("success") in {"true", "false"} for one in document.findall("Body/*/result"))


@pytest.mark.parametrize("name", sorted(PARTS))
async def test_nothing_is_done_without_a_session(soap: Soap, org: Org, name: str) -> None:
    admin(org)
    before = "\n".join(org.connection.iterdump())
    answer = await Soap(soap.client, soap.site, "").post(
        f"<{name}/>", path="m/60.0" if "Metadata" in name else "u/60.0"
    )

    assert answer.status_code == 500
    assert "INVALID_SESSION_ID" in answer.text
    assert "\n".join(org.connection.iterdump()) == before
