"""One emulated org as the HTTP side sees it: its state, and what stands around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import HTTPConnection

from salesforce_emulator.bulk.worker import Worker
from salesforce_emulator.faults import Faults
from salesforce_emulator.limits import Usage
from salesforce_emulator.org import Org
from salesforce_emulator.queries import Queries
from salesforce_emulator.searches import Searches
from salesforce_emulator.signin.apps import Apps
from salesforce_emulator.signin.sessions import Sessions

if TYPE_CHECKING:
    from salesforce_emulator.routes.table import Resource


@dataclass
class Site:
    """Everything that a route may reach. `instance_url` is fixed, or "" to follow each request's Host."""

    org: Org
    queries: Queries
    searches: Searches
    apps: Apps
    sessions: Sessions
    faults: Faults
    usage: Usage
    bulk: Worker
    resources: "Sequence[Resource]"
    instance_url: str = ""

    def base_url(self, request: HTTPConnection) -> str:
        """The address that the client used, with which every absolute URL of the answers begins."""
        if self.instance_url:
            return self.instance_url
        scheme = request.headers.get("x-forwarded-proto", request.url.scheme).split(",")[0].strip()
        return f"{scheme}://{request.headers.get('host', request.url.netloc)}"

    def user(self, user_id: str) -> dict[str, Any]:
        """The stored User row."""
        return self._stored("User", user_id)

    def user_id(self, username: str) -> str | None:
        """The active user of that name."""
        row = self.org.connection.execute(
            'SELECT Id FROM "User" WHERE lower(Username) = lower(?) AND IsActive = 1', (username,)
        ).fetchone()
        return None if row is None else str(row[0])

    def anybody(self, username: str) -> str | None:
        """The user of that name, deactivated or not."""
        row = self.org.connection.execute(
            'SELECT Id FROM "User" WHERE lower(Username) = lower(?) ORDER BY IsActive DESC', (username,)
        ).fetchone()
        return None if row is None else str(row[0])

    def usernames(self) -> list[str]:
        """Who can log in."""
        rows = self.org.connection.execute(
            'SELECT Username FROM "User" JOIN _password ON _password.user_id = "User".Id WHERE IsActive = 1 ORDER BY 1'
        )
        return [str(row[0]) for row in rows]

    def organization(self) -> dict[str, Any]:
        return self._stored("Organization", self.org.organization_id)

    def _stored(self, object_name: str, record_id: str) -> dict[str, Any]:
        row = self.org.row(object_name, record_id)
        if row is None:
            raise LookupError(record_id)
        return row


def site_of(request: HTTPConnection) -> Site:
    site: Site = request.app.state.site
    return site
