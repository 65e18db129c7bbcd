// Compile a folder with the CPython 3.13 of pyodide: node bytecode.mjs FOLDER PATH_ON_LAMBDA
import { loadPyodide } from "pyodide";

const [folder, pathOnLambda] = process.argv.slice(2);
const pyodide = await loadPyodide();
pyodide.mountNodeFS("/folder", folder);
pyodide.globals.set("path_on_lambda", pathOnLambda);
const compiled = pyodide.runPython(`
import compileall, py_compile, sys
assert sys.version_info[:2] == (3, 13), sys.version
compileall.compile_dir(
    "/folder", quiet=1, force=True, maxlevels=100, stripdir="/folder", prependdir=path_on_lambda,
    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
)
`);
process.exit(compiled ? 0 : 1);
