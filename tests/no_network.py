"""The internet as most tests have it: no name has an address, and who trusts whom is never asked."""

import ssl

TRUST = ssl.create_default_context()  # once: reading the authorities of a machine takes longer than many a test


async def resolve(_host: str, _port: int) -> list[str]:
    return []
