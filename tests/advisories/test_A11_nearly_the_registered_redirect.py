"""Keycloak CVE-2023-6291, -6927, -2024-8883, -2026-3872, Authentik CVE-2024-52289: prefix, wildcard, normalisation."""
