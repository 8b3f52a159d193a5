"""A diagnosis as plain data, as Markdown and as text for the terminal."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Any

import click

from lossclinic.diagnosis import Diagnosis, EvidenceLine, RankedCause
from lossclinic.messages import as_dict as message_as_dict
from lossclinic.messages import noted
from lossclinic.ui import texts
from lossclinic.wording import in_words, percent
from lossclinic_kb.documents import DocumentPassage
from lossclinic_kb.run import Run
from lossclinic_kb.text import Lang, Text, whole

SCHEMA = 1
STATUS = {
    "diagnosed": Text("diagnosed", "已有诊断"),
    "healthy": Text("healthy", "未见异常"),
    "undetermined": Text("undetermined", "尚无定论"),
    "off_topic": Text("off topic", "与训练问题无关"),
    "unreadable": Text("unreadable", "无法读取"),
}
"""Each status, for people."""

NAMELESS = {"pasted text": Text("pasted text", "粘贴的文本")}
"""What readers call a log that has no name of its own."""
FROM_DOCUMENTS = Text("From your documents", "你的文档里")
SHOWN_LINES = 6
"""Lines of a passage in the terminal; the link leads to the rest."""

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
    r"\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""What a terminal obeys, what turns or hides text, and halves of characters, which cannot be printed at all."""
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$])")


def plain(text: str) -> str:
    """Return `text` without control characters: nothing from a file may steer a terminal."""
    return _CONTROL.sub("�", text)


def one_line(text: str) -> str:
    """Return `text` as one line without control characters: no name may pass for a line of ours."""
    return plain(" ".join(text.split("\n")).replace("\t", " "))


def as_json(data: object, indent: int | None = None) -> str:
    """Return data as JSON in which a terminal obeys nothing: what would steer one is written as its number."""
    text = whole(json.dumps(data, ensure_ascii=False, indent=indent))
    return _CONTROL.sub(lambda found: json.dumps(found[0])[1:-1], text)


def escaped(text: str) -> str:
    """Return `text` so that Markdown shows it literally."""
    return _MARKUP.sub(r"\\\1", plain(text)).replace("\n", " ")


