"""Replies that change what is known: a correction, another setting, something forgotten, a new case."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lossclinic.dialogue.concepts import terms_in
from lossclinic.dialogue.intents import as_written
from lossclinic.dialogue.reply import Reply
from lossclinic_kb.facts import ALIASES, KNOWN, Fact
from lossclinic_kb.reading import facts_in, statements_in
from lossclinic_kb.reading.answers import answer_to
from lossclinic_kb.retrieval.purpose import goes_wrong
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from lossclinic.session import Session

_METRIC = re.compile(
    r"(?:the |my )?(?:(?:train(?:ing)?|val(?:idation)?|test|eval(?:uation)?)[ _-]?(?:set )?)?(?:loss|acc(?:uracy)?|error|metric)(?![a-z])"
    r"|(?:训练|验证|测试|评估)?集?(?:上)?的? ?(?:loss|损失|准确率|精度|误差|acc)",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"[,，;；]?(?<![a-z])(?:not|instead of|rather than)\s.*$|[,，；]?(?:而)?不是.*$", re.IGNORECASE
)
_PRECISION = (
    (re.compile(r"fp16|float16|amp(?![a-z])|mixed precision|混合精度|半精度"), True),
    (re.compile(r"fp32|float32|full precision|全精度|单精度"), False),
)
_CALLED = {
    "learning rate": "lr", "rate": "lr", "学习率": "lr", "batch size": "batch_size", "batch": "batch_size", "批大小": "batch_size",
    "optimiser": "optimizer", "优化器": "optimizer", "classes": "classes", "类别数": "classes", "weight decay": "weight_decay",
    "权重衰减": "weight_decay", "momentum": "momentum", "动量": "momentum", "dropout": "dropout", "amp": "amp", "混合精度": "amp",
}  # fmt: skip


def correct(session: Session, message: str, lang: Lang, about: str) -> Reply | None:
    """Put right what was said last: a setting, which curve was meant, or all of it."""
    meant = _INSTEAD.sub("", as_written(message, about)).strip(" .。!！,，")
    if not meant:
        return None
    if (check := _answered_last(session)) and (heard := answer_to(check, meant)) is not None:
        return Reply("correct", lang, session.answer(check, heard.outcome, heard.quote))
    facts = _settings(meant)
    if facts and not goes_wrong(meant):
        made = session.set_facts(facts)
        return Reply("correct", lang, made, _with(facts, session))
    last = session.situation.words[-1] if session.situation.words else ""
    metric = _METRIC.fullmatch(meant)
    if metric and (old := _METRIC.search(last)):
        return Reply("correct", lang, session.rephrase(last[: old.start()] + meant + last[old.end() :]))
    if last and (goes_wrong(meant) or statements_in(meant)):
        return Reply("correct", lang, session.rephrase(meant))
    return None


def what_if(session: Session, message: str, lang: Lang, about: str) -> Reply | None:  # noqa: ARG001
    """Diagnose with another setting, or say what the setting is where nothing depends on it."""
    facts = _settings(about)
    if facts and not goes_wrong(about):
        made = session.set_facts(facts)
        return Reply("what_if", lang, made, _with(facts, session))
    terms = terms_in(about)
    if not terms or goes_wrong(about):
        return None
    entry = terms[0]
    words = Text(
        f"{entry.title.en}: {entry.summary.en}. By itself it does not change what is likely here; run it and tell me "
        "what the loss does then.",
        f"{entry.title.zh}：{entry.summary.zh}。单凭这一点，判断不会变；跑一下，再告诉我 loss 怎么样。",
    )
    return Reply("what_if", lang, session.diagnosis, words, entry)


def forget(session: Session, message: str, lang: Lang, about: str) -> Reply | None:  # noqa: ARG001
    """Take back what was last said."""
    made = session.revert()
    known = Text(made.in_language("en").summary, made.in_language("zh").summary) if made is not None else None
    words = Text(
        "Forgotten." + (f" What remains:\n{known.en}" if known else " Nothing is left of the case."),
        "已经忘掉。" + (f"剩下的：\n{known.zh}" if known else "现在什么都不剩了。"),
    )
    return Reply("forget", lang, made, words)


def drop(session: Session, message: str, lang: Lang, about: str) -> Reply | None:  # noqa: ARG001
    """Take a setting out of the case."""
    asked = about.strip().removeprefix("the ").removeprefix("my ")
    name = _CALLED.get(asked) or ALIASES.get(asked.replace(" ", "_"), asked.replace(" ", "_"))
    if name not in KNOWN or session.diagnosis is None or name not in session.diagnosis.case.facts:
        return None
    return Reply("drop", lang, session.drop_fact(name))


def reset(session: Session, message: str, lang: Lang, about: str) -> Reply | None:  # noqa: ARG001
    """Begin a new case; what was said before is not lost to undo."""
    session.begin()
    return Reply(
        "reset",
        lang,
        None,
        Text(
            "A new case. Tell me what the training does, or drop its log.",
            "重新开始。说说训练的情况，或者把日志拖进来。",
        ),
    )


def later(session: Session, message: str, lang: Lang, about: str) -> Reply | None:  # noqa: ARG001
    """Put the check off that was asked."""
    assert session.diagnosis is not None
    check = session.diagnosis.next_check
    return Reply("later", lang, session.later(check.id)) if check is not None else None


def courtesy(session: Session, message: str, lang: Lang, about: str) -> Reply | None:  # noqa: ARG001
    """Be polite."""
    if session.diagnosis is None:
        words = Text(
            "Hello. Tell me what the training does that it should not, or drop its log.",
            "你好。说说训练哪里不对劲，或者把日志拖进来。",
        )
    else:
        words = Text(
            "Good luck. When you have tried it, tell me what came of it, or drop the new log.",
            "祝顺利。试过之后告诉我结果，或者把新的日志拖进来。",
        )
    return Reply("courtesy", lang, session.diagnosis, words)


def _answered_last(session: Session) -> str:
    """Return the check that the last change answered, or ""."""
    before, now = session.before, session.diagnosis
    if now is None or before is None or before.diagnosis is None:
        return ""
    new = [each.check for each in now.case.answers if each not in before.diagnosis.case.answers]
    return new[-1] if new else ""


def _settings(words: str) -> dict[str, Fact]:
    facts = facts_in(words)
    for pattern, value in _PRECISION:
        if pattern.search(words.lower()):
            facts["amp"] = value
    return facts


def _with(facts: dict[str, Fact], session: Session) -> Text | None:
    """Return the diagnosis headed by the settings that it now goes by."""
    made = session.diagnosis
    if made is None:
        return None
    given = ", ".join(f"{name} = {value}" for name, value in facts.items())
    return Text(
        f"With {given}:\n{made.in_language('en').summary}",
        f"按 {given} 来看：\n{made.in_language('zh').summary}",
    )
