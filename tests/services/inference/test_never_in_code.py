"""What no module of ailab may say, lest a model bring it to do something."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[3] / "ailab"

# Names that open the way for a stranger's code, as functions or as what they are told.
FORBIDDEN = {
    "register_custom_ops_library",
    "allow_pickle",
    "weights_only",
    "spec_from_file_location",
    "hf_hub_download",
    "snapshot_download",
}
NEVER_IMPORTED = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
LOOKED_AT = {"eval", "exec", "load", "from_pretrained", "trust_remote_code"}
_NAMED = re.compile(rf"\b({'|'.join(FORBIDDEN | NEVER_IMPORTED | LOOKED_AT)})\b")


def dotted(called: ast.expr) -> str:
    """The name of what is called, such as `np.load`; of a method of a value a dot and its own."""
    if isinstance(called, ast.Attribute):
        return f"{dotted(called.value)}.{called.attr}"
    return called.id if isinstance(called, ast.Name) else ""


def sources() -> Iterator[tuple[Path, ast.Module]]:
    """The modules in which one of the names stands at all: reading each as code takes long."""
    for path in PACKAGE.rglob("*.py"):
        if _NAMED.search(text := path.read_text("utf-8")):
            yield path, ast.parse(text)


def test_that_no_module_can_unpickle_or_run_code_of_a_repository() -> None:
    for path, tree in sources():
        for node in ast.walk(tree):
            imported = []
            if isinstance(node, ast.Import):
                imported = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                imported = [node.module or ""]
            assert not NEVER_IMPORTED & {name.partition(".")[0] for name in imported}, path
            if isinstance(node, ast.Call):
                name = dotted(node.func)
                assert name not in {"eval", "exec", "torch.load", "np.load", "numpy.load"}, path
                assert name.rpartition(".")[2] not in FORBIDDEN, path
                for keyword in node.keywords:
                    if keyword.arg in {"trust_remote_code", "allow_pickle"}:
                        assert ast.unparse(keyword.value) == "False", path
                    else:
                        assert keyword.arg not in FORBIDDEN, path
                if name.endswith(".from_pretrained"):
                    said = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
                    assert said.get("trust_remote_code") == "False", path
                    assert said.get("local_files_only") == "True", path
