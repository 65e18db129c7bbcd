"""docs/emulator.md: its text from emulator.template.md, its tables from the emulated org itself."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from string import Template

from salesforce_emulator.app import OTHER_SERVICES, RESOURCES
from salesforce_emulator.control import KNOBS
from salesforce_emulator.routes.table import Resource
from salesforce_emulator.schema.loader import load_schema
from salesforce_emulator.soap.operations import OF_METADATA, OPERATIONS

TEXT = Path(__file__).with_name("emulator.template.md")


def page() -> str:
    names = [one.name for one in load_schema()]
    return Template(TEXT.read_text()).substitute(
        resources=_table(("resource", "verbs"), map(_verbs, _answered())),
        missing=_table(("asked for", "what the refusal names"), _missing()),
        operations=_listed([*OPERATIONS, *OF_METADATA]),
        objects=_listed(sorted(names)),
        count=len(names),
        knobs=_listed(KNOBS),
    )


def _answered() -> list[Resource]:
    return [one for one in RESOURCES if one.handlers]


def _verbs(one: Resource) -> tuple[str, str]:
    return f"`{one.template or '/'}`", ", ".join(one.handlers)


def _missing() -> list[tuple[str, str]]:
    refused = sorted({(_path(one), one.feature.partition(" (")[0]) for one in RESOURCES if one.feature})
    inside = [
        (f"`{path}`", _listed(feature for _, feature in found)) for path, found in groupby(refused, lambda x: x[0])
    ]
    beside = [(f"`{path.replace('{rest:path}', '…')}`", "its own path") for path in OTHER_SERVICES]
    return [(path, names.replace("`", "")) for path, names in inside] + beside


def _path(one: Resource) -> str:
    return one.template.replace("/{rest}", "/…")


def _table(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> str:
    lines = [head, ("---", "---"), *rows]
    return "\n".join(f"| {left} | {right} |" for left, right in lines)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
