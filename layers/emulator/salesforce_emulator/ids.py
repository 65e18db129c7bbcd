"""Record ids: 15 characters that mind case, 18 that do not need to.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/field_types.htm
"""

MASTER_RECORD_TYPE = "012000000000000AAA"

# In this order the text order of two ids is the order in which they were given out.
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
POD = "E0"

UPPER = str.maketrans(DIGITS, "".join("1" if letter.isupper() else "0" for letter in DIGITS))
_ALPHABET = frozenset(DIGITS)


def to_18(short: str) -> str:
    """Append the three characters that say which of the fifteen are upper case."""
    bits = short[::-1].translate(UPPER)  # the first letter of each five is the lowest bit
    return short + CHECK[int(bits[10:], 2)] + CHECK[int(bits[5:10], 2)] + CHECK[int(bits[:5], 2)]


def canonical(text: str) -> str | None:
    """Return the 18-character form of an id in either form, or None for what cannot be an id."""
    if len(text) not in (15, 18) or not _ALPHABET.issuperset(text):
        return None
    long = to_18(text[:15])
    return long if len(text) == 15 or text[15:] == long[15:] else None


def make(prefix: str, number: int) -> str:
    """Return the id of the number-th record behind a key prefix."""
    digits = ""
    while number:
        number, place = divmod(number, 62)
        digits = DIGITS[place] + digits
    return to_18(prefix + POD + digits.rjust(10, "0"))
