"""authlib CVE-2025-61920, PyJWT CVE-2026-32597, CVE-2022-23539 to -23541: alg, crit, kid, jku, embedded keys."""

from oauth.test_client_authentication import deployment as deployment
from oauth.test_client_authentication import (
    test_each_way_to_forge_a_signature_is_refused as test_each_way_to_forge_a_signature_is_refused,
)
