"""One turn of a conversation: what a message wants is read, and done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from lossclinic.dialogue import correct, explain
from lossclinic.dialogue.intents import intent_of
from lossclinic.dialogue.reply import Reply
from lossclinic_kb.text import Lang, language_of

if TYPE_CHECKING:
    from lossclinic.session import Session

Deed = Callable[["Session", str, Lang, str], Reply | None]
DEEDS: Final[dict[str, Deed]] = {
    "reset": correct.reset,
    "forget": correct.forget,
    "drop": correct.drop,
    "correct": correct.correct,
    "what_if": correct.what_if,
    "later": correct.later,
    "courtesy": correct.courtesy,
    "code": explain.code,
    "why_not": explain.why_not,
    "how_check": explain.how_check,
    "why": explain.why,
    "next": explain.next_step,
    "sure": explain.sure,
    "meaning": explain.meaning,
    "concept": explain.concept,
}
"""What is done about each intent. One that finds nothing to do returns None, and the message counts as a description."""


def take(session: Session, text: str, log: Any = None, *, name: str = "") -> Reply:
    """Return what is said to a message; the session knows of it afterwards.

    Raises:
        UnreadableLog: The log cannot be used; the conversation stays as it was.
        InputError: Both are empty.
    """
    made = session.diagnosis
    case = made is not None and made.status != "off_topic"
    lang = language_of(text) if text.strip() else session.lang or "en"
    if log is None:
        intent = intent_of(text, case=case, check=made is not None and made.next_check is not None)
        deed = DEEDS.get(intent.kind)
        before = session.length
        reply = deed(session, text, lang, intent.about) if deed is not None else None
        if reply is not None:
            if session.length == before:
                session.hold()
            return reply
    told = session.say(text, log, name=name)
    return Reply("tell", told.lang, told)
