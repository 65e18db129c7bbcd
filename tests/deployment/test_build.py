"""What Lambda gets: small, compiled, for its processor, and nothing it brings itself."""

import marshal
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sam_template import ROOT

# One build serves them all, also where tests run side by side.
pytestmark = pytest.mark.xdist_group("build")

FUNCTIONS = ("McpFunction", "OauthFunction", "BulkFunction")
LAYERS = ("CoreLayer", "DependenciesLayer")
LARGEST = 90 * 1024 * 1024
MAGIC_OF_3_13 = (3571).to_bytes(2, "little") + b"\r\n"
AARCH64 = 183


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_with_its_layers_is_at_most_90_megabytes(built, function):
    bytes_ = size(built / function) + sum(size(built / layer) for layer in LAYERS)
    print(f"{function} with layers: {bytes_ / 1024**2:.1f} MB")
    assert bytes_ <= LARGEST


@pytest.mark.parametrize("part", FUNCTIONS + LAYERS)
def test_every_module_comes_with_bytecode_that_lambda_uses_without_looking_at_times(built, part):
    modules = list((built / part).rglob("*.py"))
    assert modules
    for module in modules:
        bytecode = (module.parent / "__pycache__" / f"{module.stem}.cpython-313.pyc").read_bytes()
        assert bytecode[:4] == MAGIC_OF_3_13, module
        assert int.from_bytes(bytecode[4:8], "little") == 0b01, f"{module}: not an unchecked hash (PEP 552)"


def test_bytecode_of_this_python_names_no_folder_of_the_machine_that_built_it(built):
    bytecode = (built / "CoreLayer/python/salesforce_mcp/__pycache__/errors.cpython-313.pyc").read_bytes()
    assert b"/opt/python/salesforce_mcp/errors.py" in bytecode
    assert str(built).encode() not in bytecode
    assert marshal.dumps(str(ROOT))[-len(str(ROOT)) :] not in bytecode


@pytest.mark.parametrize(
    "name", ["boto3", "botocore", "uvicorn", "click", "pycparser", "pytest", "salesforce_emulator"]
)
def test_the_layers_do_not_hold(built, name):
    assert not [path for layer in LAYERS for path in (built / layer / "python").glob(f"{name}*")]


def test_the_functions_start_without_what_is_not_shipped():
    program = """if True:
        import sys
        for name in sys.argv[1:]:
            sys.modules[name] = None  # importing it fails, as on Lambda
        import bulk_job, mcp_endpoint, oauth_endpoint
    """
    command = [sys.executable, "-c", program, "boto3", "uvicorn", "click", "pycparser", "salesforce_emulator"]
    environment = {"PUBLIC_URL": "https://mcp.example.com"}
    outcome = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stderr


def test_the_laptop_half_stays_on_the_laptop(built):
    product = built / "CoreLayer/python/salesforce_mcp"
    assert not (product / "embedded").exists()
    assert not (product / "local").exists()
    assert (product / "aws/lambda_app.py").exists()


def test_every_compiled_library_is_for_arm64(built):
    libraries = list(built.rglob("*.so"))
    assert len(libraries) >= 4
    for library in libraries:
        head = library.read_bytes()[:20]
        assert head[:4] == b"\x7fELF", library
        assert int.from_bytes(head[18:20], "little") == AARCH64, library


def test_the_layer_ships_exactly_what_the_lock_says(uv):
    not_shipped = re.search(r"^NOT_SHIPPED := (.+)$", (ROOT / "build.mk").read_text(), re.MULTILINE)
    assert not_shipped
    prune = [word for name in not_shipped[1].split() for word in ("--prune", name)]
    options = ["--quiet", "--frozen", "--no-default-groups", "--no-emit-project", "--no-annotate", "--no-header"]
    locked = subprocess.run([uv, "export", *options, *prune], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (ROOT / "layers/dependencies/requirements.txt").read_text() == locked.stdout, "run `make lock`"
