"""The verb `ingest`: what it says of what it did, and of what there is."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from lossclinic.clinic import DEFAULT, Clinic
from lossclinic.commands import AutoLang, one_line, spoken
from lossclinic.progress import Bar
from lossclinic.render import plain
from lossclinic_kb.errors import InputError
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from lossclinic_ingest.collections.manage import CollectionState
    from lossclinic_ingest.collections.plan import Ingested

Device = Literal["auto", "cpu", "cuda", "mps"]
_NONE = Text(
    "There are no documents yet: `lossclinic ingest PATH...` takes files, folders and archives.",
    "还没有文档：用 `lossclinic ingest 路径...` 添加文件、文件夹或压缩包。",
)
_SHOWN = 200
"""Documents listed of one collection."""


def ingest_all(
    *,
    paths: tuple[Path, ...],
    collection: str | None,
    device: Device,
    listed: bool,
    removed: bool,
    lang: AutoLang,
    embedding_model: str | None,
) -> None:
    """Ingest, list or remove documents."""
    say = spoken(lang)
    with one_line(lang):
        if listed:
            click.echo(plain("\n".join(list_lines(collection, say))))
            return
        clinic = Clinic(embedding_model=embedding_model, device=device, progress=Bar(say))
        name = collection or DEFAULT
        if removed:
            if not paths and collection is None:
                raise InputError("--remove: say which PATH, or a whole --collection NAME")
            done = clinic.forget(*paths, collection=name)
            click.echo(plain(removed_line(done, say)))
            return
        done = clinic.ingest(*paths, collection=name)
    for document, reason in done.refused:
        click.echo(plain(f"lossclinic: {document}: {reason(say)}"), err=True)
    click.echo(plain("\n".join(done_lines(done, say))))
    if done.refused and not done.documents:
        sys.exit(2)


def done_lines(done: Ingested, lang: Lang) -> Iterator[str]:
    """Yield what an ingest did, in two or three lines."""
    yield Text(
        f"{done.collection}: {done.documents} documents, {done.passages} passages ({done.added} new or changed, "
        f"{done.unchanged} unchanged, {done.removed} gone)",
        f"{done.collection}：{done.documents} 份文档，{done.passages} 个段落"
        f"（新增或有改动 {done.added}，未变 {done.unchanged}，已移除 {done.removed}）",
    )(lang)
    if done.encoded:
        rate = done.encoded / max(done.seconds, 1e-9)
        yield Text(
            f"{done.encoded} passages encoded in {done.seconds:.1f} s ({rate:.0f} a second)",
            f"编码 {done.encoded} 个段落，用时 {done.seconds:.1f} 秒（每秒 {rate:.0f} 个）",
        )(lang)
    if not done.published:
        yield Text("Nothing has changed.", "没有变化。")(lang)
    if done.refused:
        yield Text(
            f"{len(done.refused)} could not be read, see above.", f"{len(done.refused)} 份读不了，见上。"
        )(lang)
    if done.left_out:
        yield Text(
            f"{done.left_out} files of other kinds left out.",
            f"另有 {done.left_out} 个其他类型的文件，未处理。",
        )(lang)


def removed_line(done: Ingested, lang: Lang) -> str:
    """Return what a removal did, in one line."""
    return Text(
        f"{done.collection}: {done.removed} documents removed, {done.documents} left",
        f"{done.collection}：移除 {done.removed} 份文档，剩余 {done.documents} 份",
    )(lang)


def list_lines(collection: str | None, lang: Lang) -> list[str]:
    """Return the collections, or the documents of one.

    Raises:
        InputError: There is no collection of that name.
    """
    from lossclinic_ingest.collections.manage import states

    found = states(name=collection)
    lines = [state_line(state, lang) for state in found]
    if collection is not None:
        for entry in found[0].entries[:_SHOWN]:
            name = f"{entry.path}#{entry.member}" if entry.member else entry.path
            lines.append(f"  {entry.passages:6}  {entry.format:9} {name}")
        left = len(found[0].entries) - _SHOWN
        lines += [Text(f"  ... and {left} more", f"  …… 另有 {left} 份")(lang)] if left > 0 else []
    return lines or [_NONE(lang)]


def state_line(state: CollectionState, lang: Lang) -> str:
    """Return one line on a collection."""
    if state.manifest is None:
        return f"{state.name}: {state.problem}"
    roots = ", ".join(state.manifest.roots)
    return Text(
        f"{state.name}: {len(state.entries)} documents, {state.manifest.count} passages, every file as written; from {roots}",
        f"{state.name}：{len(state.entries)} 份文档，{state.manifest.count} 个段落，文件完好；来自 {roots}",
    )(lang)


def document_states(lang: Lang = "en") -> Sequence[tuple[bool, str]]:
    """Return for each collection whether it can be used, and one line on it."""
    from lossclinic_ingest.collections.manage import states

    return [(state.manifest is not None, f"documents: {state_line(state, lang)}") for state in states()]
