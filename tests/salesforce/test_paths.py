"""What a model gives as a name or an id stays one segment of the path it was meant for."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_emulator.ids import to_18
from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.paths import api_name, joined_with_references, record_id, segment

CLIMBING = [
    "../Account", "..%2fAccount", "%2e%2e", "..;/x", "a?b=c", "a#b", "a\\..\\b", "a\r\nHost: evil", "a∕b", "／", "‥",
    "a/../../b", ";x", "a b", "@evil.example", "//evil.example", "a%00b", "\0",
]  # fmt: skip


@pytest.mark.parametrize("text", CLIMBING)
def test_a_climbing_text_stays_one_segment(text):
    escaped = segment(text)
    assert not set(escaped) & set("/?#\\\r\n\0 ;")
    assert unquote(escaped) == text


@given(st.text(min_size=1).filter(lambda text: text not in (".", "..")))
def test_any_text_comes_back_from_its_segment(text):
    assert "/" not in segment(text)
    assert unquote(segment(text)) == text


@pytest.mark.parametrize("text", ["", ".", ".."])
def test_dot_segments_and_emptiness_are_refused(text):
    with pytest.raises(InvalidInput):
        segment(text)


def test_half_a_character_is_refused():
    with pytest.raises(InvalidInput):
        segment("\ud800")


@pytest.mark.parametrize("name", [*CLIMBING, "", "1Account", "Account.Name", "Kunde__ç", "a" * 121])
def test_what_cannot_be_an_api_name_is_refused_before_it_is_sent(name):
    with pytest.raises(InvalidInput) as caught:
        api_name(name)
    assert caught.value.code == "INVALID_NAME"


@pytest.mark.parametrize("text", [*CLIMBING, "", "describe", "deleted", "001", "001000000000001AA", "00100000000000-"])
def test_what_cannot_be_a_record_id_is_refused_before_it_is_sent(text):
    with pytest.raises(InvalidInput) as caught:
        record_id(text)
    assert caught.value.code == "MALFORMED_ID"


def test_names_and_ids_of_the_platform_are_taken():
    assert [api_name(name) for name in ("Account", "ns__Thing__c", "Rule__mdt")] == [
        "Account",
        "ns__Thing__c",
        "Rule__mdt",
    ]
    assert record_id("001000000000001AAA") == "001000000000001AAA"


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", min_size=15, max_size=15))
def test_both_forms_of_an_id_are_one(short):
    assert record_id(short) == to_18(short)


def test_a_composite_reference_stays_readable_only_where_it_is_meant():
    assert segment("@{acc.id}") == "%40%7Bacc.id%7D"
    assert (
        joined_with_references("Account", "@{acc.id}", "@{found.records[0].Id}")
        == "Account/@{acc.id}/@{found.records[0].Id}"
    )
    assert joined_with_references("@{acc.id}/../x") == "%40%7Bacc.id%7D%2F..%2Fx"
