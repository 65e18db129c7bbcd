"""OpenClaw CVE-2026-34511: the PKCE verifier, or another secret, travels in a URL."""
