"""The query behind a report or a list view, for ?explain=<its id>."""

from salesforce_emulator import ids
from salesforce_emulator.errors import Refused
from salesforce_emulator.routes import list_views
from salesforce_emulator.routes.analytics import reports
from salesforce_emulator.routes.analytics.running import plan
from salesforce_emulator.routes.call import NOT_FOUND, Call


def query_behind(call: Call, given: str) -> str:
    known = ids.canonical(given.strip()) or ""
    if known.startswith("00O"):
        _, metadata = reports.kept(call, known)
        understood = plan(call, metadata)
        where = f" WHERE {understood.condition}" if understood.condition else ""
        return f"SELECT Id FROM {understood.kind.object.name}{where}{understood.order}"  # noqa: S608
    view = call.org.row("ListView", known) if known.startswith("00B") else None
    if view is None:
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    return list_views.soql_of(call, view)
