"""The records that the SOQL and SOSL tests ask for."""

import sqlite3
from datetime import UTC, datetime
from typing import Any

from salesforce_emulator import ids
from salesforce_emulator.schema.model import Field, Object, PicklistValue

# A Sunday; four in the morning in Los Angeles.
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def key(prefix: str, number: int) -> str:
    return ids.make(prefix, number)


ADMIN, REP, BOSS = (key("005", number) for number in (1, 2, 3))
QUEUE = key("00G", 1)
ACME, LABS, BOLT, ONEIL, ZETA, GONE = (key("001", number) for number in range(1, 7))
ANN, BOB, CID, DEE, EVE = (key("003", number) for number in range(1, 6))
LEAD = key("00Q", 1)
DEALS = [key("006", number) for number in range(1, 9)]
CASES = [key("500", number) for number in range(1, 5)]
TASKS = [key("00T", number) for number in range(1, 7)]
PLACES = [key("a0T", number) for number in range(1, 5)]


def place_object() -> Object:
    """Types of fields that no standard object of the org has."""
    kinds = [PicklistValue("r", "Red"), PicklistValue("g", "Green"), PicklistValue("b", "Blue")]
    return Object(
        name="Place__c",
        label="Place",
        label_plural="Places",
        key_prefix="a0T",
        custom=True,
        searchable=True,
        fields=(
            Field("Id", "id", "Id", nillable=False),
            Field("IsDeleted", "boolean", "Deleted"),
            Field("Name", "string", "Name", length=80, name_field=True),
            Field("CreatedDate", "datetime", "Created"),
            Field("Code__c", "string", "Code", length=20, unique=True, case_sensitive=True, custom=True),
            Field("Color__c", "picklist", "Color", picklist=tuple(kinds), custom=True),
            Field("Where__c", "location", "Where", custom=True),
            Field("Where__Latitude__s", "double", "Lat", compound_field="Where__c", custom=True),
            Field("Where__Longitude__s", "double", "Long", compound_field="Where__c", custom=True),
            Field("Opens__c", "time", "Opens", custom=True),
            Field("Secret__c", "encryptedstring", "Secret", length=100, custom=True),
            Field("Open__c", "boolean", "Open", custom=True),
            Field("Count__c", "int", "Count", custom=True),
            Field("Score__c", "double", "Score", scale=2, custom=True),
            Field("Parent__c", "reference", "Parent", reference_to=("Place__c",), relationship_name="Parent__r",
                  child_relationship="Places__r", custom=True),
            Field("Account__c", "reference", "Account", reference_to=("Account",), relationship_name="Account__r",
                  child_relationship="Places__r", custom=True),
        ),
    )  # fmt: skip


