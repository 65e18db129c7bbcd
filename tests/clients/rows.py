"""Rows as the tools give them (columns once) beside rows as the org gives them (a dictionary each)."""

from typing import Any

ACCOUNTS = "SELECT Name, Industry FROM Account ORDER BY Name LIMIT 5"


def as_records(page: dict[str, Any]) -> list[dict[str, Any]]:
    """`columns` and `rows` of a result, put together."""
    return [dict(zip(page["columns"], row, strict=True)) for row in page["rows"]]
