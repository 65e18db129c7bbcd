"""What a picklist value brings with it: a closed stage closes, a won one wins."""

from salesforce_emulator.rules.change import Change


def apply(change: Change) -> None:
    """Set the fields that a newly chosen value implies, but for those that the caller set too."""
    for field in change.object.implying_fields:
        if not change.changed(field.name):
            continue
        chosen = change.row[field.name]
        value = next((one for one in field.picklist if one.value == chosen), None)
        for name, implied in (value.implies if value else {}).items():
            if name in change.row and change.given.get(name) is None:
                change.row[name] = implied
