"""Queries made by chance: nearly all are well formed, many fit the org."""

# ruff: noqa: S608 (queries are the subject; the chance is seeded on purpose)

import random

from emulator_soql.world import ACME

TEXT, NUMBER, DATE, MOMENT, FLAG, ID, MANY, TIME, ODD = range(9)  # kinds of fields
FIELDS = {
    "Account": {"Id": ID, "Name": TEXT, "Industry": TEXT, "AnnualRevenue": NUMBER, "NumberOfEmployees": NUMBER,
                "CreatedDate": MOMENT, "IsDeleted": FLAG, "ParentId": ID, "Parent.Name": TEXT, "Owner.Name": TEXT,
                "Owner.Manager.Name": TEXT, "BillingAddress": ODD, "Description": ODD, "Rating": TEXT},
    "Contact": {"Id": ID, "Name": TEXT, "LastName": TEXT, "AccountId": ID, "Account.Name": TEXT, "Birthdate": DATE,
                "Account.Parent.Owner.Name": TEXT, "Languages__c": MANY, "ReportsTo.Account.Industry": TEXT},
    "Opportunity": {"Id": ID, "Name": TEXT, "Amount": NUMBER, "CloseDate": DATE, "StageName": TEXT, "IsClosed": FLAG,
                    "Account.Industry": TEXT, "OwnerId": ID},
    "Task": {"Id": ID, "Subject": TEXT, "What.Name": TEXT, "What.Type": TEXT, "Who.Email": TEXT, "WhatId": ID,
             "Owner.Profile.Name": TEXT, "ActivityDate": DATE},
    "Place__c": {"Id": ID, "Name": TEXT, "Code__c": TEXT, "Color__c": TEXT, "Where__c": ODD, "Opens__c": TIME,
                 "Open__c": FLAG, "Count__c": NUMBER, "Score__c": NUMBER, "Parent__r.Parent__r.Name": TEXT,
                 "Account__r.Name": TEXT, "Secret__c": ODD, "bogus": ODD},
}  # fmt: skip
SUITED = {
    TEXT: ["'Acme'", "''", "'a%'", "'A\\'b'", "null", "'\\u0041'", "'Technology'"],
    NUMBER: ["5", "-1.5", "1e5", "USD500.5", "null", "99999999999999999999"],
    DATE: ["2026-11-22", "TODAY", "LAST_N_DAYS:30", "null", "THIS_FISCAL_QUARTER", "NEXT_N_YEARS:9999"],
    MOMENT: ["2026-11-22T10:00:00Z", "2026-11-22T10:00:00-08:00", "LAST_WEEK", "null", "N_DAYS_AGO:0"],
    FLAG: ["TRUE", "false", "null"],
    ID: [f"'{ACME}'", "'001000000000001'", "null"],
    MANY: ["'English'", "'English;Spanish'", "null"],
    TIME: ["08:00:00.000Z", "null"],
    ODD: ["'x'"],
}
CHILDREN = {"Account": ["Contacts", "Opportunities", "Tasks", "Places__r", "ChildAccounts"], "Place__c": ["Places__r"],
            "Contact": ["Tasks", "Cases"], "Opportunity": ["Tasks"], "Task": ["Nothing"]}  # fmt: skip
LITERALS = [*(literal for suited in SUITED.values() for literal in suited), ":bound", "'001'", "5", "TODAY"]
FUNCTIONS = ["COUNT", "SUM", "MIN", "MAX", "AVG", "COUNT_DISTINCT", "CALENDAR_YEAR", "DAY_ONLY", "HOUR_IN_DAY",
             "FORMAT", "toLabel", "convertCurrency", "GROUPING", "WEEK_IN_YEAR", "FISCAL_QUARTER"]  # fmt: skip
OPERATORS = ["=", "!=", "<", "<=", ">", ">=", "LIKE", "<>"]


def expression(chance: random.Random, entity: str) -> str:
    field = chance.choice(list(FIELDS[entity]))
    roll = chance.random()
    if roll < 0.9:
        return field
    if roll < 0.92:
        return f"DISTANCE(Where__c, GEOLOCATION({chance.randint(-95, 95)}, 5), 'mi')"
    inner = f"convertTimezone({field})" if chance.random() < 0.2 else field
    return f"{chance.choice(FUNCTIONS)}({inner})"


def literal(chance: random.Random, entity: str, left: str) -> str:
    suited = SUITED[FIELDS[entity].get(left, ODD)]
    return chance.choice(suited if chance.random() < 0.9 else LITERALS)


