"""The versions of the API that the org speaks."""

OLDEST, NEWEST = 31, 68
LATEST = f"{NEWEST}.0"
