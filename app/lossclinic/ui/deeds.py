"""From what a person presses, writes or drops to a deed of the conversation, with the words that it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lossclinic.conversation import Deed
from lossclinic.pasted import words_and_log
from lossclinic.ui import texts
from lossclinic.ui.parts.chips import shown, title_of
from lossclinic_kb.errors import InputError, UnreadableLog
from lossclinic_kb.facts import read_facts
from lossclinic_kb.progress import Progress
from lossclinic_kb.run import ROLES, Role
from lossclinic_kb.text import Text

TEXT_LIMIT = 20_000  # characters; longer pasted text that is no log is no description either
PASTE_LIMIT = 2_000_000  # bytes; nobody says anything beside a log that is longer


def saying(text: str, files: Sequence[Path] = (), progress: Progress | None = None) -> Deed:
    """Return the deed of sending a message.

    Args:
        text: What was written or pasted.
        files: What was dropped; a long pasted text arrives as a file, and may hold a log, a description or both.
        progress: Told of a large log how much is read.

    Raises:
        UnreadableLog: The files are no log.
    """
    from lossclinic_ingest.logs import open_log

    words = _shown(text, files)
    if not files:
        return Deed("say", {"text": text}, Text(words, words))
    pasted = _pasted(files)
    try:
        log = open_log(list(files), name=files[0].name if len(files) == 1 else "", progress=progress)
        log.run()
    except UnreadableLog:
        if not pasted or len(pasted) > TEXT_LIMIT:
            raise
        text = f"{text}\n{pasted}".strip()
        return Deed("say", {"text": text}, Text(text, text))
    around = words_and_log(pasted)[0] if pasted else ""
    text = "\n".join(part for part in (text, around) if part.strip())
    words = _shown(text, files)
    return Deed("say", {"text": text}, Text(words, words), log)


def failing(text: str, files: Sequence[Path]) -> Deed:
    """Return the deed of sending files that are no log: done again it is a message without them."""
    words = _shown(text, files)
    return Deed("say", {"text": text}, Text(words, words))


def pressing(act: Mapping[str, str]) -> Deed:
    """Return the deed behind a button or form of the cards.

    Raises:
        InputError: There is no such button, check or fact.
    """
    from lossclinic_kb.checks import load_checks

    kind = act.get("act", "")
    if kind in ("answer", "take_back", "later"):
        check = load_checks().get(act.get("check", ""))
        if check is None:
            raise InputError(f"no check is called {act.get('check')!r}")
        if kind == "answer":
            outcome = check.outcome(act.get("outcome", ""))
            return Deed(
                kind, {"check": check.id, "outcome": outcome.id}, _pair("{}: {}", check.title, outcome.title)
            )
        words = texts.talk.PUT_OFF if kind == "later" else texts.talk.TAKEN_BACK
        return Deed(kind, {"check": check.id}, _pair_in(words, check.title))
    if kind == "fact":
        name, value = act.get("name", ""), act.get("value", "")
        known = read_facts({name: value})
        said = [
            f"{title_of(each, lang)}: {shown(fact, lang)}"
            for lang in ("en", "zh")
            for each, fact in known.items()
        ]
        return Deed(kind, {"name": name, "value": value}, Text(said[0], said[1]))
    if kind == "drop":
        name = act.get("name", "")
        title = Text(title_of(name, "en"), title_of(name, "zh"))
        return Deed(kind, {"name": name}, _pair_in(texts.talk.DROPPED, title))
    raise InputError(f"nothing is called {kind!r}")


def correcting(column: str, role: Role) -> Deed:
    """Return the deed of saying which role a column plays.

    Raises:
        InputError: There is no such role.
    """
    if role not in ROLES:
        raise InputError(f"no role is called {role!r}; known: {', '.join(ROLES)}")
    name = texts.run.ROLE[role]
    return Deed(
        "role", {"column": column, "role": role}, Text(f"{column} → {name.en}", f"{column} → {name.zh}")
    )


def choosing(run: str) -> Deed:
    """Return the deed of looking at another run of the log."""
    return Deed("run", {"name": run}, Text(f"{texts.run.RUN.en} {run}", f"{texts.run.RUN.zh} {run}"))


def _pasted(files: Sequence[Path]) -> str:
    """Return the text of a file that may have been pasted; "" for several files, another kind, or one too long."""
    (file, *others) = files
    if others or file.suffix != ".txt" or file.stat().st_size > PASTE_LIMIT:
        return ""
    return file.read_text(encoding="utf-8", errors="replace")


def _shown(text: str, files: Sequence[Path]) -> str:
    return "\n".join(part for part in (text, *(f"[{path.name}]" for path in files)) if part)


def _pair(form: str, *parts: Text) -> Text:
    return Text(form.format(*(part.en for part in parts)), form.format(*(part.zh for part in parts)))


def _pair_in(form: Text, part: Text) -> Text:
    return Text(form.en.format(part.en), form.zh.format(part.zh))