def put(connection: sqlite3.Connection, name: str, record_id: str, **values: Any) -> None:
    row = {"Id": record_id, **values}
    columns = {row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')}
    for stamp in ("CreatedDate", "LastModifiedDate", "SystemModstamp"):
        if stamp in columns:
            row.setdefault(stamp, "2026-11-01T10:00:00.000Z")
    for user in ("CreatedById", "LastModifiedById"):
        if user in columns:
            row.setdefault(user, ADMIN)
    names = ", ".join(f'"{column}"' for column in row)
    places = ", ".join("?" * len(row))
    connection.execute(f'INSERT INTO "{name}" ({names}) VALUES ({places})', tuple(row.values()))  # noqa: S608


def fill(connection: sqlite3.Connection) -> None:
    _people(connection)
    _accounts(connection)
    _contacts(connection)
    _deals(connection)
    _work(connection)
    _places(connection)


def _people(db: sqlite3.Connection) -> None:
    put(db, "Profile", key("00e", 1), Name="System Administrator")
    put(db, "Profile", key("00e", 2), Name="Sales Rep")
    put(db, "User", BOSS, Username="boss@demo.example", LastName="Boss", Name="Big Boss", ProfileId=key("00e", 1))
    for user, name, profile in ((ADMIN, "Ada Admin", 1), (REP, "Ray Rep", 2)):
        first, last = name.split()
        put(db, "User", user, Username=f"{last}@demo.example", FirstName=first, LastName=last, Name=name,
            ProfileId=key("00e", profile), ManagerId=BOSS, IsActive=1, Email=f"{last}@demo.example")  # fmt: skip
    put(db, "Group", QUEUE, Name="Tier 2", Type="Queue", DeveloperName="Tier_2")
    put(db, "GroupMember", key("011", 1), GroupId=QUEUE, UserOrGroupId=REP)


def _accounts(db: sqlite3.Connection) -> None:
    put(db, "Account", ACME, Name="Acme", Industry="Technology", AnnualRevenue=1_000_000.0, NumberOfEmployees=100,
        Type="Prospect", Rating="Hot", OwnerId=ADMIN, BillingStreet="1 Main St", BillingCity="San Francisco",
        BillingState="CA", BillingLatitude=37.77, BillingLongitude=-122.42, Phone="(415) 555-0100",
        Website="www.acme.example", CreatedDate="2026-11-22T09:00:00.000Z")  # fmt: skip
    put(db, "Account", LABS, Name="acme labs", Industry="Technology", AnnualRevenue=500_000.0, NumberOfEmployees=20,
        ParentId=ACME, Rating="Warm", OwnerId=REP, BillingCity="Oakland", BillingState="CA", BillingLatitude=37.80,
        BillingLongitude=-122.27, CreatedDate="2026-11-22T07:30:00.000Z")  # fmt: skip
    put(db, "Account", BOLT, Name="Bolt_100%", Industry="Energy", OwnerId=REP, Type="Customer - Direct",
        Description="Makers of lightning", CreatedDate="2026-10-15T00:00:00.000Z")  # fmt: skip
    put(db, "Account", ONEIL, Name="O'Neil", Industry="Banking", AnnualRevenue=250_000.0, Rating="Cold", OwnerId=BOSS,
        BillingCity="Boston", BillingState="MA", BillingLatitude=42.36, BillingLongitude=-71.06,
        CreatedDate="2025-12-31T23:30:00.000Z")  # fmt: skip
    put(db, "Account", ZETA, Name="Zeta", OwnerId=ADMIN, NumberOfEmployees=5, CreatedDate="2026-01-01T03:00:00.000Z")
    put(db, "Account", GONE, Name="Gone", Industry="Energy", OwnerId=ADMIN, IsDeleted=1)


def _contacts(db: sqlite3.Connection) -> None:
    put(db, "Contact", ANN, FirstName="Ann", LastName="Able", Name="Ann Able", AccountId=ACME, Email="ann@acme.example",
        Title="CEO", Languages__c="English;Spanish", OwnerId=ADMIN, Phone="(415) 555-0101")  # fmt: skip
    put(db, "Contact", BOB, FirstName="Bob", LastName="Baker", Name="Bob Baker", AccountId=ACME, ReportsToId=ANN,
        Languages__c="English", OwnerId=REP, Title="CTO")  # fmt: skip
    put(db, "Contact", CID, LastName="Cole", Name="Cole", AccountId=LABS, Languages__c="French;German;Spanish",
        OwnerId=REP, Birthdate="1980-05-06")  # fmt: skip
    put(db, "Contact", DEE, FirstName="Dee", LastName="Dunn", Name="Dee Dunn", AccountId=ONEIL, OwnerId=ADMIN)
    put(db, "Contact", EVE, FirstName="Eve", LastName="Ellis", Name="Eve Ellis", OwnerId=ADMIN, Title="ceo")
    put(db, "Lead", LEAD, FirstName="Lee", LastName="Lead", Name="Lee Lead", Company="Acme Imports", OwnerId=QUEUE,
        Status="Open - Not Contacted", Email="lee@imports.example")  # fmt: skip


def _deals(db: sqlite3.Connection) -> None:
    deals: list[tuple[str, str | None, str, float | None, str, int, str]] = [
        ("Acme one", ACME, "Prospecting", 1000.0, "2026-11-22", 0, ADMIN),
        ("Acme two", ACME, "Closed Won", 2000.0, "2026-11-21", 1, ADMIN),
        ("Acme three", ACME, "Closed Lost", None, "2026-10-31", 1, REP),
        ("Labs one", LABS, "Prospecting", 500.0, "2026-11-23", 0, REP),
        ("Labs two", LABS, "Closed Won", 70_000.5, "2025-11-22", 1, REP),
        ("Bolt one", BOLT, "Qualification", 60_000.0, "2027-01-15", 0, REP),
        ("Oneil one", ONEIL, "Qualification", 3000.0, "2026-12-31", 0, BOSS),
        ("Nobody", None, "Prospecting", 10.0, "2026-01-01", 0, BOSS),
    ]
    for record_id, (name, account, stage, amount, close, closed, owner) in zip(DEALS, deals, strict=True):
        put(db, "Opportunity", record_id, Name=name, AccountId=account, StageName=stage, Amount=amount, CloseDate=close,
            IsClosed=closed, IsWon=int(stage == "Closed Won"), OwnerId=owner)  # fmt: skip


def _work(db: sqlite3.Connection) -> None:
    for record_id, number, owner, contact, status in (
        (CASES[0], "00001001", QUEUE, ANN, "New"),
        (CASES[1], "00001002", REP, BOB, "Closed"),
        (CASES[2], "00001003", QUEUE, None, "Escalated"),
        (CASES[3], "00001004", ADMIN, EVE, "Working"),
    ):
        put(db, "Case", record_id, CaseNumber=number, OwnerId=owner, ContactId=contact, Status=status,
            Subject=f"Help {number}", AccountId=ACME if contact in (ANN, BOB) else None)  # fmt: skip
    for record_id, subject, what, who, archived in (
        (TASKS[0], "Call", ACME, ANN, 0),
        (TASKS[1], "Email", DEALS[0], LEAD, 0),
        (TASKS[2], "Send Quote", CASES[0], None, 0),
        (TASKS[3], "Other", None, EVE, 0),
        (TASKS[4], "Old", ACME, ANN, 1),
        (TASKS[5], "Call again", LABS, CID, 0),
    ):
        put(db, "Task", record_id, Subject=subject, WhatId=what, WhoId=who, IsArchived=archived, OwnerId=ADMIN,
            Status="Not Started", Priority="Normal")  # fmt: skip
    put(db, "ContentDocument", key("069", 1), Title="Plan")
    put(db, "ContentDocumentLink", key("06A", 1), ContentDocumentId=key("069", 1), LinkedEntityId=ACME)
    put(db, "ContentVersion", key("068", 1), ContentDocumentId=key("069", 1), Title="Plan", VersionData=b"bytes")


def _places(db: sqlite3.Connection) -> None:
    put(db, "Place__c", PLACES[0], Name="Root", Code__c="abc", Color__c="g", Where__Latitude__s=37.0,
        Where__Longitude__s=-122.0, Opens__c="08:00:00.000Z", Open__c=1, Count__c=1, Score__c=1.5,
        Account__c=ACME, Secret__c="hush", CreatedDate="2026-11-22T07:59:59.000Z")  # fmt: skip
    put(db, "Place__c", PLACES[1], Name="Child", Code__c="ABC", Color__c="r", Parent__c=PLACES[0], Count__c=2,
        Opens__c="09:30:00.000Z", Account__c=ACME, CreatedDate="2026-11-22T08:00:00.000Z")  # fmt: skip
    put(db, "Place__c", PLACES[2], Name="Grandchild", Color__c="b", Parent__c=PLACES[1], Count__c=3, Score__c=-2.0,
        Account__c=LABS, CreatedDate="2026-11-23T07:59:59.000Z")  # fmt: skip
    put(db, "Place__c", PLACES[3], Name="Lone", CreatedDate="2026-11-23T08:00:00.000Z")