def condition(chance: random.Random, entity: str, depth: int = 0) -> str:
    roll = chance.random()
    if depth < 3 and roll < 0.3:
        word = chance.choice([" AND ", " OR "])
        return "(" + word.join(condition(chance, entity, depth + 1) for _ in range(chance.randint(1, 3))) + ")"
    if depth < 3 and roll < 0.4:
        return f"(NOT {condition(chance, entity, depth + 1)})"
    left = expression(chance, entity)
    if depth == 0 and roll < 0.5:
        return f"Id {chance.choice(['IN', 'NOT IN'])} ({semi_join(chance, entity)})"
    values = ", ".join(literal(chance, entity, left) for _ in range(chance.randint(1, 4)))
    kind = FIELDS[entity].get(left)
    if kind == MANY:
        return f"{left} {chance.choice(['INCLUDES', 'EXCLUDES'])} ({values})"
    if roll < 0.65:
        return f"{left} {chance.choice(['IN', 'NOT IN'])} ({values})"
    operators = OPERATORS if kind == TEXT else ["=", "!="] if kind == FLAG else OPERATORS[:6]
    return f"{left} {chance.choice(operators)} {literal(chance, entity, left)}"


def semi_join(chance: random.Random, entity: str) -> str:
    suited = {
        "Account": ("AccountId", "Contact"),
        "Contact": ("ContactId", "Case"),
        "Place__c": ("Parent__c", "Place__c"),
    }
    field, other = suited.get(entity, ("Id", chance.choice(list(FIELDS))))
    inner = f"SELECT {field} FROM {other}"
    return inner if other not in FIELDS else f"{inner} WHERE {condition(chance, other, 3)}"


def make_query(chance: random.Random, depth: int = 0, entity: str | None = None, origin: str | None = None) -> str:
    entity = entity or chance.choice(list(FIELDS))
    parts = ["FROM", origin or entity]
    if chance.random() < 0.6:
        parts += ["WHERE", condition(chance, entity)]
    if depth == 0 and chance.random() < 0.25:
        return " ".join([*grouped(chance, entity, parts), *bounds(chance)])
    items = list({expression(chance, entity): None for _ in range(chance.randint(1, 4))})
    if depth < 2 and chance.random() < 0.2:
        children = chance.choice(CHILDREN[entity])
        known = {"Contacts": "Contact", "Opportunities": "Opportunity", "Tasks": "Task", "Places__r": "Place__c"}
        items.append(f"({make_query(chance, depth + 1, known.get(children, 'Account'), children)})")
    if entity == "Task" and chance.random() < 0.3:
        items = ["TYPEOF What WHEN Account THEN Phone, Owner.Name WHEN Opportunity THEN Amount ELSE Name END"]
    if chance.random() < 0.05:
        items = [chance.choice(["FIELDS(ALL)", "FIELDS(STANDARD)", "COUNT()", "FIELDS(CUSTOM)"])]
    if chance.random() < 0.4:
        order = chance.choice(["", " DESC", " ASC NULLS LAST", " NULLS FIRST"])
        parts += ["ORDER BY", expression(chance, entity) + order]
    return " ".join(["SELECT", ", ".join(items), *parts, *bounds(chance)])


def grouped(chance: random.Random, entity: str, parts: list[str]) -> list[str]:
    by = list({expression(chance, entity): None for _ in range(chance.randint(1, 2))})
    form = chance.choice(["{}", "ROLLUP({})", "CUBE({})"])
    items = ["COUNT(Id)", *(f"{one} a{at}" for at, one in enumerate(by))]
    having = [" HAVING COUNT(Id) > 1"] if chance.random() < 0.3 else []
    order = ["ORDER BY", chance.choice([*by, "COUNT(Id) DESC", "Name"])] if chance.random() < 0.3 else []
    return ["SELECT", ", ".join(items), *parts, "GROUP BY", form.format(", ".join(by)), *having, *order]


def bounds(chance: random.Random) -> list[str]:
    limit = ["LIMIT", str(chance.randint(0, 250))] if chance.random() < 0.5 else []
    return limit + (["OFFSET", str(chance.choice([0, 1, 2001]))] if chance.random() < 0.1 else [])


def mutated(chance: random.Random, text: str) -> str:
    for _ in range(chance.randint(1, 3)):
        at, end = sorted(chance.randint(0, len(text)) for _ in range(2))
        match chance.randint(0, 4):
            case 0:
                text = text[:at] + text[end:]
            case 1:
                text = text[:at] + chance.choice("()',.:=<>!\\%*\"\n\t{}é\u2028\x00 ") + text[at:]
            case 2:
                text = text[:at] + text[at:end] * 2 + text[end:]
            case 3:
                words = text.split(" ")
                chance.shuffle(words)
                text = " ".join(words)
            case 4:
                text = text[:end]
    return text[:5000]
