"""Metadata deployed as a zip file of components.

https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_deploy.htm
"""

import base64
import binascii
import io
import zipfile
from typing import Any

from salesforce_emulator import definitions, ids
from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.moments import stamp
from salesforce_emulator.routes.tooling.apex_tests import TESTS, outcome_of_tests
from salesforce_emulator.routes.tooling.fields import may_customize
from salesforce_emulator.soap.components import upserted
from salesforce_emulator.soap.envelope import elements, read_document, text_of
from salesforce_emulator.soap.kept_rows import apex_class
from salesforce_emulator.soap.message import Message
from salesforce_emulator.soap.metadata import FILES
from salesforce_emulator.soap.prepared import Prepared

LARGEST = 39 * 2**20
PREFIX = "0Af"


def deploy(message: Message) -> str:
    """Done at once; the status is asked for as always."""
    may_customize(message.caller)
    options = message.operation.find("DeployOptions")
    check_only = text_of(options, "checkOnly") == "true"
    tests = [one.text or "" for one in (options.findall("runTests") if options is not None else ())]
    names, files = _opened(text_of(message.operation, "ZipFile"))
    components: list[Prepared] = []
    failures: list[dict[str, Any]] = []
    for kind, name in names:
        try:
            components.append(_component(message, kind, name, files))
        except NotEmulated:
            raise
        except Refused as refused:
            path = f"{FILES[kind][0]}/{name}.{FILES[kind][1]}"
            failures.append({"componentType": kind, "fileName": path, "fullName": name, "problem": refused.message})
    tested = outcome_of_tests([one for one in tests if one in TESTS])
    unknown = [one for one in tests if one not in TESTS]
    failures += [
        {"componentType": "", "fullName": one, "problem": f"No ApexClass named {one} found"} for one in unknown
    ]
    failed = bool(failures or tested["numFailures"])
    if not failed and not check_only:
        message.site.bulk.forget()  # an open export would hold the tables
        with message.org.transaction():
            for one in components:
                one.make()
    identifier = ids.make(PREFIX, message.org.next_number(PREFIX))
    told = _told(message, identifier, components, failures, tested, check_only=check_only)
    definitions.put(message.org, identifier, told)
    return elements({"result": {"done": False, "id": identifier, "state": "Queued"}})


def check_deploy_status(message: Message) -> str:
    may_customize(message.caller)
    known = ids.canonical(text_of(message.operation, "asyncProcessId"))
    told = definitions.get(message.org, known) if known and known.startswith(PREFIX) else None
    if told is None:
        raise Refused(500, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    return elements({"result": told})


def _opened(packed: str) -> tuple[list[tuple[str, str]], dict[str, bytes]]:
    """What package.xml names, and the files."""
    try:
        content = base64.b64decode(packed, validate=True)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(one.file_size for one in archive.infolist()) > LARGEST:
                raise Refused(500, "LIMIT_EXCEEDED", "Maximum size of request reached")
            files = {one.filename: archive.read(one) for one in archive.infolist()}
    except (binascii.Error, ValueError, RuntimeError, zipfile.BadZipFile) as error:
        raise Refused(500, "INVALID_ID_FIELD", "The zip file cannot be read") from error
    if "package.xml" not in files:
        raise Refused(500, "INVALID_ID_FIELD", "No package.xml found")
    package = read_document(files["package.xml"])
    names = [
        (text_of(kind, "name"), member.text or "")
        for kind in package.findall("types")
        for member in kind.findall("members")
    ]
    for kind, _ in names:
        if kind not in FILES:
            raise NotEmulated(f"deploying metadata of type {kind or 'none'}")
    return list(dict.fromkeys(names)), files


def _component(message: Message, kind: str, name: str, files: dict[str, bytes]) -> Prepared:
    directory, suffix = FILES[kind]
    content = files.get(f"{directory}/{name}.{suffix}")
    if content is None:
        words = f"An object '{name}' of type {kind} was named in package.xml, but was not found in zipped directory"
        raise Refused(500, "INVALID_CROSS_REFERENCE_KEY", words)
    if kind == "ApexClass":
        return apex_class(message, name, content.decode("utf-8", "replace"))
    return upserted(message, kind, name, read_document(content))


def _told(
    message: Message,
    identifier: str,
    components: list[Prepared],
    failures: list[dict[str, Any]],
    tested: dict[str, Any],
    *,
    check_only: bool,
) -> dict[str, Any]:
    now, failed = stamp(message.org.now()), bool(failures or tested["numFailures"])
    done = [
        {"componentType": one.kind, "created": one.created, "fullName": one.name, "success": True} for one in components
    ]
    return {
        "checkOnly": check_only,
        "completedDate": now,
        "createdBy": message.caller.user_id,
        "createdByName": message.caller.username,
        "createdDate": now,
        "details": {
            "componentFailures": [{**one, "problemType": "Error", "success": False} for one in failures],
            "componentSuccesses": done,
            "runTestResult": {
                "failures": [
                    {key: one[key] for key in ("message", "methodName", "name", "stackTrace")}
                    for one in tested["failures"]
                ],
                "numFailures": tested["numFailures"],
                "numTestsRun": tested["numTestsRun"],
                "totalTime": tested["totalTime"],
            },
        },
        "done": True,
        "id": identifier,
        "ignoreWarnings": False,
        "lastModifiedDate": now,
        "numberComponentErrors": len(failures),
        "numberComponentsDeployed": 0 if failed else len(components),
        "numberComponentsTotal": len(components) + len(failures),
        "numberTestErrors": tested["numFailures"],
        "numberTestsCompleted": tested["numTestsRun"] - tested["numFailures"],
        "numberTestsTotal": tested["numTestsRun"],
        "rollbackOnError": True,
        "startDate": now,
        "status": "Failed" if failed else "Succeeded",
        "success": not failed,
    }
