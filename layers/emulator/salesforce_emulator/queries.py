"""SOQL queries and their pages.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm
"""

import re
from datetime import datetime
from typing import Any

from salesforce_emulator import record_access
from salesforce_emulator.access import Caller
from salesforce_emulator.api_versions import LATEST
from salesforce_emulator.errors import Refused
from salesforce_emulator.org import Org
from salesforce_emulator.rules import forecasts, milestones
from salesforce_emulator.soql import explain, metadata
from salesforce_emulator.soql.compiler import compile_query
from salesforce_emulator.soql.cursors import Cursors
from salesforce_emulator.soql.environment import Environment
from salesforce_emulator.soql.functions import register
from salesforce_emulator.soql.pages import Pages
from salesforce_emulator.soql.parser import parse
from salesforce_emulator.soql.plans import CountPlan, GroupPlan, Plan, RowPlan
from salesforce_emulator.soql.source import Source
from salesforce_emulator.soql.statements import run

SMALLEST_BATCH = 200
TIMED = re.compile("milestone|entitlement", re.IGNORECASE)  # depends on the time of day
FORECAST = re.compile("forecastingitem", re.IGNORECASE)  # sums that nobody keeps
LARGEST_BATCH = 2_000


class Queries:
    def __init__(self, org: Org) -> None:
        self._org = org
        self._cursors = Cursors(org.connection)
        register(org.connection)

    def query(
        self,
        caller: Caller,
        soql: str,
        *,
        version: str,
        batch_size: int = LARGEST_BATCH,
        all_rows: bool = False,
    ) -> dict[str, Any]:
        """The first page of a query. `all_rows` is queryAll: deleted and archived rows too."""
        now = self._org.now()
        plan = self.plan(caller, soql, version=version, all_rows=all_rows, now=now)
        if isinstance(plan, CountPlan):
            total = run(self._org.connection, plan.statement)[0][0]
            return {"totalSize": total, "done": True, "records": []}
        if isinstance(plan, GroupPlan):
            return self._grouped(plan)
        size = min(max(batch_size, SMALLEST_BATCH), LARGEST_BATCH)
        return self._pages(caller, soql, version=version, all_rows=all_rows, size=size, now=now).first(plan)

    def next_page(self, caller: Caller, locator: str, *, version: str, batch_size: int | None = None) -> dict[str, Any]:
        """The page behind a nextRecordsUrl. Rows deleted meanwhile are left out, new ones do not appear."""
        cursor, offset = self._cursors.find(caller.user_id, locator, self._org.now())
        plan = self.plan(caller, cursor.soql, version=version, all_rows=cursor.all_rows, now=cursor.opened)
        for step in cursor.child:
            plan = plan.children[step].plan if isinstance(plan, RowPlan) else plan
        if not isinstance(plan, RowPlan):
            raise Refused(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        size = min(max(batch_size or cursor.batch_size, SMALLEST_BATCH), LARGEST_BATCH)
        pages = self._pages(
            caller, cursor.soql, version=version, all_rows=cursor.all_rows, size=size, now=cursor.opened
        )
        return pages.page(plan, cursor, offset)

    def explain(self, caller: Caller, soql: str) -> dict[str, Any]:
        """How the query would be run."""
        plan = self.plan(caller, soql, version=LATEST, all_rows=False, now=self._org.now())
        return explain.explain(self._org.connection, parse(soql), plan.object, soql)

    def column_metadata(self, caller: Caller, soql: str) -> dict[str, Any]:
        """What `columns=true` answers: the columns of the result instead of its rows."""
        environment = self._environment(caller, soql, version=LATEST, all_rows=False, now=self._org.now())
        query = parse(soql)
        compile_query(environment, query)
        return metadata.column_metadata(environment, query)

    def plan(self, caller: Caller, soql: str, *, version: str, all_rows: bool, now: datetime) -> Plan:
        if TIMED.search(soql):
            milestones.refresh(self._org)
        if FORECAST.search(soql):
            forecasts.refresh(self._org)
        environment = self._environment(caller, soql, version=version, all_rows=all_rows, now=now)
        query = parse(soql)
        plan = compile_query(environment, query)
        record_access.fill(self._org, caller, query)
        return plan

    def _environment(self, caller: Caller, soql: str, *, version: str, all_rows: bool, now: datetime) -> Environment:
        return Environment(
            schema=self._org.schema,
            caller=caller,
            source=Source(soql),
            now=now,
            version=version,
            all_rows=all_rows,
            fiscal_start=self._fiscal_start(),
        )

    def _fiscal_start(self) -> int:
        organization = self._org.schema.object("Organization")
        if organization is None or organization.field("FiscalYearStartMonth") is None:
            return 1
        row = self._org.connection.execute('SELECT FiscalYearStartMonth FROM "Organization"').fetchone()
        return int(row[0]) if row and row[0] else 1

    def _grouped(self, plan: GroupPlan) -> dict[str, Any]:
        rows = run(self._org.connection, plan.statement)
        if len(rows) > LARGEST_BATCH:
            message = (
                "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch"
            )
            raise Refused(400, "EXCEEDED_ID_LIMIT", message)
        return {"totalSize": len(rows), "done": True, "records": [plan.build(row) for row in rows]}

    def _pages(self, caller: Caller, soql: str, *, version: str, all_rows: bool, size: int, now: datetime) -> Pages:
        return Pages(
            connection=self._org.connection,
            cursors=self._cursors,
            caller=caller,
            version=version,
            soql=soql,
            all_rows=all_rows,
            batch_size=size,
            now=now,
        )
