"""How the emulated org says no."""

from typing import Any


class Refused(Exception):  # noqa: N818
    """An answer in Salesforce's error envelope: [{"message", "errorCode", "fields"?}]."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        fields: list[str] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields  # only the errors that Salesforce documents with fields carry them
        self.extra = extra or {}


class NotEmulated(Refused):
    """The honest refusal: never an empty success."""

    def __init__(self, feature: str) -> None:
        super().__init__(501, "NOT_EMULATED", f"The emulated org does not emulate {feature}")
