"""Platform events: what is published gets a number to replay from and a name of its own."""

from uuid import NAMESPACE_URL, uuid5

from salesforce_emulator.rules.change import Change


def number_event(change: Change) -> None:
    change.row["ReplayId"] = str(change.org.next_number("event"))
    change.row["EventUuid"] = str(uuid5(NAMESPACE_URL, f"{change.org.organization_id}/{change.row['Id']}"))
