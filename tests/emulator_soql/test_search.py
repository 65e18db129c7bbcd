"""SOSL: what is found, in which shape, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from emulator_soql.world import ACME, ANN, LABS, LEAD, PLACES, key, put

from salesforce_emulator.access import Caller
from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.org import Org
from salesforce_emulator.searches import Searches

Find = Callable[[str], list[Any]]


@pytest.fixture
def find(searches: Searches, caller: Caller) -> Find:
    """The last value of each record found."""

    def names(sosl: str) -> list[Any]:
        return [list(record.values())[-1] for record in searches.search(caller, sosl, version="68.0")["searchRecords"]]

    return names


def test_records_come_with_attributes_and_the_fields_asked_for(searches: Searches, caller: Caller) -> None:
    sosl = "FIND {ann} IN ALL FIELDS RETURNING Contact(Id, LastName, Account.Name), Lead(Id)"
    assert searches.search(caller, sosl, version="68.0") == {
        "searchRecords": [
            {
                "attributes": {"type": "Contact", "url": f"/services/data/v68.0/sobjects/Contact/{ANN}"},
                "Id": ANN,
                "LastName": "Able",
                "Account": {
                    "attributes": {"type": "Account", "url": f"/services/data/v68.0/sobjects/Account/{ACME}"},
                    "Name": "Acme",
                },
            }
        ]
    }


def test_up_to_version_36_the_answer_is_a_list(searches: Searches, caller: Caller) -> None:
    answer = searches.search(caller, "FIND {Acme} RETURNING Account", version="36.0")
    assert [record["Id"] for record in answer] == [ACME, LABS]
    assert searches.search(caller, "FIND {Acme} RETURNING Account", version="37.0")["searchRecords"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("acme", {"Acme", "acme labs"}),
        ("ACME", {"Acme", "acme labs"}),
        ("acm", set()),
        ("acm*", {"Acme", "acme labs"}),
        ("a*e", {"Acme", "acme labs"}),
        ("ac?e", {"Acme", "acme labs"}),
        ("ac?", set()),
        ("acme labs", {"acme labs"}),
        ("labs acme", {"acme labs"}),
        ('\\"labs acme\\"', {"acme labs"}),
        ('"acme labs"', {"acme labs"}),
        ('"labs acme"', set()),
        ("acme AND labs", {"acme labs"}),
        ("acme NOT labs", {"Acme"}),
        ("acme AND NOT labs", {"Acme"}),
        ("zeta OR labs", {"Zeta", "acme labs"}),
        ("(zeta OR labs) AND acme", {"acme labs"}),
        ("zeta or labs and acme", {"Zeta", "acme labs"}),
        ("O'Neil", {"O'Neil"}),
        ("O\\'Neil", {"O'Neil"}),
        ("bolt_100\\%", {"Bolt_100%"}),
        ("lightning", {"Bolt_100%"}),
        ("francisco", {"Acme"}),
        ("4155550100", {"Acme"}),
        ("\\(415\\) 555\\-0100", {"Acme"}),
        ("www.acme.example", {"Acme"}),
        ("acme \\& labs", {"acme labs"}),
        ("gone", set()),
    ],
)
def test_words_are_found_in_the_text_of_accounts(find: Find, text: str, expected: set[str]) -> None:
    assert set(find(f"FIND {{{text}}} RETURNING Account(Name)")) == expected


@pytest.mark.parametrize(
    ("group", "text", "expected"),
    [
        ("ALL", "ceo", ["Able", "Ellis"]),
        ("NAME", "ceo", []),
        ("NAME", "ann", ["Able"]),
        ("NAME", "able", ["Able"]),
        ("EMAIL", "ann", ["Able"]),
        ("EMAIL", "able", []),
        ("EMAIL", "ann@acme.example", ["Able"]),
        ("PHONE", "5550101", []),
        ("PHONE", "4155550101", ["Able"]),
        ("PHONE", "ann", []),
        ("SIDEBAR", "ann", ["Able"]),
        ("SIDEBAR", "0101", ["Able"]),
        ("SIDEBAR", "ceo", []),
    ],
)
def test_a_group_of_fields_is_searched_and_no_other(find: Find, group: str, text: str, expected: list[str]) -> None:
    assert find(f"FIND {{{text}}} IN {group} FIELDS RETURNING Contact(LastName ORDER BY LastName)") == expected


@pytest.mark.parametrize(
    ("returning", "expected"),
    [
        ("Account(Name WHERE Industry = 'Technology' AND AnnualRevenue < 600000)", ["acme labs"]),
        ("Account(Name ORDER BY Name DESC)", ["acme labs", "Acme"]),
        ("Account(Name ORDER BY Name LIMIT 1)", ["Acme"]),
        ("Account(Name ORDER BY Name LIMIT 1 OFFSET 1)", ["acme labs"]),
        ("Account(Name), Lead(Name)", ["Acme", "acme labs", "Lee Lead"]),
        ("Lead(Name), Account(Name) LIMIT 2", ["Lee Lead", "Acme"]),
        ("Account(Name), Lead(Name) LIMIT 0", []),
        ("Account(toLabel(Industry) ORDER BY Name)", ["Technology", "Technology"]),
        ("account(name order by name limit 1), LEAD(name)", ["Acme", "Lee Lead"]),
        (
            "Account(Name) WITH SNIPPET(target_length=120) WITH HIGHLIGHT WITH SPELL_CORRECTION = false LIMIT 1",
            ["Acme"],
        ),
        ("Account(Name) LIMIT 1 UPDATE TRACKING, VIEWSTAT", ["Acme"]),
        ("Place__c(Name)", []),
    ],
)
def test_each_object_has_its_own_filter_order_and_limit(find: Find, returning: str, expected: list[str]) -> None:
    assert find(f"FIND {{acme}} RETURNING {returning}") == expected


def test_without_returning_every_searchable_object_gives_ids(find: Find) -> None:
    found = find("FIND {acme OR root}")
    assert {ACME, LABS, LEAD, PLACES[0]} <= set(found)


def test_labels_come_with_the_answer_when_asked_for(searches: Searches, caller: Caller) -> None:
    answer = searches.search(caller, "FIND {zeta} RETURNING Account(Name) WITH METADATA = 'LABELS'", version="68.0")
    assert answer["metadata"] == {
        "entityetadata": [{"entityName": "Account", "fieldMetadata": [{"name": "Name", "label": "Account Name"}]}]
    }


def test_an_object_without_filter_gives_250_at_most(org: Org, find: Find) -> None:
    for number in range(300):
        put(org.connection, "Account", key("001", 900 + number), Name=f"Crowd {number}")
    assert len(find("FIND {crowd} RETURNING Account(Name)")) == 250
    assert len(find("FIND {crowd} RETURNING Account(Name ORDER BY Name)")) == 300
    assert len(find("FIND {crowd} RETURNING Account(Name LIMIT 20)")) == 20


@pytest.mark.parametrize(
    ("sosl", "code", "message"),
    [
        ("", "MALFORMED_SEARCH", "No search term found. The search term must be enclosed in braces."),
        ("FIND acme", "MALFORMED_SEARCH", "No search term found. The search term must be enclosed in braces."),
        ("FIND 'acme'", "MALFORMED_SEARCH", "No search term found. The search term must be enclosed in braces."),
        ("FIND {}", "MALFORMED_SEARCH", "No search term found. The search term must be enclosed in braces."),
        ("FIND {  }", "MALFORMED_SEARCH", "No search term found. The search term must be enclosed in braces."),
        ("FIND {*}", "MALFORMED_SEARCH", "No search term found. The search term must be enclosed in braces."),
        ("FIND {acme", "MALFORMED_SEARCH", "No search term found. The search term must be enclosed in braces."),
        ("FIND {a}", "INVALID_SEARCH", "search term must be longer than one character: a"),
        ("FIND {a*}", "INVALID_SEARCH", "search term must be longer than one character: a*"),
        ("FIND {acme AND}", "MALFORMED_SEARCH", "unexpected token: <EOF>"),
        ("FIND {OR acme}", "MALFORMED_SEARCH", "unexpected token: OR"),
        ("FIND {(acme}", "MALFORMED_SEARCH", "expecting a right parentheses"),
        ("FIND {acme)}", "MALFORMED_SEARCH", "unexpected token: )"),
        ('FIND {"acme}', "MALFORMED_SEARCH", 'unexpected token: "'),
        ("FIND {acme} IN SOME FIELDS", "MALFORMED_SEARCH", "unexpected token: 'SOME'"),
        ("FIND {acme} IN NAME", "MALFORMED_SEARCH", "unexpected token: '<EOF>'"),
        ("FIND {acme} RETURNING", "MALFORMED_SEARCH", "unexpected token: '<EOF>'"),
        ("FIND {acme} RETURNING Account(Name", "MALFORMED_SEARCH", "unexpected token: '<EOF>'"),
        ("FIND {acme} RETURNING Account()", "MALFORMED_SEARCH", "unexpected token: ')'"),
        ("FIND {acme} RETURNING Account(COUNT(Id))", "MALFORMED_SEARCH",
         "aggregate expressions are not allowed in RETURNING"),
        ("FIND {acme} RETURNING Account WITH NONSENSE", "MALFORMED_SEARCH", "unexpected token: 'NONSENSE'"),
        ("FIND {acme} LIMIT x", "MALFORMED_SEARCH", "unexpected token: 'x'"),
        ("FIND {acme} trailing", "MALFORMED_SEARCH", "unexpected token: 'trailing'"),
        ("FIND {acme} RETURNING Nope", "INVALID_TYPE", "sObject type 'Nope' is not supported."),
        ("FIND {acme} RETURNING Profile(Name)", "INVALID_TYPE", "sObject type 'Profile' is not supported."),
        ("FIND {acme} RETURNING Account(Foo)", "INVALID_FIELD", "No such column 'Foo' on entity 'Account'."),
        ("FIND {acme} RETURNING Account(Name WHERE Foo = 1)", "INVALID_FIELD",
         "No such column 'Foo' on entity 'Account'."),
    ],
)  # fmt: skip
def test_a_search_that_cannot_be_made_is_refused(
    searches: Searches, caller: Caller, sosl: str, code: str, message: str
) -> None:
    with pytest.raises(Refused) as refused:
        searches.search(caller, sosl, version="68.0")
    assert (refused.value.status, refused.value.code) == (400, code)
    assert refused.value.message.split("\n")[-1].startswith(message)


def test_an_error_points_into_the_search_as_it_was_sent(searches: Searches, caller: Caller) -> None:
    with pytest.raises(Refused) as refused:
        searches.search(caller, "FIND {acme} RETURNING Account(Foo)", version="68.0")
    assert (
        "\nFIND {acme} RETURNING Account(Foo)\n" + " " * 30 + "^\nERROR at Row:1:Column:31\n" in refused.value.message
    )


@pytest.mark.parametrize("clause", ["WITH DIVISION = 'x'", "WITH NETWORK = 'x'"])
def test_what_is_not_emulated_says_so(searches: Searches, caller: Caller, clause: str) -> None:
    with pytest.raises(NotEmulated):
        searches.search(caller, f"FIND {{acme}} RETURNING Account(Id) {clause}", version="68.0")


def test_hidden_fields_are_neither_searched_nor_shown(searches: Searches, rep: Caller, org: Org) -> None:
    hidden = rep.hidden | {"Account.BillingCity"}
    less = type(rep)(**{**vars(rep), "hidden": hidden})
    sosl = "FIND {Oakland} RETURNING Account(Name)"
    assert searches.search(rep, sosl, version="68.0")["searchRecords"]
    assert searches.search(less, sosl, version="68.0")["searchRecords"] == []
    with pytest.raises(Refused, match="No such column 'AnnualRevenue'"):
        searches.search(less, "FIND {acme} RETURNING Account(AnnualRevenue)", version="68.0")
    with pytest.raises(Refused, match="sObject type 'Campaign' is not supported"):
        searches.search(less, "FIND {acme} RETURNING Campaign(Id)", version="68.0")


def test_long_text_loses_its_operators_and_very_long_text_finds_nothing(find: Find) -> None:
    long = "labs " * 900
    assert find(f"FIND {{{long} OR zeta}} RETURNING Account(Name)") == []
    assert find(f"FIND {{{long}}} RETURNING Account(Name)") == ["acme labs"]
    assert find(f"FIND {{{'labs ' * 2100}}} RETURNING Account(Name)") == []


def test_one_letter_of_an_ideographic_script_is_a_word(org: Org, find: Find) -> None:
    put(org.connection, "Account", key("001", 77), Name="山 Trading")
    assert find("FIND {山} RETURNING Account(Name)") == ["山 Trading"]


def test_a_parameterized_search_needs_no_escaping(searches: Searches, caller: Caller) -> None:
    request = {
        "q": "O'Neil",
        "in": "NAME",
        "fields": ["Id", "Name"],
        "sobjects": [
            {"name": "Account", "fields": ["Name"], "limit": 5, "where": "Rating = 'Cold'", "orderBy": "Name DESC"}
        ],
    }
    answer = searches.parameterized(caller, request, version="68.0")
    assert [record["Name"] for record in answer["searchRecords"]] == ["O'Neil"]
    for text in ("acme & labs", "acme (labs)", "{acme} [labs]", 'acme "labs"', "acme: labs?"):
        found = searches.parameterized(caller, request | {"q": text, "sobjects": ["Account"]}, version="68.0")
        assert [record["Name"] for record in found["searchRecords"]] == ["acme labs"]


def test_a_parameterized_search_has_defaults_and_bounds(searches: Searches, caller: Caller) -> None:
    request: dict[str, Any] = {"q": "acme", "sobjects": [{"name": "Account"}, {"name": "Lead", "fields": "Id,Name"}]}
    everything = searches.parameterized(caller, request, version="68.0")["searchRecords"]
    assert [sorted(set(record) - {"attributes"}) for record in everything] == [["Id"], ["Id"], ["Id", "Name"]]
    for more, count in (
        ({"overallLimit": 1}, 1),
        ({"defaultLimit": 1}, 2),
        ({"offset": 1}, 1),
        ({"overallLimit": 0}, 0),
    ):
        assert len(searches.parameterized(caller, request | more, version="68.0")["searchRecords"]) == count
    assert len(searches.parameterized(caller, {"q": "acme"}, version="68.0")["searchRecords"]) >= 3


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({}, "MALFORMED_SEARCH"),
        ({"q": ""}, "MALFORMED_SEARCH"),
        ({"q": "a"}, "INVALID_SEARCH"),
        ({"q": 5}, "JSON_PARSER_ERROR"),
        ({"q": "acme", "in": "SOME"}, "MALFORMED_SEARCH"),
        ({"q": "acme", "sobjects": "Account"}, "JSON_PARSER_ERROR"),
        ({"q": "acme", "sobjects": [5]}, "JSON_PARSER_ERROR"),
        ({"q": "acme", "sobjects": [{}]}, "MALFORMED_SEARCH"),
        ({"q": "acme", "sobjects": [{"name": "Nope"}]}, "INVALID_TYPE"),
        ({"q": "acme", "sobjects": [{"name": "Account", "fields": ["Foo"]}]}, "INVALID_FIELD"),
        ({"q": "acme", "sobjects": [{"name": "Account", "where": "Foo"}]}, "MALFORMED_QUERY"),
        ({"q": "acme", "sobjects": [{"name": "Account", "where": "Name = 'a' LIMIT 1"}]}, "MALFORMED_QUERY"),
        ({"q": "acme", "sobjects": [{"name": "Account", "limit": -1}]}, "JSON_PARSER_ERROR"),
        ({"q": "acme", "fields": [None]}, "JSON_PARSER_ERROR"),
        ({"q": "acme", "overallLimit": "x"}, "JSON_PARSER_ERROR"),
    ],
)
def test_a_parameterized_search_that_cannot_be_made_is_refused(
    searches: Searches, caller: Caller, request_: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        searches.parameterized(caller, request_, version="68.0")
    assert (refused.value.status, refused.value.code) == (400, code)
