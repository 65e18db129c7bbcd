"""Which right gives which."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from salesforce_mcp.policy.scopes import Scope, implied, missing

LADDER = [Scope.READ, Scope.WRITE, Scope.DELETE, Scope.ADMIN]


def test_each_right_gives_those_beneath_it() -> None:
    for lower, higher in itertools.combinations(LADDER, 2):
        assert lower in implied([higher])
        assert higher not in implied([lower])


def test_bulk_is_a_right_of_its_own() -> None:
    assert implied(["sf.bulk"]) == {Scope.BULK}
    assert Scope.BULK not in implied(["sf.admin"])


@given(st.lists(st.sampled_from([*Scope, "openid", "offline_access", "", "SF.READ"])))
def test_nothing_but_our_scopes_gives_rights_and_more_scopes_never_give_less(scopes: list[str]) -> None:
    held = implied(scopes)
    assert held <= set(Scope)
    assert implied(held) == held
    for scope in scopes:
        assert implied([scope]) <= held


def test_what_is_missing_is_named_in_a_steady_order() -> None:
    assert missing([Scope.DELETE, Scope.READ, Scope.BULK], frozenset({Scope.READ})) == (Scope.DELETE, Scope.BULK)
    assert missing([Scope.READ], implied(["sf.write"])) == ()
