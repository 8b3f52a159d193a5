"""What the verbs of the command line do. Bad input becomes one line on standard error and exit status 2."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, cast, get_args

import click

from lossclinic.clinic import Clinic
from lossclinic.consulting import Asked, consulted, preview
from lossclinic.diagnosis import Diagnosis
from lossclinic.progress import Bar
from lossclinic.render import as_dict, as_json, plain, terminal
from lossclinic.render import one_line as as_line
from lossclinic_kb.errors import InputError, LossclinicError, UnreadableLog
from lossclinic_kb.run import ROLES, Role
from lossclinic_kb.text import Lang, Text, language_of, whole

AutoLang = Literal["auto", "en", "zh"]
Device = Literal["auto", "cpu", "cuda", "mps"]
Style = Literal["json", "jsonl"]
PROBLEM, UNUSABLE = 1, 2
NO_MEMORY = Text(
    "there is not enough memory: close other programs, or give a smaller log",
    "内存不够：请关闭其他程序，或换一份小一些的日志",
)
MISSING = Text(
    "the package {} is missing: install lossclinic again with `pip install lossclinic`",
    "缺少 {} 包：用 `pip install lossclinic` 重新安装",
)


@contextmanager
def one_line(lang: AutoLang = "auto") -> Iterator[None]:
    """Turn what lossclinic raises on purpose, and what a machine lacks, into one line and exit status 2.

    Args:
        lang: Of the line.
    """
    try:
        yield
    except LossclinicError as error:
        said = error.text
    except MemoryError:
        said = NO_MEMORY
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("lossclinic"):
            raise
        package = error.name.partition(".")[0]
        said = Text(MISSING.en.format(package), MISSING.zh.format(package))
    else:
        return
    click.echo(as_line(f"lossclinic: {said(spoken(lang))}"), err=True)
    sys.exit(UNUSABLE)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Name the file where it cannot be written.

    Raises:
        InputError: Says which file and why.
    """
    try:
        yield
    except (OSError, ValueError) as error:  # the latter: a name that holds a NUL
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"{path}: cannot be written: {reason}") from None


def spoken(lang: AutoLang, words: str = "") -> Lang:
    """Return the language of an answer: as asked, else that of `words`, else that of the terminal."""
    if lang != "auto":
        return lang
    if words.strip():
        return language_of(words)
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if locale.startswith("zh") else "en"


def diagnose_all(
    *,
    paths: tuple[Path, ...],
    describe: str | None,
    facts: tuple[str, ...],
    roles: tuple[str, ...],
    run: str | None,
    lang: AutoLang,
    style: Style | None,
    md: Path | None,
    html: Path | None,
    fail_on: str | None,
    embedding_model: str | None,
    asked: Asked,
) -> None:
    """Diagnose every path; one that cannot be read is reported and the others go on."""
    with one_line(lang):
        say = spoken(lang, describe or "")
        clinic = asked.clinic(embedding_model, Bar(say))
        config = _pairs(facts, "--set")
        given = _roles(roles)
        if not paths and not describe:
            raise InputError("nothing to diagnose: give the PATH of a training log, or --describe TEXT")
        made = []
        for path in paths or (None,):
            made.append(_one(clinic, path, describe, config, given, run, say))
            if made[-1].status == "unreadable":
                click.echo(as_line(f"lossclinic: {made[-1].error}"), err=True)
        made = _shown(clinic, made, describe or "", style, asked)
        _write_reports(made, md, html)
    if any(diagnosis.status == "unreadable" for diagnosis in made):
        sys.exit(UNUSABLE)
    if fail_on and any(diagnosis.status in ("diagnosed", "undetermined") for diagnosis in made):
        sys.exit(PROBLEM)


