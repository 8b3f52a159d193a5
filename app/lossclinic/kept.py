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
            raise InputError(
                f"a conversation of version {str(data['lossclinic'])[:SHOWN]!r}; this lossclinic reads {VERSION}"
            )
        turns, title = data["turns"][:MOST_TURNS], whole(str(data["title"]))
        deeds = [_deed(turn) for turn in turns]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        said = whole(str(error))[:SHOWN]
        raise InputError(f"this is no conversation that lossclinic kept: {said}") from None
    made = Conversation.new(clinic, lang)
    for turn, deed in zip(turns, deeds, strict=True):
        made = made.failed(deed, TOO_LARGE) if turn.get("too_large") else made.do(deed)
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
                data["too_large"] = True
            else:
                data["log"] = [packed(run) for run in deed.log.found]
        elif turn.problem is TOO_LARGE:
            data["too_large"] = True
        turns.append(data)
    return turns


def _deed(turn: dict[str, Any]) -> Deed:
    en, zh = turn["said"]
    if turn["kind"] not in DEEDS:
        raise ValueError(f"unknown turn {turn['kind']!r}")
    what = {name: whole(str(turn["what"][name])) for name in ARGUMENTS[turn["kind"]]}
    return Deed(turn["kind"], what, Text(whole(str(en)), whole(str(zh))), _log(turn.get("log")))


def _log(runs: list[dict[str, Any]] | None) -> Log | None:
    if runs is None:
        return None
    from lossclinic_ingest.logs import Log

    return Log(tuple(unpacked(run) for run in runs))
