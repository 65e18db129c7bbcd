"""What an invocable action is: a name, typed inputs and outputs, and a function that does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.call import Call

Values = Mapping[str, Any]
Run = Callable[[Call, Values], dict[str, Any]]


@dataclass(frozen=True)
class Parameter:
    name: str
    type: str = "STRING"  # STRING TEXTAREA BOOLEAN ID REFERENCE PICKLIST
    required: bool = False
    many: bool = False
    label: str = ""
    choices: tuple[str, ...] = ()

    def described(self) -> dict[str, Any]:
        choices = [{"active": True, "defaultValue": False, "label": one, "value": one} for one in self.choices]
        return {
            "byteLength": 0,
            "description": self.label or self.name,
            "label": self.label or self.name,
            "maxOccurs": 2000 if self.many else 1,
            "name": self.name,
            "picklistValues": choices or None,
            "required": self.required,
            "sobjectType": None,
            "type": self.type,
        }


@dataclass(frozen=True)
class Action:
    name: str
    label: str
    type: str
    inputs: tuple[Parameter, ...]
    outputs: tuple[Parameter, ...]
    run: Run

    def checked(self, given: Values) -> dict[str, Any]:
        """The inputs, with their names in canonical case and what is required there."""
        known = {one.name.lower(): one for one in self.inputs}
        values = {}
        for name, value in given.items():
            parameter = known.get(name.lower())
            if parameter is None:
                raise Refused(400, "UNKNOWN_EXCEPTION", f"The action {self.name} has no input {name}", [])
            values[parameter.name] = _fitting(parameter, value)
        missing = [one.name for one in self.inputs if one.required and values.get(one.name) in (None, "", [])]
        if missing:
            raise Refused(400, "REQUIRED_FIELD_MISSING", f"Missing required input parameter: {missing[0]}", missing)
        return values


def _fitting(parameter: Parameter, value: Any) -> Any:
    if value is None:
        return None
    if parameter.many:
        items = value if isinstance(value, list) else [value]
        return [str(one) for one in items]
    if isinstance(value, list | dict):
        raise Refused(
            400, "INVALID_INPUT", f"The input {parameter.name} must be one {parameter.type}", [parameter.name]
        )
    if parameter.type == "BOOLEAN":
        return str(value).lower() == "true"
    return str(value)
