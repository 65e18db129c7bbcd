"""The functions that SQLite lacks: time zones, distance and language."""

import math
import sqlite3
from datetime import datetime
from zoneinfo import ZoneInfo

_EARTH = {"km": 6371.0088, "mi": 3958.7613}


def register(connection: sqlite3.Connection) -> None:
    connection.create_function("soql_local", 2, _local, deterministic=True)
    connection.create_function("soql_distance", 5, _distance, deterministic=True)


def _local(moment: str | None, zone: str) -> str | None:
    """A stored moment as the text of a local one, for the date functions."""
    if moment is None:
        return None
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)).isoformat(timespec="milliseconds")


def _distance(
    latitude: float | None, longitude: float | None, to_latitude: float, to_longitude: float, unit: str
) -> float | None:
    """The great-circle distance, by the haversine formula."""
    if latitude is None or longitude is None:
        return None
    here, there = math.radians(latitude), math.radians(to_latitude)
    across = math.radians(to_longitude - longitude)
    half = math.sin((there - here) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(across / 2) ** 2
    return 2 * _EARTH[unit] * math.asin(min(1.0, math.sqrt(half)))
