"""An org of its own for each who is measured: in a file, behind TLS, in a process of its own."""

import os
import sqlite3
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from tests.bench.programs.million import pieces
from tests.emulator_judges.command import address, emulator, exports

from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY, DEMO_CONSUMER_SECRET

USER, PASSWORD = "admin@demo.example", "demo"
OBJECT = "BigTable__c"
SOQL = f"SELECT Id, Name, Key__c, Text__c, Number__c, Day__c, Flag__c FROM {OBJECT}"  # noqa: S608 - two constants


@dataclass(frozen=True)
class Site:
    url: str
    authority: str
    folder: Path
    rows: int

    @property
    def csv(self) -> Path:
        """The rows that are loaded."""
        return self.folder / "rows.csv"

    @property
    def environment(self) -> dict[str, str]:
        """In which a program trusts the org, and finds none of the person's own files."""
        trust = dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"), self.authority)
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), **trust}

    def session(self) -> str:
        form = {
            "grant_type": "password",
            "client_id": DEMO_CONSUMER_KEY,
            "client_secret": DEMO_CONSUMER_SECRET,
            "username": USER,
            "password": PASSWORD,
        }
        trust = ssl.create_default_context(cafile=self.authority)
        answer = httpx.post(f"{self.url}/services/oauth2/token", data=form, verify=trust)
        return str(answer.json()["access_token"])

    def seconds_of_the_org(self, kind: str) -> float:
        """How long the org itself was at its jobs of a kind: V2Ingest, V2Query."""
        connection = sqlite3.connect(self.folder / "org.db")
        found = connection.execute("SELECT sum(milliseconds), sum(processed) FROM _bulk_job WHERE kind = ?", (kind,))
        milliseconds, rows = found.fetchone()
        connection.close()
        assert rows == self.rows, f"{rows} of {self.rows} rows"
        return float(milliseconds) / 1000


@contextmanager
def site(rows: int) -> Iterator[Site]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "rows.csv").open("wb") as file:
            file.writelines(pieces(rows))
        with emulator("--tls", "--tunnel", "0", "--db", str(folder / "org.db")) as greeting:
            yield Site(address(greeting), exports(greeting)["SSL_CERT_FILE"], folder, rows)
