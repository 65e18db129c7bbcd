from random import Random

import pytest

from salesforce_emulator import ids


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("001000000000001", "001000000000001AAA"),
        ("001D000000IqhSL", "001D000000IqhSLIAZ"),
        ("012000000000000", "012000000000000AAA"),
    ],
)
def test_the_long_form_says_which_characters_are_upper_case(short: str, long: str) -> None:
    assert ids.to_18(short) == long
    assert ids.canonical(short) == ids.canonical(long) == long


@pytest.mark.parametrize(
    "text", ["", "abc", "001D000000IqhSLIAA", "001D000000IqhS-", "001D000000IqhSLIA", "001D000000IqhSé"]
)
def test_what_cannot_be_an_id_has_no_canonical_form(text: str) -> None:
    assert ids.canonical(text) is None


def test_ids_sort_in_the_order_in_which_they_were_made() -> None:
    seed = 7
    print("seed", seed)
    numbers = sorted(Random(seed).sample(range(1, 62**5), 2000))  # noqa: S311
    made = [ids.make("001", number) for number in numbers]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert all(ids.canonical(one) == one and one.startswith("001") and len(one) == 18 for one in made)
