"""The emulated org's query engine, in process: what every test and every demonstration waits for."""

import time

from tests.bench.figure import Figure, Table, median

from salesforce_emulator.org import Org
from salesforce_emulator.queries import Queries

RUNS = 200
ADMIN = "admin@demo.example"
QUERIES = {
    "one record by its Id": ("SELECT Id, Name, Industry FROM Account WHERE Id = '{account}'", 3),
    "50 rows with a parent's field": (
        "SELECT Id, Name, Amount, Account.Name FROM Opportunity ORDER BY Id LIMIT 50",
        None,
    ),
    "children of 20 accounts": ("SELECT Id, (SELECT Id, Name FROM Contacts) FROM Account ORDER BY Id LIMIT 20", None),
    "sums by stage": ("SELECT StageName, COUNT(Id), SUM(Amount) FROM Opportunity GROUP BY StageName", None),
}


def measure() -> Table:
    org = Org.create(seed=True)
    queries = Queries(org)
    (user_id,) = org.connection.execute('SELECT "Id" FROM "User" WHERE "Username" = ?', [ADMIN]).fetchone()
    admin = org.caller(user_id)
    found = queries.query(admin, "SELECT Id FROM Account ORDER BY Name LIMIT 1", version="68.0")
    account = found["records"][0]["Id"]
    figures = []
    for name, (soql, bound) in QUERIES.items():
        taken = []
        for _ in range(RUNS):
            began = time.perf_counter()
            queries.query(admin, soql.format(account=account), version="68.0")
            taken.append((time.perf_counter() - began) * 1000)
        figures.append(Figure(f"{name}, p50 of {RUNS}", median(taken), "ms", bound))
    return Table("SOQL engine, in process", figures)
