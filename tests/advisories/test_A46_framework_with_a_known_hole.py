"""Starlette CVE-2026-48710, SDK CVE-2026-116684 and -109527, PyJWT CVE-2026-32597: the versions we demand."""

import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FIXED = {"mcp": (2, 2, 0), "starlette": (1, 0, 1), "pyjwt": (2, 12, 0), "cryptography": (44, 0, 1)}


def parts(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:3])


@pytest.mark.parametrize(("package", "fixed"), FIXED.items(), ids=FIXED)
def test_no_version_with_the_hole_can_be_installed(package, fixed):
    demanded = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    [bound] = [one.split(">=")[1] for one in demanded if one.startswith((f"{package}>=", f"{package}["))]
    assert parts(bound) >= fixed[: len(parts(bound))]
    assert parts(version(package)) >= fixed


def test_no_form_parser_with_a_hole_is_used():
    product = (ROOT / "layers/core").rglob("*.py")
    assert not [file for file in product if "await request.form(" in file.read_text()]
