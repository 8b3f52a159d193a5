"""Replies about the diagnosis that there is: what it means, why it, why not another, how sure, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossclinic.compose import candidate
from lossclinic.diagnosis import Code, Diagnosis, RankedCause
from lossclinic.dialogue.concepts import cause_in, guide_in, terms_in
from lossclinic.dialogue.frameworks import framework_of, title_of
from lossclinic.dialogue.reply import Reply
from lossclinic.library import Entry, entries
from lossclinic.wording import percent
from lossclinic_kb.checks import load_checks
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from lossclinic.session import Session

LINES = 4
"""Lines of evidence, or other causes, in one reply."""
AHEAD = 1.5
"""How much likelier a description must be of one cause than of any other to name it."""
_NOTHING = Text("nothing so far", "目前没有")


def meaning(session: Session, message: str, lang: Lang, about: str) -> Reply | None:  # noqa: ARG001 - one signature for all
    """Explain the cause that leads."""
    made = _made(session)
    if not made.causes:
        return Reply("meaning", lang, made)
    page = {each: made.in_language(each).causes[0] for each in ("en", "zh")}
    words = Text(_first_section(page["en"]), _first_section(page["zh"]))
    return Reply("meaning", lang, made, words, entries()["cause", made.causes[0].id])


def why(session: Session, message: str, lang: Lang, about: str) -> Reply | None:  # noqa: ARG001
    """List what speaks for and against the cause that leads."""
    made = _made(session)
    if not made.causes:
        return Reply("why", lang, made)
    return Reply("why", lang, made, _both(made, made.causes[0].id), entries()["cause", made.causes[0].id])


def why_not(session: Session, message: str, lang: Lang, about: str) -> Reply | None:  # noqa: ARG001
    """Say where another cause stands, and what speaks for and against it."""
    made = _made(session)
    cause = cause_in(about) or _nearest(session, about, lang)
    if cause is None or not made.causes:
        return None
    return Reply("why_not", lang, made, _both(made, cause), entries()["cause", cause])


def sure(session: Session, message: str, lang: Lang, about: str) -> Reply | None:  # noqa: ARG001
    """Say how probable the leading causes are."""
    made = _made(session)
    if not made.causes:
        return Reply("sure", lang, made)
    lists = {
        each: "\n".join(
            f"{percent(c.probability)}  {c.title}" for c in made.in_language(each).causes[: LINES + 1]
        )
        for each in ("en", "zh")
    }
    check = load_checks()[made.next_check.id] if made.next_check else None
    words = Text(
        f"As far as is known now:\n{lists['en']}"
        + (f"\nTo tell them apart: {check.question.en}" if check else ""),
        f"就目前知道的来看：\n{lists['zh']}" + (f"\n想分清它们：{check.question.zh}" if check else ""),
    )
    return Reply("sure", lang, made, words)


def next_step(session: Session, message: str, lang: Lang, about: str) -> Reply | None:  # noqa: ARG001
    """Say what to do first, with the code."""
    made = _made(session)
    if not made.causes:
        return Reply("next", lang, made)
    code = _of_framework(made, "pytorch")[:1]
    check = load_checks()[made.next_check.id] if made.next_check else None
    titles = {each: made.in_language(each).causes[0].title for each in ("en", "zh")}
    if check is not None:
        words = Text(
            f"First the check, {check.minutes:g} min: {check.question.en}\n{check.how.en}\nIf it points to "
            f"“{titles['en']}”, this is the cure:",
            f"先做检查，大约 {check.minutes:g} 分钟：{check.question.zh}\n{check.how.zh}\n如果确实是“{titles['zh']}”，这样改：",
        )
    else:
        words = Text(f"Cure “{titles['en']}” first:", f"先按“{titles['zh']}”来改：")
    return Reply("next", lang, made, words, entries()["cause", made.causes[0].id], code)


def how_check(session: Session, message: str, lang: Lang, about: str) -> Reply | None:  # noqa: ARG001
    """Say how the check is made that was asked."""
    made = _made(session)
    if made.next_check is None:
        return None
    check = load_checks()[made.next_check.id]
    code = (Code(check.title(lang), "pytorch", check.code),) if check.code else ()
    words = Text(f"{check.question.en}\n{check.how.en}", f"{check.question.zh}\n{check.how.zh}")
    return Reply("how_check", lang, made, words, entries().get(("check", check.id)), code)


def code(session: Session, message: str, lang: Lang, about: str) -> Reply | None:  # noqa: ARG001
    """Show the cure of the cause that leads in a framework."""
    made, framework = _made(session), framework_of(about)
    if not made.causes or framework is None:
        return None
    found = _of_framework(made.in_language(lang), framework)
    title, name = {each: made.in_language(each).causes[0].title for each in ("en", "zh")}, title_of(framework)
    if found:
        words = Text(f"“{title['en']}” in {name}:", f"“{title['zh']}”，{name} 的写法：")
    else:
        found = _of_framework(made.in_language(lang), "pytorch")
        words = Text(
            f"There is no snippet for {name} that has been run for “{title['en']}”. This is the one in PyTorch:",
            f"“{title['zh']}”还没有跑通过的 {name} 代码。下面是 PyTorch 的：",
        )
    return Reply("code", lang, made, words, entries()["cause", made.causes[0].id], found)


def concept(session: Session, message: str, lang: Lang, about: str) -> Reply | None:  # noqa: ARG001
    """Explain the terms, the guide or the cause that a question names."""
    terms = terms_in(about)
    cause = cause_in(about) if not terms or len(terms) == 1 else None
    entry = terms[0] if terms else (entries()["cause", cause] if cause else guide_in(about))
    if entry is None:
        return None
    shown = terms or [entry]
    words = Text(*("\n".join(_defined(each, say, cause) for each in shown) for say in ("en", "zh")))
    return Reply("concept", lang, session.diagnosis, words, entry)


def _defined(entry: Entry, lang: Lang, cause: str | None) -> str:
    stop = "。" if lang == "zh" else "."
    summary = entry.summary(lang).rstrip("。.") + stop
    sep = "：" if lang == "zh" else ": "
    line = f"{entry.title(lang)}{sep}{summary}"
    if cause is not None and entry.kind == "term":
        more = entries()["cause", cause].summary(lang)
        line += f"\n{more}"
    return line


def _nearest(session: Session, words: str, lang: Lang) -> str | None:
    """Return the cause that a few words describe best, if they do better than others."""
    best, second = session.clinic.retriever.find(words, lang)[:2]
    return best.cause if best.score >= AHEAD * second.score else None


def _made(session: Session) -> Diagnosis:
    assert session.diagnosis is not None  # an intent about a case is read only where there is one
    return session.diagnosis


def _first_section(cause: RankedCause) -> str:
    return f"{cause.title}\n{cause.article[0][1].strip()}"


def _of_framework(made: Diagnosis, framework: str) -> tuple[Code, ...]:
    leading = made.causes[0]
    return tuple(each for each in (*leading.fixes, *leading.confirm) if each.framework == framework)


def _both(made: Diagnosis, cause: str) -> Text:
    return Text(_standing(made, cause, "en"), _standing(made, cause, "zh"))


def _standing(made: Diagnosis, cause: str, lang: Lang) -> str:
    """Return the place and the probability of a cause, and what speaks for and against it."""
    place, ranked = candidate(made.case, cause, lang)
    lines = {
        supports: [each.text for each in ranked.evidence if each.supports == supports][:LINES]
        for supports in (True, False)
    }
    pro, con = (
        "\n".join(f"- {line}" for line in lines[each]) or f"- {_NOTHING(lang)}" for each in (True, False)
    )
    chance = percent(ranked.probability)
    return Text(
        f"{ranked.title}: number {place} of the causes, {chance}.\nWhat speaks for it:\n{pro}\nWhat speaks against it:\n{con}",
        f"{ranked.title}：排第 {place}，{chance}。\n支持它的：\n{pro}\n反对它的：\n{con}",
    )(lang)
