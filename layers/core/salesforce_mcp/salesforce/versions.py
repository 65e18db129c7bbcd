"""Which API version an org is spoken to in: the operator's, or the newest that both sides know."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from salesforce_mcp.errors import Misconfigured

# A version refused by the org shows in one of these; a 404 also stands for a path that is not there.
REFUSED = {"UNSUPPORTED_API_VERSION", "INVALID_VERSION", "NOT_FOUND"}


@dataclass
class ApiVersions:
    """What was agreed with each org, by its instance. Shared by all clients of a process."""

    agreed: dict[str, str] = field(default_factory=dict)

    def of(self, instance_url: str, wanted: str) -> str:
        return self.agreed.get(instance_url, wanted)

    def is_agreed(self, instance_url: str) -> bool:
        return instance_url in self.agreed

    def agree(self, instance_url: str, wanted: str, offered: Iterable[dict[str, Any]]) -> str:
        version = newest_known(wanted, [str(entry.get("version", "")) for entry in offered])
        self.settle(instance_url, version)
        return version

    def settle(self, instance_url: str, version: str) -> None:
        """The org has answered in this version."""
        if instance_url in self.agreed:
            return
        if len(self.agreed) >= 1000:  # the instances of one deployment are few
            self.agreed.clear()
        self.agreed[instance_url] = version


def newest_known(wanted: str, offered: Iterable[str]) -> str:
    """`wanted` if the org offers it, else the newest older one, else the oldest that there is."""
    known = sorted({version for version in offered if _is_version(version)}, key=float)
    if not known:
        raise Misconfigured("The org lists no API version", hint="Check that the instance URL is a Salesforce org.")
    older = [version for version in known if float(version) <= float(wanted)]
    return older[-1] if older else known[0]


def _is_version(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal() and text.isascii()
