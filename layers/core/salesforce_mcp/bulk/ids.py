"""The names of jobs and of files that are awaited: whoever does not know one cannot guess it."""

import secrets

_RANDOM = r"[0-9a-f]{32}"
JOB, UPLOAD = f"job-{_RANDOM}", f"up-{_RANDOM}"


def new_id(kind: str) -> str:
    """Such as job-…, with 128 random bits."""
    return f"{kind}-{secrets.token_hex(16)}"
