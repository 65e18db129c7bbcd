"""Cases are private: their owner, the queue they are in, everybody above these, and whom they are shared with."""

import pytest
from emulator.witness import ids, refused, signed_in, told, values

from salesforce_emulator.access import Caller
from salesforce_emulator.errors import Refused
from salesforce_emulator.org import Org

NOT_THERE = (404, "NOT_FOUND")
READ_ONLY = (403, "INSUFFICIENT_ACCESS_OR_READONLY")


def person(org: Org, name: str) -> Caller:
    return org.caller(ids(org, 'SELECT Id FROM "User" WHERE Username = ?', f"{name}@demo.example")[0])


def queue(org: Org, name: str) -> str:
    return ids(org, 'SELECT Id FROM "Group" WHERE Name = ?', name)[0]


def case_of(org: Org, owner_id: str, **fields: str) -> str:
    return org.insert(signed_in(org, "admin"), "Case", {"Subject": "Private", "OwnerId": owner_id, **fields})


def sees(org: Org, caller: Caller, case: str) -> bool:
    return org.sees(caller, org.schema.known("Case"), case)


def edits(org: Org, caller: Caller, case: str) -> tuple[int, str] | None:
    try:
        org.update(caller, "Case", case, {"Priority": "Low"})
    except Refused as refusal:
        return refusal.status, refusal.code
    return None


def test_a_case_is_its_owner_s_and_their_bosses_and_nobody_else_s(org: Org, support: Caller) -> None:
    nora, tom = person(org, "nora.patel"), person(org, "tom.becker")
    case = case_of(org, nora.user_id)
    assert [edits(org, one, case) for one in (nora, tom)] == [None, None]
    assert edits(org, support, case) == NOT_THERE
    assert not sees(org, support, case)
    gone = refused(lambda: org.read(support, "Case", case))
    assert (gone.status, gone.code) == NOT_THERE
    # Nobody below sees what is above them.
    assert not sees(org, support, case_of(org, tom.user_id))


def test_a_queue_s_case_is_its_members_and_their_bosses(org: Org, support: Caller, sales: Caller) -> None:
    ours, theirs = case_of(org, queue(org, "Support")), case_of(org, queue(org, "Escalations"))
    tom = person(org, "tom.becker")
    assert [sees(org, one, ours) for one in (support, tom, sales)] == [True, True, False]
    assert [sees(org, one, theirs) for one in (support, tom)] == [False, True]


def test_a_group_can_keep_its_cases_from_the_bosses_of_its_members(org: Org, admin: Caller, support: Caller) -> None:
    closed = org.insert(admin, "Group", {"Name": "Quiet", "Type": "Queue", "DoesIncludeBosses": False})
    org.insert(admin, "QueueSobject", {"QueueId": closed, "SobjectType": "Case"})
    org.insert(admin, "GroupMember", {"GroupId": closed, "UserOrGroupId": support.user_id})
    case = case_of(org, closed)
    assert (sees(org, support, case), sees(org, person(org, "tom.becker"), case)) == (True, False)


def test_a_group_in_a_group_shares_what_the_outer_one_has(org: Org, admin: Caller, sales: Caller) -> None:
    outer, inner = (org.insert(admin, "Group", {"Name": name, "Type": "Regular"}) for name in ("Outer", "Inner"))
    org.insert(admin, "GroupMember", {"GroupId": outer, "UserOrGroupId": inner})
    case = case_of(org, person(org, "nora.patel").user_id)
    org.insert(admin, "CaseShare", {"CaseId": case, "UserOrGroupId": outer, "CaseAccessLevel": "Read"})
    assert not sees(org, sales, case)
    org.insert(admin, "GroupMember", {"GroupId": inner, "UserOrGroupId": sales.user_id})
    assert sees(org, sales, case)


@pytest.mark.parametrize(("level", "expected"), [("Read", READ_ONLY), ("Edit", None)])
def test_a_manual_share_lets_read_or_edit(
    org: Org, support: Caller, level: str, expected: tuple[int, str] | None
) -> None:
    nora = person(org, "nora.patel")
    case = case_of(org, nora.user_id)
    share = {"CaseId": case, "UserOrGroupId": support.user_id, "CaseAccessLevel": level}
    made = org.insert(nora, "CaseShare", share)
    assert org.read(support, "Case", case, ["Subject"])["Subject"] == "Private"
    assert edits(org, support, case) == expected
    org.delete(nora, "CaseShare", made)
    assert not sees(org, support, case)
    assert org.row("CaseShare", made) is None


def test_only_full_access_shares_a_case_and_only_by_hand(org: Org, support: Caller, admin: Caller) -> None:
    nora = person(org, "nora.patel")
    case = case_of(org, nora.user_id)
    org.insert(nora, "CaseShare", {"CaseId": case, "UserOrGroupId": support.user_id, "CaseAccessLevel": "Edit"})
    onward = {"CaseId": case, "UserOrGroupId": person(org, "wei.chen").user_id, "CaseAccessLevel": "Read"}
    assert refused(lambda: org.insert(support, "CaseShare", onward)).code == "INSUFFICIENT_ACCESS_OR_READONLY"
    assert refused(lambda: org.insert(admin, "CaseShare", {**onward, "RowCause": "Owner"})).fields == ["RowCause"]
    everything = {**onward, "CaseAccessLevel": "All"}
    assert refused(lambda: org.insert(admin, "CaseShare", everything)).fields == ["CaseAccessLevel"]
    (owned,) = ids(org, "SELECT Id FROM \"CaseShare\" WHERE CaseId = ? AND RowCause = 'Owner'", case)
    assert refused(lambda: org.delete(nora, "CaseShare", owned)).code == "INSUFFICIENT_ACCESS_OR_READONLY"


