"""Secrets that the caller already holds."""

from collections.abc import Mapping, Sequence


class LocalSecrets:
    """A name maps to one secret, or to the current one followed by the previous."""

    def __init__(self, secrets: Mapping[str, str | Sequence[str]]) -> None:
        self._secrets = {name: [value] if isinstance(value, str) else list(value) for name, value in secrets.items()}

    async def get(self, name: str) -> list[str]:
        return list(self._secrets.get(name, []))