def _one(
    clinic: Clinic,
    path: Path | None,
    describe: str | None,
    config: dict[str, object],
    roles: dict[str, Role],
    run: str | None,
    lang: Lang,
) -> Diagnosis:
    source: Any = path
    name = str(path) if path is not None else ""
    if name == "-":
        source, name = sys.stdin.buffer.read(), "standard input"
    try:
        return clinic.diagnose(
            source,
            describe=describe,
            config=config,
            roles=roles,
            run=run,
            lang=lang,
            name=name,
            consult=False,
        )
    except UnreadableLog as error:
        reason = error.text(lang)
        return Diagnosis("unreadable", lang, reason, source=name, error=reason)


def ask_all(
    *,
    text: str | None,
    batch: Path | None,
    lang: AutoLang,
    style: Style | None,
    embedding_model: str | None,
    asked: Asked,
) -> None:
    """Answer one question, or one per line of a JSONL file."""
    with one_line(lang):
        if (text is None) == (batch is None):
            raise InputError("give either a TEXT or --batch FILE.jsonl")
        clinic = asked.clinic(embedding_model, Bar(spoken(lang, text or "")))
        if batch is None:
            made = clinic.ask(text or "", lang=spoken(lang, text or ""), consult=False)
            _shown(clinic, [made], text or "", style, asked)
            return
        for row in _questions(batch):
            made = clinic.ask(row["query"], lang=spoken(lang, row["query"]), consult=False)
            _shown(clinic, [replace(made, id=row["id"])], row["query"], style or "jsonl", asked)


def _shown(
    clinic: Clinic, made: list[Diagnosis], words: str, style: Style | None, asked: Asked
) -> list[Diagnosis]:
    """Print diagnoses, for people before a language model is asked; return them with its part."""
    if asked.preview:
        preview(made, words)
        return made
    if style is None:
        show(made, None)
    if asked.name is not None:
        made = [consulted(clinic, each, words, aloud=style is None) for each in made]
    if style is not None:
        show(made, style)
    return made


