"""Text that came from the org, made fit for a message: it is data, never ours."""

import unicodedata

LONGEST = 1000

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean(text: object, *, longest: int = LONGEST) -> str:
    """Drop control and invisible characters, keep line breaks, and cap the length."""
    if not isinstance(text, str):
        return ""
    head = text[: longest * 4]  # a megabyte of message is not looked at character by character
    kept = "".join(c for c in head if c == "\n" or unicodedata.category(c) not in _INVISIBLE).strip()
    return kept if len(kept) <= longest else kept[: longest - 1] + "…"