def test_a_new_owner_ends_what_the_former_one_shared(org: Org, support: Caller, sales: Caller) -> None:
    nora, tom = person(org, "nora.patel"), person(org, "tom.becker")
    case = case_of(org, nora.user_id)
    org.insert(nora, "CaseShare", {"CaseId": case, "UserOrGroupId": sales.user_id, "CaseAccessLevel": "Read"})
    org.update(nora, "Case", case, {"OwnerId": tom.user_id})
    assert [sees(org, one, case) for one in (tom, nora, sales)] == [True, False, False]
    rows = org.connection.execute('SELECT UserOrGroupId, RowCause FROM "CaseShare" WHERE CaseId = ?', (case,))
    assert rows.fetchall() == [(tom.user_id, "Owner")]


def test_a_case_is_given_away_with_full_access_or_the_permission_to_transfer(org: Org, admin: Caller) -> None:
    nora, wei = person(org, "nora.patel"), person(org, "wei.chen")
    (escalation,) = ids(org, "SELECT Id FROM \"PermissionSet\" WHERE Name = 'Case_Escalation'")
    case = case_of(org, nora.user_id)
    org.insert(admin, "CaseShare", {"CaseId": case, "UserOrGroupId": wei.user_id, "CaseAccessLevel": "Edit"})
    assert refused(lambda: org.update(wei, "Case", case, {"OwnerId": wei.user_id})).status == 403
    org.insert(admin, "PermissionSetAssignment", {"PermissionSetId": escalation, "AssigneeId": wei.user_id})
    wei = org.caller(wei.user_id)
    org.update(wei, "Case", case, {"OwnerId": wei.user_id})
    assert values(org, "Case", case, "OwnerId") == {"OwnerId": wei.user_id}


def test_an_account_s_owner_reaches_its_cases_as_far_as_the_role_says(org: Org, admin: Caller, sales: Caller) -> None:
    nora, maria = person(org, "nora.patel"), person(org, "maria.lopez")
    account = org.insert(admin, "Account", {"Name": "Mine", "OwnerId": sales.user_id})
    case = case_of(org, nora.user_id, AccountId=account)
    assert (sees(org, sales, case), sees(org, maria, case)) == (True, True)
    for role in ids(org, 'SELECT Id FROM "UserRole"'):
        org.update(admin, "UserRole", role, {"CaseAccessForAccountOwner": "None"})
    assert (sees(org, sales, case), sees(org, maria, case)) == (False, False)


def test_view_all_sees_and_does_not_edit_and_modify_all_does_both(org: Org, reader: Caller, admin: Caller) -> None:
    case = case_of(org, person(org, "nora.patel").user_id)
    assert sees(org, reader, case)
    assert edits(org, reader, case) == READ_ONLY
    assert edits(org, admin, case) is None


def test_what_belongs_to_a_hidden_case_is_hidden_and_nothing_is_hung_on_it(org: Org, support: Caller) -> None:
    nora = person(org, "nora.patel")
    case = case_of(org, nora.user_id)
    comment = org.insert(nora, "CaseComment", {"ParentId": case, "CommentBody": "Secret"})
    post = org.insert(nora, "FeedItem", {"ParentId": case, "Body": "Secret"})
    for name, record_id in (("CaseComment", comment), ("FeedItem", post)):
        assert org.sees(nora, org.schema.known(name), record_id)
        assert not org.sees(support, org.schema.known(name), record_id)
    assert told(refused(lambda: org.insert(support, "CaseComment", {"ParentId": case, "CommentBody": "x"}))) == {
        "status": 400,
        "code": "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        "message": f"insufficient access rights on cross-reference id: {case[:15]}",
        "fields": [],
    }


def test_a_deleted_case_stays_private_and_comes_back_with_its_shares(org: Org, admin: Caller, support: Caller) -> None:
    nora = person(org, "nora.patel")
    case = case_of(org, nora.user_id)
    org.insert(nora, "CaseShare", {"CaseId": case, "UserOrGroupId": support.user_id, "CaseAccessLevel": "Read"})
    org.delete(admin, "Case", case)
    assert (sees(org, nora, case), sees(org, person(org, "wei.chen"), case)) == (True, False)
    assert refused(lambda: org.undelete(support, case)).code == "INSUFFICIENT_ACCESS_OR_READONLY"
    org.undelete(admin, case)
    assert sees(org, support, case)
    shares = 'SELECT RowCause FROM "CaseShare" WHERE CaseId = ? AND IsDeleted = 0 ORDER BY RowCause'
    assert ids(org, shares, case) == ["Manual", "Owner"]


def test_every_case_of_the_demo_has_its_owner_s_share_and_no_other(org: Org) -> None:
    assert org.connection.execute(
        'SELECT count(*) FROM "Case" c WHERE NOT EXISTS (SELECT 1 FROM "CaseShare" s WHERE s.CaseId = c.Id'
        " AND s.UserOrGroupId = c.OwnerId AND s.RowCause = 'Owner' AND s.CaseAccessLevel = 'All')"
    ).fetchone() == (0,)
    assert ids(org, 'SELECT count(*) FROM "CaseShare"') == ids(org, 'SELECT count(*) FROM "Case"')
