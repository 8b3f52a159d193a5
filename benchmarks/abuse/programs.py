"""Programs in data: pickles in every wrapping, and code that would unpickle, evaluate or import what it is given."""

from __future__ import annotations

import ast
import io
import os
import pickle
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import lossclinic
import lossclinic_ingest
import lossclinic_kb
from benchmarks.abuse.case import Case
from lossclinic_kb.errors import InputError, LossclinicError, UnreadableDocument, UnreadableLog

KIND = "pickles and code"
FORBIDDEN = frozenset({"pickle", "_pickle", "cPickle", "cloudpickle", "dill", "joblib", "shelve", "marshal", "jsonpickle", "code", "runpy", "xmlrpc"})  # fmt: skip
CALLS = frozenset({"eval", "exec", "__import__", "compile", "read_pickle", "unpickle", "full_load", "unsafe_load", "system", "popen", "extractall"})  # fmt: skip
TAUGHT = ("causes", "guides", "checks", "tiny", "workloads")
"""Folders of what the knowledge base trains and shows: their code calls `model.eval()` and loads its own weights."""


class Trap:
    """Runs a command where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (f"touch '{self.path}'",)


def _pickled(path: Path) -> bytes:
    return pickle.dumps(Trap(path))


def _checkpoint(path: Path) -> bytes:
    """As `torch.save` writes it: a zip with a pickle in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("archive/data.pkl", _pickled(path))
        archive.writestr("archive/version", "3\n")
    return buffer.getvalue()


def _array(path: Path) -> bytes:
    """As `numpy.save(allow_pickle=True)` writes it."""
    head = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
    head += b" " * (118 - len(head) - 1) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + _pickled(path)


def _arrays(path: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("loss.npy", _array(path))
    return buffer.getvalue()


def _old_protocol(path: Path) -> bytes:
    return pickle.dumps(Trap(path), protocol=0)


WRAPPINGS: dict[str, Callable[[Path], bytes]] = {
    "model.pkl": _pickled,
    "old.pkl": _old_protocol,
    "model.joblib": _pickled,
    "model.pt": _checkpoint,
    "model.pth": _pickled,
    "model.ckpt": _checkpoint,
    "loss.npy": _array,
    "loss.npz": _arrays,
    "run.csv": _pickled,
    "old.csv": _old_protocol,
    "notes.md": _old_protocol,
    "notes.docx": _checkpoint,
}


def _dropped(name: str) -> None:
    """A file that would run something is refused in one clear line, as a log and as a document."""
    from lossclinic_ingest.documents.formats import read_document
    from lossclinic_ingest.logs import open_log

    with tempfile.TemporaryDirectory() as made:
        mark, path = Path(made, "ran"), Path(made, name)
        path.write_bytes(WRAPPINGS[name](mark))
        for source in (path, path.read_bytes(), [path]):
            try:
                open_log(source, name=name).run()
            except UnreadableLog as error:
                assert error.text.zh
                assert all(line and "\n" not in line for line in (error.text.en, error.text.zh))
            else:
                raise AssertionError(f"{name} was read as a log")
        try:
            read_document(name, path.read_bytes())
        except UnreadableDocument as error:
            assert "\n" not in error.text.en
        assert not mark.exists()


def _stored() -> None:
    """An index whose vectors are a pickle is refused."""
    from lossclinic_kb.errors import StoreError
    from lossclinic_kb.store import index_of

    with tempfile.TemporaryDirectory() as made:
        mark = Path(made, "ran")
        for data in (_pickled(mark), _old_protocol(mark), _array(mark)):
            try:
                index_of(data, Path("vectors.faiss"))
            except StoreError as error:
                assert "\n" not in str(error)
            else:
                raise AssertionError("a pickle passes for an index")
        assert not mark.exists()


def _model() -> None:
    """A folder given as an embedding model brings no code and no pickle along."""
    from lossclinic_ingest.encoders import SentenceEncoder

    with tempfile.TemporaryDirectory() as made:
        mark, folder = Path(made, "ran"), Path(made, "model")
        folder.mkdir()
        (folder / "pytorch_model.bin").write_bytes(_checkpoint(mark))
        (folder / "modules.json").write_text('[{"idx":0,"name":"0","path":"","type":"evil.Module"}]')
        (folder / "config.json").write_text('{"model_type":"bert","auto_map":{"AutoModel":"evil.Module"}}')
        (folder / "evil.py").write_text(f"import os\nos.system(\"touch '{mark}'\")\nclass Module: pass\n")
        try:
            SentenceEncoder(str(folder)).embed_query("loss")
        except LossclinicError as error:
            assert "\n" not in str(error)
        else:
            raise AssertionError("it was loaded")
        assert not mark.exists()


def _sources() -> None:
    """No code path of the product imports a pickler, evaluates, unpacks to the disk, or loads with pickles allowed."""
    wrong: list[str] = []
    for package in (lossclinic_kb, lossclinic_ingest, lossclinic):
        root = Path(package.__path__[0])
        for path in root.rglob("*.py"):
            if not set(path.relative_to(root).parts) & set(TAUGHT):
                wrong += [
                    f"{path.name}: {each}"
                    for each in _suspicious(ast.parse(path.read_text(encoding="utf-8")))
                ]
    assert not wrong, wrong


def _suspicious(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in FORBIDDEN)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in FORBIDDEN:
            yield str(node.module)
        elif isinstance(node, ast.Call):
            yield from _suspicious_call(node)


def _suspicious_call(call: ast.Call) -> Iterator[str]:
    given = {word.arg: ast.unparse(word.value) for word in call.keywords}
    name = ast.unparse(call.func)
    last = name.rpartition(".")[2]
    if last in CALLS and name not in ("re.compile",) and not name.endswith((".eval", ".compile")):
        yield f"{name}()"
    if given.get("allow_pickle", "False") != "False" or given.get("trust_remote_code", "False") != "False":
        yield f"{name}({given})"
    if name == "torch.load" and given.get("weights_only") != "True":
        yield "torch.load() without weights_only"
    if name in ("yaml.load", "yaml.load_all") and "SafeLoader" not in given.get("Loader", ""):
        yield f"{name}() with another loader"
    if given.get("shell", "False") != "False":
        yield f"{name}(shell)"


def _arguments() -> None:
    """Values that call themselves code are words."""
    from lossclinic_kb.facts import read_facts

    for text in (
        "__import__('os').system('id')",
        "!!python/object/apply:os.system ['id']",
        "${jndi:ldap://x}",
        "1;id",
    ):
        assert read_facts({"optimizer": text}) == {"optimizer": text.lower()}
        try:
            read_facts({"lr": text})
        except InputError as error:
            assert "\n" not in str(error)
        else:
            raise AssertionError(text)


def cases() -> Iterator[Case]:
    """Yield every wrapping, and the look at our own sources."""
    for name in WRAPPINGS:
        yield Case(KIND, f"dropped {name}", partial(_dropped, name))
    yield Case(KIND, "vectors of the index", _stored)
    yield Case(KIND, "folder of an embedding model", _model, short=False)
    yield Case(KIND, "our own sources", _sources)
    yield Case(KIND, "values of settings", _arguments)
