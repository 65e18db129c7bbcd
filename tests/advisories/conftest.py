"""Each published advisory against servers of this kind, replayed on the real applications.

A module is one advisory: its name says what it prevents. Where the same inputs already prove something of the
authorization server, the module takes those tests over.
"""

from edges.fixtures import whole as whole
from oauth.conftest import application as application
from oauth.conftest import clock as clock
from oauth.conftest import deployment as deployment
