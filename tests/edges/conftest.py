"""Nothing of its own: what the edges lead to is what advisories are replayed on."""

from edges.fixtures import whole as whole
from oauth.conftest import clock as clock
