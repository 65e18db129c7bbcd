"""As many rows and users as somebody wants, beside the demo company: for load and for memory."""

from collections.abc import Iterator

from salesforce_emulator import ids
from salesforce_emulator.access import Caller
from salesforce_emulator.moments import stamp
from salesforce_emulator.org import Org

BIG_TABLE = "BigTable__c"
COLUMNS = (
    "Id",
    "IsDeleted",
    "OwnerId",
    "CreatedDate",
    "CreatedById",
    "LastModifiedDate",
    "LastModifiedById",
    "SystemModstamp",
    "Name",
    "Key__c",
    "Text__c",
    "Number__c",
    "Day__c",
    "Flag__c",
)
CHUNK = 50_000
WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "haven")


def fill_big_table(org: Org, rows: int) -> None:
    """Let BigTable__c have at least so many rows. Straight into the table: a million takes seconds, not minutes."""
    one = org.schema.known(BIG_TABLE)
    present = org.record_count(BIG_TABLE)
    if present >= rows:
        return
    first = max(_last(org, one.key_prefix), _last(org, f"{BIG_TABLE}.Name"))
    last = first + rows - present
    places = ", ".join("?" * len(COLUMNS))
    statement = f'INSERT INTO "{BIG_TABLE}" ({", ".join(COLUMNS)}) VALUES ({places})'  # noqa: S608
    for begin in range(first + 1, last + 1, CHUNK):
        with org.transaction():
            end = min(begin + CHUNK - 1, last)
            org.connection.executemany(statement, _rows(org, one.key_prefix, begin, end))
            for name in (one.key_prefix, f"{BIG_TABLE}.Name"):
                org.connection.execute("INSERT OR REPLACE INTO _sequence VALUES (?, ?)", (name, end))


def add_users(org: Org, users: int, *, password: str) -> None:
    """user1@demo.example … userN@demo.example, each like the demo's sales user."""
    found = org.connection.execute(
        'SELECT Id, ProfileId, UserRoleId FROM "User" WHERE Username = ?', ("sales@demo.example",)
    ).fetchone()
    model, profile_id, role_id = found
    root = org.caller(model)
    for number in range(1, users + 1):
        username = f"user{number}@demo.example"
        if not org.connection.execute('SELECT 1 FROM "User" WHERE Username = ?', (username,)).fetchone():
            user_id = _add_user(org, root, username, profile_id=profile_id, role_id=role_id, number=number)
            org.set_password(user_id, password)


def _add_user(org: Org, root: Caller, username: str, *, profile_id: str, role_id: str, number: int) -> str:
    values = {
        "Username": username,
        "Email": username,
        "FirstName": "User",
        "LastName": str(number),
        "Alias": f"user{number}"[:8],
        "ProfileId": profile_id,
        "UserRoleId": role_id,
        "IsActive": True,
        "TimeZoneSidKey": "America/Los_Angeles",
        "LocaleSidKey": "en_US",
        "LanguageLocaleKey": "en_US",
        "EmailEncodingKey": "UTF-8",
    }
    return org.add(root, "User", values)


def _rows(org: Org, prefix: str, begin: int, end: int) -> Iterator[tuple[object, ...]]:
    owner = org.connection.execute('SELECT Id FROM "User" WHERE Username = ?', ("admin@demo.example",)).fetchone()[0]
    now = stamp(org.now())
    for number in range(begin, end + 1):
        text = f"{WORDS[number % 8]} {WORDS[number // 8 % 8]} {number}"
        day = f"{2024 + number % 3}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        own = (f"B-{number:08}", f"K{number}", text, number % 1000 / 4, day, number % 2)
        yield ids.make(prefix, number), 0, owner, now, owner, now, owner, now, *own


def _last(org: Org, name: str) -> int:
    found = org.connection.execute("SELECT last FROM _sequence WHERE name = ?", (name,)).fetchone()
    return found[0] if found else 0
