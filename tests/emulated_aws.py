"""DynamoDB, KMS and Secrets Manager on loopback: moto behind a real socket, with faults where the wire has them.

Processes reach it by AWS_ENDPOINT_URL. It counts connections and calls, and can lose an answer after doing what
was asked, which is what a retry has to survive.
"""

import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests
from botocore.config import Config
from botocore.session import Session
from canaries import watch
from moto import mock_aws
from sam_template import read_template

REGION = "eu-central-1"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
}


_STACKS = itertools.count(1)  # moto keeps one set of tables for all that run in a process


class EmulatedAws:
    def __init__(self, url: str) -> None:
        self.url = url
        self.calls: list[str] = []
        self.connections = 0
        self._session = Session()
        self._lost: list[str] = []
        self._throttled: list[str] = []
        self._lock = threading.Lock()

    def client(self, service: str, config: Config | None = None) -> Any:
        return self._session.create_client(
            service,
            config=config,
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )

    def lose_answer(self, operation: str) -> None:
        """Do the next such operation, then cut the connection instead of answering."""
        self._lost.append(operation)

    def throttle(self, operation: str, times: int = 1) -> None:
        """Refuse the next such operations: the table is busy, and nothing is done."""
        self._throttled += [operation] * times

    def create_stack(self) -> dict[str, str]:
        """The template's table and key, secrets, and the environment in which a function finds them."""
        properties = read_template()["Resources"]["Table"]["Properties"]
        number = next(_STACKS)
        name = f"Table{number}"
        self.client("dynamodb").create_table(
            TableName=name, **{key: properties[key] for key in ("BillingMode", "AttributeDefinitions", "KeySchema")}
        )
        key = self.client("kms").create_key()["KeyMetadata"]["Arn"]
        prefix = f"stack{number}/"
        secrets = self.client("secretsmanager")
        for secret in ("salesforce-client-secret", "request-state-key"):
            secrets.create_secret(Name=prefix + secret, SecretString=f"the {secret} of a test, long enough for a key")
        secrets.create_secret(Name=prefix + "oauth-clients", SecretString="[]")
        return {
            **CREDENTIALS,
            "AWS_ENDPOINT_URL": self.url,
            "TABLE_NAME": name,
            "KMS_KEY_ID": key,
            "SECRET_PREFIX": prefix,
        }

    def answer(self, operation: str, service: str, headers: dict[str, str], body: bytes) -> requests.Response | None:
        # One at a time: DynamoDB's conditional writes are atomic, moto's are not between threads.
        with self._lock:
            self.calls.append(operation)
            if service == "dynamodb":
                watch.look("rows", body.decode(), operation)
            if operation in self._throttled:
                self._throttled.remove(operation)
                return _throttled()
            address = f"https://{service}.{REGION}.amazonaws.com/"
            response = requests.post(address, headers=headers, data=body, timeout=30)
            if operation in self._lost:
                self._lost.remove(operation)
                return None
        return response


def _throttled() -> requests.Response:
    refusal = requests.Response()
    refusal.status_code = 400
    kind = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"
    refusal._content = json.dumps(
        {"__type": kind, "message": "The level of configured throughput was exceeded"}
    ).encode()
    return refusal


class _Server(ThreadingHTTPServer):
    request_queue_size = 1024  # AWS does not keep hundreds who come at once waiting at the door


@contextmanager
def emulated_aws() -> Iterator[EmulatedAws]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            aws.connections += 1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            # Credential=<key>/<day>/<region>/<service>/aws4_request
            service = self.headers["Authorization"].split("/")[3]
            operation = self.headers["X-Amz-Target"].split(".")[1]
            response = aws.answer(operation, service, dict(self.headers), body)
            if response is None:
                self.close_connection = True
                return
            head = f"HTTP/1.1 {response.status_code} -\r\nContent-Length: {len(response.content)}\r\n"
            head += f"Content-Type: {response.headers.get('Content-Type', 'application/x-amz-json-1.0')}\r\n\r\n"
            self.wfile.write(head.encode() + response.content)

        def log_message(self, *_: object) -> None:
            """Say nothing: pytest shows what matters."""

    with mock_aws(), _Server(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        aws = EmulatedAws(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield aws
        server.shutdown()
