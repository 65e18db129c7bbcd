"""What every org has before its first record: profiles, users, queues, record types, statuses."""

from datetime import timedelta
from typing import Any

from salesforce_emulator import access, ids
from salesforce_emulator.access import Caller
from salesforce_emulator.moments import stamp
from salesforce_emulator.org import Org
from salesforce_emulator.rules import entities
from salesforce_emulator.rules.rows import put
from salesforce_emulator.schema.loader import load_texts
from salesforce_emulator.seed import analytics, approvals, automation, list_views, permissions, planning

AGE = timedelta(days=900)
PASSWORD = "demo"  # noqa: S105 - public on purpose: the emulated org holds no secret
PEOPLE = load_texts("seed/people.toml")
STATUS_OBJECTS = {
    "LeadStatus": ("Lead", "Status"),
    "OpportunityStage": ("Opportunity", "StageName"),
    "CaseStatus": ("Case", "Status"),
    "TaskStatus": ("Task", "Status"),
    "TaskPriority": ("Task", "Priority"),
}
# Numbers of an org that has been in use for a while.
NUMBERED_FROM = {"Case.CaseNumber": 1000, "Solution.SolutionNumber": 40, "Quote.QuoteNumber": 100}
TIERS = (("Standard", 24, "Support", False), ("Priority", 8, "Support", False), ("Premium", 2, "Escalations", True))


def fill(org: Org) -> None:
    org.connection.executemany("INSERT INTO _sequence VALUES (?, ?)", NUMBERED_FROM.items())
    with org.at(org.now() - AGE):
        root = _first_caller(org)
        org.add(root, "Organization", {**PEOPLE["organization"], "InstanceName": "EMU1"})
        profiles = {name: _profile(org, root, one) for name, one in access.profiles().items()}
        _permission_sets(org, root)
        roles = _roles(org, root)
        for person in PEOPLE["users"]:
            _user(org, root, person, profiles, roles)
        _queues(org, root)
        _record_types(org, root)
        _statuses(org, root)
        _tiers(org)
        org.add(root, "Pricebook2", {"Name": "Standard Price Book", "IsActive": True, "IsStandard": True})
        entities.fill(org)
        for chapter in (analytics, list_views, approvals, automation, planning, permissions):
            chapter.fill(org, root)


def _first_caller(org: Org) -> Caller:
    """The administrator's id is known before the administrator's row is: somebody has to create everybody."""
    profile = access.profiles()["System Administrator"]
    user = {
        "Id": ids.make("005", 1),
        "Username": PEOPLE["users"][0]["Username"],
        "TimeZoneSidKey": "America/Los_Angeles",
        "LocaleSidKey": "en_US",
    }
    return access.caller(org.schema, user, profile, [], dict.fromkeys(org.schema.closable, True))


def _profile(org: Org, root: Caller, one: access.Profile) -> str:
    everything = "modify_all_data" in one.permissions
    names = ("ModifyAllData", "ViewAllData", "ViewSetup", "CustomizeApplication", "ManageUsers", "BulkApiHardDelete")
    values = {f"Permissions{name}": everything for name in names}
    values["PermissionsConvertLeads"] = "convert_leads" in one.permissions
    profile_id = org.add(root, "Profile", {"Name": one.name, "Description": one.description, **values})
    # Each profile owns a permission set, which is where the platform keeps what the profile allows.
    owned = {"Name": f"X{profile_id}", "Label": profile_id, "ProfileId": profile_id, "IsOwnedByProfile": True}
    org.add(root, "PermissionSet", {**owned, "IsCustom": False, "Type": "Profile"})
    return profile_id


def _permission_sets(org: Org, root: Caller) -> None:
    for one in access.permission_sets().values():
        values = {"Name": one.name, "Label": one.label, "Description": one.description}
        org.add(root, "PermissionSet", values)


def _roles(org: Org, root: Caller) -> dict[str, str]:
    roles: dict[str, str] = {}
    for role in PEOPLE["roles"]:
        values = {"Name": role["name"], "DeveloperName": role["name"].replace(" ", "_")}
        roles[role["name"]] = org.add(root, "UserRole", {**values, "ParentRoleId": roles.get(role.get("parent", ""))})
    return roles


def _user(org: Org, root: Caller, person: dict[str, Any], profiles: dict[str, str], roles: dict[str, str]) -> None:
    own = {name: value for name, value in person.items() if name not in {"profile", "role", "sets", "login"}}
    values = {**PEOPLE["defaults"], **own, "Email": person["Username"]}
    values |= {"ProfileId": profiles[person["profile"]], "UserRoleId": roles.get(person.get("role", ""))}
    values["Alias"] = (person.get("FirstName", "")[:1] + person["LastName"]).lower()[:8]
    photo = "https://demo.my.salesforce.com/profilephoto/005"
    user_id = org.add(root, "User", {**values, "SmallPhotoUrl": f"{photo}/T", "FullPhotoUrl": f"{photo}/F"})
    for name in person.get("sets", []):
        found = org.connection.execute('SELECT Id FROM "PermissionSet" WHERE Name = ?', (name,)).fetchone()
        org.add(root, "PermissionSetAssignment", {"PermissionSetId": found[0], "AssigneeId": user_id})
    if person.get("login"):
        org.set_password(user_id, PASSWORD)


def _queues(org: Org, root: Caller) -> None:
    members = dict(org.connection.execute('SELECT Username, Id FROM "User"').fetchall())
    for queue in PEOPLE["queues"]:
        group_id = org.add(root, "Group", {"Name": queue["name"], "Type": "Queue", "OwnerId": org.organization_id})
        org.add(root, "QueueSobject", {"QueueId": group_id, "SobjectType": queue["object"]})
        for username in queue["members"]:
            org.add(root, "GroupMember", {"GroupId": group_id, "UserOrGroupId": members[username]})


def _record_types(org: Org, root: Caller) -> None:
    for one in org.schema:
        for kind in one.record_types:
            values = {"Name": kind.name, "DeveloperName": kind.developer_name, "SobjectType": one.name}
            org.add(root, "RecordType", values)


def _statuses(org: Org, root: Caller) -> None:
    """The rows behind a status picklist say what each value means."""
    for name, (object_name, field_name) in STATUS_OBJECTS.items():
        target, field = org.schema.known(name), org.schema.known(object_name).field(field_name)
        for order, value in enumerate(field.picklist if field else (), start=1):
            says = dict(value.implies)
            says |= {"DefaultProbability": says.get("Probability"), "IsConverted": says.get("converted", False)}
            says |= {"IsDefault": value.default, "MasterLabel": value.label, "ApiName": value.value, "SortOrder": order}
            org.add(root, name, {key: one for key, one in says.items() if target.field(key)})


def _tiers(org: Org) -> None:
    one = org.schema.known("Support_Tier__mdt")
    for name, hours, queue, premium in TIERS:
        names = {"DeveloperName": name, "MasterLabel": name, "Label": name, "QualifiedApiName": name}
        values = {"Response_Hours__c": hours, "Escalation_Queue__c": queue, "Is_Premium__c": premium}
        own = {
            "Id": ids.make(one.key_prefix, org.next_number(one.key_prefix)),
            "Language": "en_US",
            "SystemModstamp": stamp(org.now()),
        }
        put(org.connection, one, {**own, **names, **values})
