"""What users, groups and assets get when they are made."""

import re

from salesforce_emulator.rules.change import Change


def complete_user(change: Change) -> None:
    row = change.row
    row["CommunityNickname"] = row["CommunityNickname"] or str(row["Username"]).split("@")[0][:40]


def name_group(change: Change) -> None:
    row = change.row
    row["DeveloperName"] = row["DeveloperName"] or re.sub(r"\W+", "_", row["Name"]).strip("_")


def copy_product(change: Change) -> None:
    row = change.row
    product = change.org.row("Product2", row["Product2Id"]) if row["Product2Id"] else None
    for name in ("ProductCode", "StockKeepingUnit"):
        row[name] = product[name] if product else None