def _questions(batch: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a batch file.

    Raises:
        InputError: The file cannot be read, or a line is not {"id": ..., "query": ...}.
    """
    try:
        lines = batch.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, ValueError) as error:  # the latter: not UTF-8, or no path at all
        raise InputError(f"{batch}: cannot be read: {error}") from None
    for place, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            query = row["query"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise InputError(f'{batch}: line {place}: expected {{"id": ..., "query": ...}}') from None
        if not isinstance(query, str) or not query.strip():
            raise InputError(f"{batch}: line {place}: the query is empty or no text")
        yield {"id": str(row.get("id", place)), "query": query}


def manage_index(*, rebuild: bool, verify: bool, device: Device, embedding_model: str | None) -> None:
    """Build, verify or describe the index."""
    from lossclinic_ingest.build import describe_index

    with one_line():
        click.echo(
            describe_index(
                model=embedding_model,
                device=device,
                rebuild=rebuild,
                verify=verify,
                progress=Bar(spoken("auto")),
            )
        )
        if verify:
            from lossclinic.documents import document_states

            states = document_states(spoken("auto"))
            for _, line in states:
                click.echo(plain(line))
            if not all(good for good, _ in states):
                sys.exit(UNUSABLE)


def show_causes(cause: str | None, lang: AutoLang) -> None:
    """Print the list of causes, or one page."""
    from lossclinic.pages import cause_list, cause_page

    with one_line(lang):
        say = spoken(lang)
        click.echo(cause_list(say) if cause is None else cause_page(cause, say))


def show_guides(guide: str | None, lang: AutoLang) -> None:
    """Print the list of guides, or one of them."""
    from lossclinic.pages import guide_list, guide_page

    with one_line(lang):
        say = spoken(lang)
        click.echo(guide_list(say) if guide is None else guide_page(guide, say))


def train(cause: str, *, cured: bool, seed: int, out: Path | None, lang: AutoLang) -> None:
    """Train one experiment with a progress bar, and diagnose what comes out."""
    from lossclinic.reproduce import reproduce

    with one_line(lang):
        run, made = reproduce(cause, cured=cured, seed=seed, lang=spoken(lang))
        if out is not None:
            from lossclinic_kb.lab.record import write_csv

            with writing(out):
                write_csv(run, out)
            click.echo(f"{out}: {len(run.series)} series written", err=True)
        click.echo(terminal(made))


def serve(
    opening: dict[str, Any], lang: AutoLang, *, embedding_model: str | None, mcp: bool, asked: Asked
) -> None:
    """Serve the chat until told to stop.

    Args:
        opening: Where and to whom, as `Opening` has it.
        lang: Of the messages.
        embedding_model: Another than the one that is installed along.
        mcp: Also offer the tools to clients of the Model Context Protocol.
        asked: Of a language model.
    """
    with one_line(lang):
        from lossclinic.doors.opening import Opening
        from lossclinic.ui.serve import serve as serve_chat

        serve_chat(
            Opening(**opening), embedding_model=embedding_model, lang=spoken(lang), mcp=mcp, asked=asked
        )


def manage_users(file: Path, name: str | None, *, remove: bool, lang: AutoLang) -> None:
    """List the people who may log in, put one in, or take one out."""
    with one_line(lang):
        from lossclinic.doors.users import user_changed, user_list

        say = spoken(lang)
        click.echo(
            plain(user_list(file) if name is None else user_changed(file, name, remove=remove, lang=say))
        )


def serve_tools(*, root: Path | None, embedding_model: str | None) -> None:
    """Serve the tools on standard input and output until the client goes."""
    with one_line():
        from lossclinic.tools.sdk import with_mcp

        with with_mcp():
            from lossclinic.tools.server import serve_stdio

        serve_stdio(Clinic(embedding_model=embedding_model), root=root)


def show(diagnoses: list[Diagnosis], style: Style | None) -> None:
    """Print diagnoses: for people, as one JSON document, or as one JSON object per line."""
    readable = [made for made in diagnoses if made.status != "unreadable"]
    if style is None and readable:
        click.echo("\n\n".join(terminal(made) for made in readable))
    elif style == "jsonl":
        for made in diagnoses:
            click.echo(as_json(as_dict(made)))
    elif style == "json":
        data = [as_dict(made) for made in diagnoses]
        click.echo(as_json(data[0] if len(data) == 1 else data, indent=2))


def _pairs(given: tuple[str, ...], option: str) -> dict[str, object]:
    """Return KEY=VALUE arguments as a mapping.

    Raises:
        InputError: One has no "=".
    """
    for pair in given:
        if "=" not in pair:
            raise InputError(f"{option} {pair}: expected KEY=VALUE")
    return {key.strip(): value.strip() for key, value in (pair.rsplit("=", 1) for pair in given)}


def _roles(given: tuple[str, ...]) -> dict[str, Role]:
    """Return ROLE=COLUMN arguments as a mapping from column to role.

    Raises:
        InputError: An unknown role.
    """
    roles: dict[str, Role] = {}
    for pair in given:
        role, separator, column = (part.strip() for part in pair.partition("="))
        if not separator or not column:
            raise InputError(f"--map {pair}: expected ROLE=COLUMN")
        if role not in get_args(Role):
            hint = f"; did you mean --map {column}={role}?" if column in get_args(Role) else ""
            raise InputError(f"--map {pair}: unknown role {role!r}; known: {', '.join(ROLES)}{hint}")
        roles[column] = cast("Role", role)
    return roles


def _write_reports(diagnoses: list[Diagnosis], md: Path | None, html: Path | None) -> None:
    """Write the reports that were asked for.

    Raises:
        InputError: The file cannot be written.
    """
    from lossclinic.report import html_page

    made = {md: "\n".join(each.to_markdown() for each in diagnoses) if md else ""}
    if html:
        made[html] = html_page(diagnoses)
    for path, text in made.items():
        if path is None:
            continue
        with writing(path):
            path.write_text(whole(text), encoding="utf-8")
