"""What an action takes, as the org describes it, and whether given values fit."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.nearest import nearest
from salesforce_mcp.salesforce.paths import shown

_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_MOST_PROBLEMS = 5


@dataclass(frozen=True)
class Input:
    name: str
    type: str
    required: bool = False
    many: bool = False
    choices: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True)
class Form:
    kind: str
    name: str
    label: str
    inputs: tuple[Input, ...]
    outputs: tuple[str, ...] = ()
    writes: str = ""  # the object whose records it writes, where that is told

    def checked(self, given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The values under the names that the org uses; all that is wrong with them in one refusal."""
        known = {one.name.lower(): one for one in self.inputs}
        renamed = [{_canonical(known, name): value for name, value in values.items()} for values in given]
        problems = [
            f"inputs[{number}]: {problem}"
            for number, values in enumerate(renamed)
            for problem in _problems(self.inputs, values)
        ]
        if problems:
            more = f" … and {len(problems) - _MOST_PROBLEMS} more" if len(problems) > _MOST_PROBLEMS else ""
            raise InvalidInput(
                "; ".join(problems[:_MOST_PROBLEMS]) + more,
                code="INVALID_ACTION_INPUT",
                fields=["inputs"],
                hint=f"listActions with the name {self.name} shows its inputs. Nothing was run.",
            )
        return renamed


def of_invocable(kind: str, told: Mapping[str, Any]) -> Form:
    inputs = tuple(
        Input(
            name=str(one["name"]),
            type=str(one["type"]),
            required=bool(one.get("required")),
            many=(one.get("maxOccurs") or 1) > 1,
            choices=tuple(str(choice["value"]) for choice in one.get("picklistValues") or ()),
            label=str(one.get("label") or ""),
        )
        for one in told["inputs"]
    )
    outputs = tuple(str(one["name"]) for one in told.get("outputs") or ())
    return Form(kind, str(told["name"]), str(told["label"]), inputs, outputs)


def of_quick_action(told: Mapping[str, Any]) -> Form:
    context = Input("contextId", "ID", label=f"The {told.get('contextSobjectType') or 'record'} it starts from")
    items = [item for row in (told.get("layout") or {}).get("layoutRows") or () for item in row["layoutItems"]]
    fields = [
        _of_field(part["details"], required=bool(item.get("required")))
        for item in items
        for part in item.get("layoutComponents") or ()
        if part.get("details")
    ]
    target = str(told.get("targetSobjectType") or told.get("contextSobjectType") or "")
    return Form("quickAction", str(told["name"]), str(told["label"]), (context, *fields), writes=target)


def of_event(describe: Mapping[str, Any]) -> Form:
    fields = [
        _of_field(field, required=not field.get("nillable") and not field.get("defaultedOnCreate"))
        for field in describe["fields"]
        if field.get("createable")
    ]
    return Form("event", str(describe["name"]), str(describe["label"]), tuple(fields))


def _of_field(field: Mapping[str, Any], *, required: bool) -> Input:
    choices = tuple(str(one["value"]) for one in field.get("picklistValues") or () if one.get("active"))
    restricted = choices if field.get("restrictedPicklist") else ()
    return Input(field["name"], str(field["type"]).upper(), required, choices=restricted, label=str(field["label"]))


def _canonical(known: Mapping[str, Input], name: str) -> str:
    return known[name.lower()].name if name.lower() in known else name


def _problems(inputs: Sequence[Input], values: Mapping[str, Any]) -> Iterator[str]:
    by_name = {one.name: one for one in inputs}
    for name in values:
        if name not in by_name:
            meant = nearest(name, list(by_name))
            yield f"there is no input {shown(name)}" + (f" (did you mean {' or '.join(meant)}?)" if meant else "")
    for one in inputs:
        value = values.get(one.name)
        if value in (None, "", []):
            if one.required:
                yield f"{one.name} is required"
            continue
        for each in value if one.many and isinstance(value, list) else [value]:
            if wrong := _misfit(one, each):
                yield f"{one.name} {wrong}"


def _misfit(one: Input, value: Any) -> str:
    if one.choices and value not in one.choices:
        return f"is one of {', '.join(one.choices[:20])}"
    fits, said = _RULES.get(one.type, (_is_anything, ""))
    return "" if fits(value) else said


def _is_anything(_value: Any) -> bool:
    return True


def _is_text(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _is_moment(value: Any, kind: type[date] = datetime) -> bool:
    try:
        kind.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        return False
    return True


def _is_day(value: Any) -> bool:
    return _is_moment(value, date)


_TEXT = (_is_text, "is a text")
_NUMBER = (_is_number, "is a number")
_RECORD = (_is_id, "is a record id of 15 or 18 characters")
_RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "STRING": _TEXT,
    "TEXTAREA": _TEXT,
    "PICKLIST": _TEXT,
    "BOOLEAN": (_is_flag, "is true or false"),
    "INTEGER": _NUMBER,
    "INT": _NUMBER,
    "LONG": _NUMBER,
    "NUMBER": _NUMBER,
    "DOUBLE": _NUMBER,
    "CURRENCY": _NUMBER,
    "PERCENT": _NUMBER,
    "ID": _RECORD,
    "REFERENCE": _RECORD,
    "DATE": (_is_day, "is a date such as 2026-11-22"),
    "DATETIME": (_is_moment, "is a date and time such as 2026-11-22T14:00:00Z"),
}
