"""One believable company's records."""

from salesforce_emulator.org import Org


def fill(org: Org) -> None:
    pass
