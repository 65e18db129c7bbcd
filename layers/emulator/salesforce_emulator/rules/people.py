"""Contacts, leads and users have a name made of two."""

from salesforce_emulator.errors import Refused
from salesforce_emulator.rules.change import Change


def compose_name(change: Change) -> None:
    change.row["Name"] = " ".join(part for part in (change.row["FirstName"], change.row["LastName"]) if part)


def refuse_converted(change: Change) -> None:
    if change.before and change.before["IsConverted"]:
        raise Refused(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", [])
