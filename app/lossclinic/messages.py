"""What a log says between its numbers, in sentences: where it stands, in its own words, and what it means."""

from __future__ import annotations

import re
from typing import Any

from lossclinic_kb.case import Observations
from lossclinic_kb.messages import load_messages
from lossclinic_kb.run import Printed, Run
from lossclinic_kb.text import Lang, Text

_END = re.compile(r"[.!](?=\s)")
SHORT = 40  # characters of a quotation that need no cutting


def message_line(message: str, case: Observations) -> Text:
    """Return the line of evidence for a message of the case."""
    return _line(next(each for each in case.messages if each.message == message))


def read_between(case: Observations) -> Text:
    """Say that the lines between the numbers were read, and which of them are worth knowing."""
    if not case.messages:
        return Text("No line between the numbers warns of a fault.", "数字之间的各行也读过，没有发现警告。")
    lines = [_line(each) for each in case.messages]
    return Text(
        f"Worth knowing: {'; '.join(line.en for line in lines)}.",
        f"值得留意：{'；'.join(line.zh for line in lines)}。",
    )


def noted(run: Run) -> tuple[Text, ...]:
    """Return what a person should know of the log beside its curves: what had to be decided, and what its lines say."""
    known = load_messages() if run.messages else {}
    return run.notes + tuple(
        Text(
            f"{each.file} line {each.line}: {known[each.message].title.en}".strip(),
            f"{each.file} 第 {each.line} 行：{known[each.message].title.zh}".strip(),
        )
        for each in run.messages or ()
    )


def as_dict(found: Printed, lang: Lang) -> dict[str, Any]:
    """Return a message as plain data, by the published schema."""
    return {
        "id": found.message,
        "title": load_messages()[found.message].title(lang),
        "file": found.file,
        "line": found.line,
        "count": found.count,
        "text": found.quote,
    }


def _line(found: Printed) -> Text:
    means, quote = load_messages()[found.message].means, _first_sentence(found.quote)
    if not found.line:
        return Text(f"You quote “{quote}”: {means.en}", f"你贴出了“{quote}”：{means.zh}")
    again_en = f", {found.count} times in all" if found.count > 1 else ""
    again_zh = f"（共 {found.count} 次）" if found.count > 1 else ""
    where = Text(found.file or "the log", f"{found.file} " if found.file else "日志")
    return Text(
        f"Line {found.line} of {where.en} says “{quote}”{again_en}: {means.en}",
        f"{where.zh}第 {found.line} 行写着“{quote}”{again_zh}：{means.zh}",
    )


def _first_sentence(quote: str) -> str:
    """Return what a message begins with: advice that follows is not worth repeating."""
    end = _END.search(quote, SHORT)
    return quote if end is None else quote[: end.start()]
