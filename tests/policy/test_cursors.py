"""A cursor opens for the person it was given to, and for nobody else."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.policy.cursors import Cursors

OLD, NEW = "an old key, long enough to be a key", "a new key, long enough to be one too"


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=20) | st.none()), st.text(min_size=1))
def test_what_was_sealed_is_opened(position: dict[str, object], owner: str) -> None:
    cursors = Cursors([NEW])
    owner = owner.encode("utf-8", "ignore").decode()
    assert cursors.open(cursors.seal(position, owner=owner), owner=owner) == position


def test_it_opens_for_its_owner_only() -> None:
    cursor = Cursors([NEW]).seal({"l": "01g"}, owner="org/one")
    with pytest.raises(InvalidInput):
        Cursors([NEW]).open(cursor, owner="org/other")


def test_a_cursor_sealed_before_the_key_was_rotated_still_opens() -> None:
    cursor = Cursors([OLD]).seal({"l": "01g"}, owner="one")
    assert Cursors([NEW, OLD]).open(cursor, owner="one") == {"l": "01g"}
    with pytest.raises(InvalidInput):
        Cursors([NEW]).open(cursor, owner="one")


def test_no_byte_of_it_can_be_changed() -> None:
    cursors = Cursors([NEW])
    sealed = urlsafe_b64decode(cursors.seal({"l": "01g"}, owner="one") + "==")
    for position in range(len(sealed)):
        altered = bytearray(sealed)
        altered[position] ^= 1
        with pytest.raises(InvalidInput):
            cursors.open(urlsafe_b64encode(altered).decode(), owner="one")


def test_two_cursors_of_one_place_differ_and_show_nothing() -> None:
    cursors = Cursors([NEW])
    one, other = (cursors.seal({"l": "01gLOCATOR"}, owner="one") for _ in range(2))
    assert one != other
    assert b"LOCATOR" not in urlsafe_b64decode(one + "==")


@given(st.text(max_size=60))
def test_any_other_text_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Cursors([NEW]).open(text, owner="one")
    assert refused.value.code == "INVALID_CURSOR"
    assert refused.value.hint
