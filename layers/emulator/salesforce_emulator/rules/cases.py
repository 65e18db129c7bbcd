"""Cases close, and show how to reach their contact."""

from salesforce_emulator.moments import stamp
from salesforce_emulator.rules.change import Change

SHOWN = {"ContactPhone": "Phone", "ContactMobile": "MobilePhone", "ContactEmail": "Email", "ContactFax": "Fax"}


def decide_closed(change: Change) -> None:
    row, was_closed = change.row, bool(change.before and change.before["IsClosed"])
    if row["IsClosed"] and not was_closed:
        row["ClosedDate"] = stamp(change.org.now())
    elif not row["IsClosed"]:
        row["ClosedDate"] = None


def copy_contact(change: Change) -> None:
    row = change.row
    if not change.changed("ContactId"):
        return
    contact = (change.org.row("Contact", row["ContactId"]) or {}) if row["ContactId"] else {}
    for shown, name in SHOWN.items():
        row[shown] = contact.get(name)
    if contact and change.given.get("AccountId") is None:
        row["AccountId"] = contact["AccountId"]


def refresh_contact(change: Change) -> None:
    if change.creating or not change.changed(*SHOWN.values()):
        return
    values = [change.row[name] for name in SHOWN.values()]
    setting = ", ".join(f"{shown} = ?" for shown in SHOWN)
    change.org.connection.execute(f'UPDATE "Case" SET {setting} WHERE ContactId = ?', (*values, change.row["Id"]))  # noqa: S608


def keep_comment(change: Change) -> None:
    """Comments is a way in, not a place: the text becomes an internal comment."""
    text = change.given.get("Comments")
    if text:
        change.org.add(change.caller, "CaseComment", {"ParentId": change.row["Id"], "CommentBody": text})
