"""Text that came from the org loses what a person cannot see: it is data that anybody may have written, never ours.

Instructions hidden from the reader but not from the model travel in zero-width, bidirectional, tag and control
characters. https://www.unicode.org/reports/tr36/ §3.5-3.6
"""

import re

# CSI … final byte, OSC … terminator, and two-character escapes (ECMA-48 §5).
_TERMINAL = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|\x1b[ -~]"
)
_BREAK = re.compile("\r\n?|\x0b|\x0c|\x85|\u2028|\u2029")
_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls but tab and line feed
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5"  # soft hyphen, joiners and fillers
    "\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"  # zero-width and bidirectional
    "\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb"  # variation selectors but those of emoji
    "\ud800-\udfff"  # half characters, which JSON in UTF-8 cannot carry
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # of hieroglyphs, shorthand and music
    "\U000e0000-\U000e0fff"  # tags and more variation selectors
    "\ue000-\uf8ff\U000f0000-\U0010ffff"  # private use
    "]"
)


def visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return _INVISIBLE.sub("", _BREAK.sub("\n", _TERMINAL.sub("", text)))


def excerpt(text: object, *, longest: int = 1000) -> str:
    """Fit for a message; empty where it is no text."""
    if not isinstance(text, str):
        return ""
    kept = visible(text[: longest * 4]).strip()  # a megabyte of message is not looked at character by character
    return kept if len(kept) <= longest else kept[: longest - 1] + "…"
