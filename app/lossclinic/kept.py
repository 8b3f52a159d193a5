"""A conversation as text and back: what a browser keeps, and what can be exported and opened elsewhere."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lossclinic.conversation import DEEDS, Conversation, Deed
from lossclinic.packing import packed, points, unpacked
from lossclinic_kb.errors import InputError
from lossclinic_kb.text import Lang, Text, whole

if TYPE_CHECKING:
    from lossclinic.clinic import Clinic
    from lossclinic_ingest.logs import Log

VERSION = 1
MOST_POINTS = 20_000
"""Values of the logs of one conversation that are kept: some 400 kB, where a browser gives five MB to all of them."""
MOST_TURNS = 500  # more than anybody says; a file with more was not written here
SHOWN = 120  # characters of what was wrong with a file: one line
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "say": ("text",),
    "answer": ("check", "outcome"),
    "take_back": ("check",),
    "later": ("check",),
    "fact": ("name", "value"),
    "drop": ("name",),
    "role": ("column", "role"),
    "run": ("name",),
}
"""What each kind of turn is done with; nothing else in a file is looked at."""
TOO_LARGE = Text(
    "This log was too large to be kept with the conversation. Drop it again to go on.",
    "这份日志太大，没有随对话保存。需要继续时请重新拖入。",
)

NOT_KEPT = Text(
    "This is no conversation that lossclinic kept, or it is damaged. Open one that was exported here (.lossclinic.json).",
    "这不是从训练诊所导出的对话，或者文件已损坏。请打开这里导出的 .lossclinic.json 文件。",
)


def kept(conversation: Conversation) -> str:
    """Return a conversation as JSON. A log that is too large is left out, which opening it says."""
    data = {
        "lossclinic": VERSION,
        "id": conversation.id,
        "title": conversation.title,
        "turns": _turns(conversation),
    }
    return whole(json.dumps(data, ensure_ascii=False, separators=(",", ":")))


def reopened(clinic: Clinic, text: str, lang: Lang = "en") -> Conversation:
    """Return a conversation that `kept` wrote, everything in it done anew.

    Raises:
        InputError: The text is something else.
    """
    try:
        data = json.loads(text)
        if data["lossclinic"] != VERSION:
            raise InputError(_other_version(data["lossclinic"]))
        turns, title = data["turns"][:MOST_TURNS], whole(str(data["title"]))
        deeds, problems = [_deed(turn) for turn in turns], [_problem(turn) for turn in turns]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(NOT_KEPT) from None
    made = Conversation.new(clinic, lang)
    for deed, problem in zip(deeds, problems, strict=True):
        made = made.do(deed) if problem is None else made.failed(deed, problem)
    return replace(made, given_title=title, id=whole(str(data.get("id") or made.id)))


def _turns(conversation: Conversation) -> list[dict[str, Any]]:
    left, turns = MOST_POINTS, []
    for turn in conversation.turns:
        deed = turn.deed
        data: dict[str, Any] = {
            "kind": deed.kind,
            "what": dict(deed.what),
            "said": [deed.said.en, deed.said.zh],
        }
        if deed.log is not None:
            left -= points(deed.log.found)
            if left < 0:
                data["problem"] = [TOO_LARGE.en, TOO_LARGE.zh]
            else:
                data["log"] = [packed(run) for run in deed.log.found]
        elif turn.problem is not None and deed.attached:
            data["problem"] = [turn.problem.en, turn.problem.zh]
        turns.append(data)
    return turns


def _deed(turn: dict[str, Any]) -> Deed:
    en, zh = turn["said"]
    if turn["kind"] not in DEEDS:
        raise ValueError(f"unknown turn {turn['kind']!r}")
    what = {name: whole(str(turn["what"][name])) for name in ARGUMENTS[turn["kind"]]}
    return Deed(turn["kind"], what, Text(whole(str(en)), whole(str(zh))), _log(turn.get("log")))


def _other_version(version: object) -> Text:
    shown = repr(str(version)[:SHOWN])
    return Text(
        f"This conversation is of version {shown}; this lossclinic reads {VERSION}. Update lossclinic to open it.",
        f"这份对话的版本是 {shown}，当前的训练诊所只能读 {VERSION}。升级后再打开。",
    )


def _problem(turn: dict[str, Any]) -> Text | None:
    if "problem" not in turn:
        return TOO_LARGE if turn.get("too_large") else None  # as it was written before
    en, zh = turn["problem"]
    return Text(whole(str(en)), whole(str(zh)))


def _log(runs: list[dict[str, Any]] | None) -> Log | None:
    if runs is None:
        return None
    from lossclinic_ingest.logs import Log

    return Log(tuple(unpacked(run) for run in runs))
