"""The checklist of the specification, line by line: a test of each number."""

from edges.fixtures import whole as whole
from oauth.conftest import application as application
from oauth.conftest import clock as clock
from oauth.conftest import deployment as deployment
