"""Metadata made by components and by zip files: all of it, or nothing and why."""

import base64
import io
import zipfile

import pytest
from emulator_http.world import SUPPORT
from emulator_soap.caller import Soap, errors, said

METADATA = "m/68.0"
FIELD = (
    '<urn:metadata xsi:type="urn:CustomField"><urn:fullName>{name}</urn:fullName><urn:label>A label</urn:label>'
    "<urn:length>20</urn:length><urn:type>Text</urn:type></urn:metadata>"
)
ALL_OR_NONE = "<urn:AllOrNoneHeader><urn:allOrNone>true</urn:allOrNone></urn:AllOrNoneHeader>"
PACKAGE = "<Package>{types}<version>68.0</version></Package>"
MEMBER = "<types><members>{name}</members><name>{kind}</name></types>"
TIER = (
    "<CustomMetadata><label>{label}</label>"
    "<values><field>Response_Hours__c</field><value>{hours}</value></values></CustomMetadata>"
)


def packed(files: dict[str, str]) -> str:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return base64.b64encode(target.getvalue()).decode()


def deployment(files: dict[str, str], *members: tuple[str, str], options: str = "") -> str:
    types = "".join(MEMBER.format(kind=kind, name=name) for kind, name in members)
    content = packed({**files, "package.xml": PACKAGE.format(types=types)})
    said = f"<urn:DeployOptions><urn:rollbackOnError>true</urn:rollbackOnError>{options}</urn:DeployOptions>"
    return f"<urn:deploy><urn:ZipFile>{content}</urn:ZipFile>{said}</urn:deploy>"


async def told_of(soap: Soap, operation: str) -> dict[str, str | None]:
    (begun,) = await soap.call(operation, path=METADATA)
    asked = f"<urn:asyncProcessId>{said(begun, 'id')}</urn:asyncProcessId>"
    (told,) = await soap.call(f"<urn:checkDeployStatus>{asked}</urn:checkDeployStatus>", path=METADATA)
    problem = told.find("details/componentFailures/problem")
    return {
        "status": said(told, "status"),
        "deployed": said(told, "numberComponentsDeployed"),
        "problem": problem.text if problem is not None else None,
    }


def hours(soap: Soap, name: str) -> list[tuple[float]]:
    query = 'SELECT Response_Hours__c FROM "Support_Tier__mdt" WHERE DeveloperName = ?'
    return soap.site.org.connection.execute(query, (name,)).fetchall()


@pytest.mark.parametrize(("headers", "made"), [("", True), (ALL_OR_NONE, False)], ids=["each alone", "all or none"])
async def test_one_wrong_component_spoils_the_others_only_where_that_is_asked_for(
    soap: Soap, headers: str, made: bool
) -> None:
    both = FIELD.format(name="Account.New_One__c") + FIELD.format(name="Account.Tier__c")
    good, bad = await soap.call(f"<urn:createMetadata>{both}</urn:createMetadata>", headers=headers, path=METADATA)
    assert said(good, "success") == str(made).lower()
    assert errors(bad)[0] == "DUPLICATE_DEVELOPER_NAME"
    assert (soap.site.org.schema.known("Account").field("New_One__c") is not None) is made


async def test_a_zip_file_is_deployed_whole(soap: Soap) -> None:
    files = {"customMetadata/Support_Tier.Gold.md": TIER.format(label="Gold", hours=4)}
    done = await told_of(soap, deployment(files, ("CustomMetadata", "Support_Tier.Gold")))
    assert done == {"status": "Succeeded", "deployed": "1", "problem": None}
    assert hours(soap, "Gold") == [(4.0,)]


PROBLEMS = {
    "missing file": ({}, "was not found in zipped directory"),
    "no label": ({"customMetadata/Support_Tier.Gold.md": TIER.format(label="", hours=4)}, "label"),
    "no number": ({"customMetadata/Support_Tier.Gold.md": TIER.format(label="G", hours="four")}, "is no number"),
    "no XML": ({"customMetadata/Support_Tier.Gold.md": "<a"}, "cannot be read"),
}


@pytest.mark.parametrize(("files", "problem"), PROBLEMS.values(), ids=PROBLEMS)
async def test_one_component_that_fails_keeps_all_out(soap: Soap, files: dict[str, str], problem: str) -> None:
    good = {"customMetadata/Support_Tier.Silver.md": TIER.format(label="Silver", hours=9)}
    members = (("CustomMetadata", "Support_Tier.Silver"), ("CustomMetadata", "Support_Tier.Gold"))
    told = await told_of(soap, deployment({**good, **files}, *members))
    assert (told["status"], told["deployed"]) == ("Failed", "0")
    assert problem in str(told["problem"])
    assert hours(soap, "Silver") == hours(soap, "Gold") == []


async def test_checking_only_deploys_nothing(soap: Soap) -> None:
    files = {"customMetadata/Support_Tier.Gold.md": TIER.format(label="Gold", hours=4)}
    checked = deployment(files, ("CustomMetadata", "Support_Tier.Gold"), options="<urn:checkOnly>true</urn:checkOnly>")
    assert (await told_of(soap, checked))["status"] == "Succeeded"
    assert hours(soap, "Gold") == []


EMPTY_FIELDS = (
    '<urn:metadata xsi:type="urn:CustomObject"><urn:fullName>X__c</urn:fullName>'
    "<urn:label>X</urn:label><urn:fields/></urn:metadata>"
)
BENT = {
    "no zip": ("<urn:deploy><urn:ZipFile>eA==</urn:ZipFile></urn:deploy>", "cannot be read"),
    "no base64": ("<urn:deploy><urn:ZipFile>%</urn:ZipFile></urn:deploy>", "cannot be read"),
    "no package": (f"<urn:deploy><urn:ZipFile>{packed({'a': 'b'})}</urn:ZipFile></urn:deploy>", "No package.xml"),
    "unknown type": (deployment({}, ("Layout", "x")), "NOT_EMULATED"),
    "eleven": (f"<urn:createMetadata>{FIELD.format(name='Account.A__c') * 11}</urn:createMetadata>", "At most 10"),
    "no type": ("<urn:createMetadata><urn:metadata/></urn:createMetadata>", "NOT_EMULATED"),
    "nobody's": ("<urn:checkDeployStatus><urn:asyncProcessId>x</urn:asyncProcessId></urn:checkDeployStatus>", "cross"),
}


@pytest.mark.parametrize(("operation", "words"), BENT.values(), ids=BENT)
async def test_what_cannot_be_understood_is_a_fault(soap: Soap, operation: str, words: str) -> None:
    answer = await soap.post(operation, path=METADATA)
    assert answer.status_code == 500
    assert words in answer.text


async def test_a_field_without_a_name_is_refused_and_its_object_too(soap: Soap) -> None:
    (refused,) = await soap.call(f"<urn:createMetadata>{EMPTY_FIELDS}</urn:createMetadata>", path=METADATA)
    assert said(refused, "success") == "false"
    assert soap.site.org.schema.object("X__c") is None


async def test_only_administrators_make_metadata(soap: Soap) -> None:
    support = soap.signed_in(SUPPORT)
    for operation in ("createMetadata", "deploy", "checkDeployStatus"):
        answer = await support.post(f"<urn:{operation}/>", path=METADATA)
        assert "INSUFFICIENT_ACCESS" in answer.text