def as_dict(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return the diagnosis as plain data, by the published schema."""
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "id": diagnosis.id,
        "source": diagnosis.source,
        "lang": diagnosis.lang,
        "status": diagnosis.status,
        "summary": diagnosis.summary,
        "run": None if diagnosis.run is None else _run(diagnosis.run, diagnosis),
        "symptoms": [
            {"id": s.id, "steps": None if s.steps is None else list(s.steps), "evidence": s.evidence}
            for s in diagnosis.symptoms
        ],
        "causes": [_cause(cause) for cause in diagnosis.causes],
        "twins": [list(group) for group in diagnosis.twins],
        "next_check": None,
        "documents": [asdict(passage) for passage in diagnosis.documents],
    }
    if diagnosis.next_check is not None:
        check = diagnosis.next_check
        data["next_check"] = {
            "id": check.id,
            "question": check.question,
            "minutes": check.minutes,
            "outcomes": [{"id": outcome.id, "title": outcome.title} for outcome in check.outcomes],
        }
    if diagnosis.error is not None:
        data["error"] = diagnosis.error
    if diagnosis.model is not None:
        from lossclinic.llm.render import as_dict as part_as_dict

        data["model"] = part_as_dict(diagnosis.model, diagnosis.lang)
    return data


def _run(run: Run, diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "format": run.format,
        "name": run.name,
        "runs": list(run.others),
        "series": [
            {"name": s.name, "role": s.role, "points": len(s.logged), "non_finite": s.non_finite}
            for s in run.series
        ],
        "notes": [note(diagnosis.lang) for note in run.notes],
        "messages": [message_as_dict(each, diagnosis.lang) for each in run.messages or ()],
    }


def _cause(cause: RankedCause) -> dict[str, Any]:
    return {
        "id": cause.id,
        "title": cause.title,
        "probability": round(cause.probability, 4),
        "evidence": [{"kind": line.kind, "for": line.supports, "text": line.text} for line in cause.evidence],
        "fixes": [{"title": fix.title, "framework": fix.framework, "code": fix.code} for fix in cause.fixes],
        "sources": list(cause.sources),
    }


def source_of(diagnosis: Diagnosis) -> str:
    """Return what the log is called: its file, or in the language of the reader that it was pasted."""
    return (
        NAMELESS[diagnosis.source](diagnosis.lang) if diagnosis.source in NAMELESS else diagnosis.source or ""
    )


def layout(run: Run, say: Lang) -> str:
    """Return what people call the layout of the log, and which of its runs this is."""
    from lossclinic_ingest.logs import title_of

    which = f"{Text(', ', '，')(say)}{texts.run.RUN(say)} {run.name}" if run.others else ""
    return f"{title_of(run.format)(say)}{which}"


def markdown(diagnosis: Diagnosis) -> str:
    """Return the report of a case; text that came from the person or the log is escaped."""
    say = diagnosis.lang
    parts = [f"# lossclinic: {STATUS[diagnosis.status](say)}"]
    if diagnosis.source:
        parts.append(f"{Text('Log', '日志')(say)}: {escaped(source_of(diagnosis))}")
    parts.append("\n\n".join(escaped(line) for line in diagnosis.summary.splitlines()))
    if diagnosis.run is not None:
        names = ", ".join(f"{escaped(s.name)} ({s.role}, {len(s.logged)})" for s in diagnosis.run.series)
        notes = "".join(f"\n- {escaped(note(say))}" for note in noted(diagnosis.run))
        parts.append(
            f"{texts.run.READ_AS(say).capitalize()} {escaped(layout(diagnosis.run, say))}: {names}{notes}"
        )
    if diagnosis.symptoms:
        rows = [f"- **{s.title}**: {escaped(s.evidence)}" for s in diagnosis.symptoms]
        parts.append(f"## {texts.cards.CURVE_SHOWS(say)}\n" + "\n".join(rows))
    for place, cause in enumerate(diagnosis.causes, 1):
        parts.append(_cause_markdown(place, cause, diagnosis))
    if diagnosis.next_check is not None:
        check = diagnosis.next_check
        choices = "\n".join(f"- `{choice.id}`: {choice.says}" for choice in check.outcomes)
        code = f"\n```python\n{check.code}\n```" if check.code else ""
        heading = texts.cards.NEXT_CHECK(say)
        parts.append(f"## {heading}: {check.title}\n{check.question} {check.how}{code}\n{choices}")
    elif diagnosis.causes and diagnosis.causes[0].confirm:
        parts.append(f"**{texts.cards.TO_CONFIRM(say)}**: {diagnosis.causes[0].confirm[0].title}")
    if diagnosis.documents:
        rows = [_passage_markdown(passage) for passage in diagnosis.documents]
        parts.append(f"## {FROM_DOCUMENTS(say)}\n\n" + "\n\n".join(rows))
    if diagnosis.model is not None:
        from lossclinic.llm.render import markdown as part_markdown

        parts.append(part_markdown(diagnosis.model, say))
    return "\n\n".join(parts) + "\n"


def _cause_markdown(place: int, cause: RankedCause, diagnosis: Diagnosis) -> str:
    say = diagnosis.lang
    chance = f"{percent(cause.probability)}, {in_words(cause.probability, say)}"
    lines = [f"## {place}. {cause.title} ({chance}; {cause.confidence})"]
    lines += [f"- {_sign(line)} {escaped(line.text)}" for line in cause.evidence]
    for snippet in (*cause.confirm, *cause.fixes):
        lines.append(f"\n**{snippet.title}**\n```python\n{snippet.code}\n```")
    lines.append(f"\n{texts.cards.SOURCES(say)}: " + "; ".join(cause.sources))
    return "\n".join(lines)


def _passage_markdown(passage: DocumentPassage) -> str:
    """Return a passage as a quotation, or as it is laid out where it is code or a table; nothing in it is Markdown."""
    lines = plain(passage.text).splitlines()
    if any(line.startswith((" ", "\t", "|", "```")) for line in lines):
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", passage.text)), default=0))
        quoted = "\n".join([f"{fence}text", *lines, fence])
    else:
        quoted = "\n".join(f"> {escaped(line)}  " for line in lines)
    return f"[{escaped(place_of(passage))}](<{passage.link}>)\n\n{quoted}"


def place_of(passage: DocumentPassage) -> str:
    """Return where a passage stands: its file and its headings."""
    return f"{passage.file} › {passage.heading}" if passage.heading else passage.file


def _passage_terminal(passage: DocumentPassage) -> list[str]:
    lines = [line for line in plain(passage.text).splitlines() if line.strip()]
    more = [f"    … {passage.link}"] if len(lines) > SHOWN_LINES else [f"    {passage.link}"]
    head = click.style(f"  {plain(place_of(passage))}", bold=True)
    return [head, *[f"    {line}" for line in lines[:SHOWN_LINES]], *more]


def _sign(line: EvidenceLine) -> str:
    return "(+)" if line.supports else "(−)"


def terminal(diagnosis: Diagnosis) -> str:
    """Return the diagnosis for the terminal: ranked causes with evidence, the first fix, the next check."""
    say = diagnosis.lang
    parts = []
    if diagnosis.source:
        read_as = f" ({plain(layout(diagnosis.run, say))})" if diagnosis.run else ""
        parts.append(click.style(plain(source_of(diagnosis)), bold=True) + read_as)
    parts.append(plain(diagnosis.summary))
    if diagnosis.run is not None:
        parts += [click.style(f"  · {plain(note(say))}", dim=True) for note in noted(diagnosis.run)]
    for place, cause in enumerate(diagnosis.causes, 1):
        parts.append("")
        bar = "█" * round(20 * cause.probability)
        head = f"{place}. {cause.title}"
        parts.append(f"{click.style(head, bold=True)}  {percent(cause.probability)} {bar}  [{cause.id}]")
        parts += [f"   {'+' if line.supports else '−'} {plain(line.text)}" for line in cause.evidence]
    if diagnosis.next_check is None and diagnosis.causes and diagnosis.causes[0].confirm:
        first = diagnosis.causes[0]
        sure = click.style(f"{texts.cards.TO_CONFIRM(say)}: {first.confirm[0].title}", bold=True)
        parts += ["", f"{sure}  (lossclinic causes {first.id})"]
    if diagnosis.causes and diagnosis.causes[0].fixes:
        fix = diagnosis.causes[0].fixes[0]
        parts += ["", click.style(f"{Text('Fix', '解决办法')(say)}: {fix.title}", bold=True)]
        parts += [f"    {line}" for line in fix.code.splitlines()]
    if diagnosis.next_check is not None:
        check = diagnosis.next_check
        minutes = Text(f"{check.minutes:g} min", f"{check.minutes:g} 分钟")(say)
        parts += [
            "",
            click.style(f"{texts.cards.NEXT_CHECK(say)} ({minutes}): ", bold=True) + check.question,
        ]
        parts += [f"   {choice.id}: {choice.says}" for choice in check.outcomes]
    if diagnosis.documents:
        parts += ["", click.style(f"{FROM_DOCUMENTS(say)}:", bold=True)]
        parts += [line for passage in diagnosis.documents for line in _passage_terminal(passage)]
    return "\n".join(parts)
