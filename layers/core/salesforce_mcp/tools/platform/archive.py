"""The zip file of a deployment: each component in its place, and the list of them.

https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/file_based_zip_file.htm
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.metadata import NAMESPACE, MetadataType
from salesforce_mcp.salesforce.nearest import nearest
from salesforce_mcp.salesforce.paths import shown
from salesforce_mcp.salesforce.soap_xml import element, elements

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_APEX = ("ApexClass", "ApexTrigger")
# Of a file whose clock stands still the same components make the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def archive(files: Mapping[str, str]) -> bytes:
    import zipfile  # needed by few calls, and not at the start

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for path, text in sorted(files.items()):
            target.writestr(zipfile.ZipInfo(path, _EPOCH), text.encode())
    return packed.getvalue()


def files_of(kind: MetadataType, name: str, content: str, *, version: str) -> dict[str, str]:
    """The files of one component by their paths."""
    if not kind.suffix or (kind.has_meta_file and kind.name not in _APEX):
        raise InvalidInput(
            f"Components of the type {kind.name} are made of several files and cannot be deployed here",
            fields=["components"],
            hint="Deploy them with the Salesforce CLI.",
        )
    if any(part in ("", ".", "..") for part in name.split("/")) or "\\" in name:
        raise InvalidInput(f"{shown(name)} is no name of a component", fields=["components"])
    path = f"{kind.directory}/{name}.{kind.suffix}"
    if not kind.has_meta_file:
        return {path: content}
    meta = elements({"apiVersion": version, "status": "Active"})
    return {path: content, f"{path}-meta.xml": f'{_HEAD}<{kind.name} xmlns="{NAMESPACE}">{meta}</{kind.name}>'}


def package(members: Sequence[tuple[str, str]], *, version: str) -> str:
    """package.xml: the names by type."""
    kinds = dict.fromkeys(kind for kind, _ in members)
    types = "".join(
        element("types", {"members": [name for each, name in members if each == kind], "name": kind}) for kind in kinds
    )
    return f'{_HEAD}<Package xmlns="{NAMESPACE}">{types}{element("version", version)}</Package>'


def custom_metadata(describe: Mapping[str, Any], label: str, record: Mapping[str, Any]) -> str:
    """A record of a custom metadata type as its component: every value with the type of its field."""
    types = {str(field["name"]): str(field["soapType"]) for field in describe["fields"] if field["custom"]}
    values = []
    for name, value in record.items():
        if name not in types:
            meant = nearest(name, list(types))
            raise InvalidInput(
                f"{describe['name']} has no field {shown(name)}",
                fields=["components"],
                hint=f"Did you mean {' or '.join(meant)}?"
                if meant
                else f"describeObject {describe['name']} shows them.",
            )
        kind = types[name] if types[name].startswith("xsd:") else "xsd:string"
        written = (
            '<value xsi:nil="true"/>'
            if value is None
            else element("value", value).replace(">", f' xsi:type="{kind}">', 1)
        )
        values.append(f"<values>{element('field', name)}{written}</values>")
    names = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
    inside = f"<label>{escape(label)}</label><protected>false</protected>{''.join(values)}"
    return f'{_HEAD}<CustomMetadata xmlns="{NAMESPACE}"{names}>{inside}</CustomMetadata>'
