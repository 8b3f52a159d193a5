"""From a case to the diagnosis that people see: ranking, then the sentences."""

from __future__ import annotations

from lossclinic.diagnosis import Choice, Code, Diagnosis, EvidenceLine, NextCheck, RankedCause, Symptom
from lossclinic.messages import message_line
from lossclinic.wording import said_line, summarise
from lossclinic_kb.case import Observations
from lossclinic_kb.causes import Cause, load_cause
from lossclinic_kb.causes.cause import HEADINGS
from lossclinic_kb.checks import Check, load_checks
from lossclinic_kb.configuration import RULES
from lossclinic_kb.diagnosis import Candidate, rank
from lossclinic_kb.posterior import Evidence
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms import SYMPTOMS
from lossclinic_kb.text import Lang, Text

SHOWN_CAUSES = 5  # more than a person can hold in mind; the rest is in the knowledge base
QUOTED = 160  # characters of a passage: two lines beside the sign
FOR, AGAINST = 5, 3  # evidence lines per cause


def compose(case: Observations, run: Run | None, lang: Lang, *, source: str | None = None) -> Diagnosis:
    """Return the diagnosis of `case` in `lang`."""
    ranking = rank(case)
    silent = ranking.status in ("healthy", "off_topic") or case.silent
    causes = () if silent else tuple(_cause(c, case, lang) for c in ranking.candidates[:SHOWN_CAUSES])
    symptoms = _symptoms(case, lang)
    check = None if silent or ranking.next_check is None else _check(ranking.next_check, lang)
    return Diagnosis(
        status=ranking.status,
        lang=lang,
        summary=summarise(case, ranking, causes, symptoms, check, run, lang),
        causes=causes,
        symptoms=symptoms,
        twins=() if silent else ranking.twins,
        next_check=check,
        run=run,
        source=source,
        case=case,
        documents=case.documents,
    )


def candidate(case: Observations, cause: str, lang: Lang) -> tuple[int, RankedCause]:
    """Return the place of a cause among all, from 1, and what there is to say of it, however improbable."""
    order = rank(case).candidates
    place = next(number for number, each in enumerate(order, 1) if each.cause == cause)
    return place, _cause(order[place - 1], case, lang)


def _cause(candidate: Candidate, case: Observations, lang: Lang) -> RankedCause:
    cause = load_cause(candidate.cause)
    return RankedCause(
        id=cause.id,
        title=cause.title(lang),
        probability=candidate.probability,
        confidence=cause.confidence,
        evidence=_evidence(candidate, case, lang),
        confirm=_code(cause, lang, fixes=False),
        fixes=_code(cause, lang, fixes=True),
        article=tuple(
            (heading, cause.articles[lang].sections[name]) for heading, name in HEADINGS[lang].items()
        ),
        sources=tuple(f"{source.title}, {source.url}" for source in cause.sources),
    )


def _code(cause: Cause, lang: Lang, *, fixes: bool) -> tuple[Code, ...]:
    chosen = [snippet for snippet in cause.snippets if snippet.is_fix == fixes]
    return tuple(Code(snippet.title(lang), snippet.framework, snippet.code) for snippet in chosen)


def _evidence(candidate: Candidate, case: Observations, lang: Lang) -> tuple[EvidenceLine, ...]:
    """Return the strongest lines; what is *not* seen is only worth a line where it was to be expected."""
    lines = [
        EvidenceLine(seen.kind, seen.weight > 0, sentence(seen, case)(lang), _ref(seen, case, lang))
        for seen in candidate.evidence
        if not (seen.kind == "missing_symptom" and seen.weight > 0)
        and not (seen.kind in ("words", "message") and seen.weight < 0)
    ]
    opinion = [line for line in lines if line.kind == "opinion"]
    supporting = [line for line in lines if line.supports and line.kind != "opinion"][:FOR]
    return (*supporting, *opinion, *[line for line in lines if not line.supports][:AGAINST])


def _ref(seen: Evidence, case: Observations, lang: Lang) -> str:
    return case.words[seen.ref].phrase(lang) if seen.kind == "words" else seen.ref


def sentence(seen: Evidence, case: Observations) -> Text:
    """Return a line of evidence in both languages."""
    if seen.kind == "symptom":
        return next(finding.evidence for finding in case.findings if finding.id == seen.ref)
    if seen.kind == "missing_symptom":
        title = SYMPTOMS[seen.ref].TITLE
        return Text(f"Not seen, though usual here: {title.en}", f"通常会出现，但这里没有：{title.zh}")
    if seen.kind == "said":
        return said_line(seen.ref, case)
    if seen.kind == "message":
        return message_line(seen.ref, case)
    if seen.kind == "words":
        near = case.words[seen.ref].phrase
        return Text(
            f"Your description is close to: “{shortened(near.en)}”",
            f"你的描述很接近：“{shortened(near.zh)}”",
        )
    if seen.kind == "fact":
        return next(rule for rule in RULES if rule.id == seen.ref).text(case.facts)
    if seen.kind == "opinion":
        return opinion_line(seen.ref, case)
    check = load_checks()[seen.ref]
    given = next(answer for answer in case.answers if answer.check == seen.ref)
    outcome = check.outcome(given.outcome)
    if given.quote:
        quote = shortened(given.quote)
        return Text(
            f"{check.title.en}: you say “{quote}”, that is “{outcome.title.en}”",
            f"{check.title.zh}：你说“{quote}”，也就是“{outcome.title.zh}”",
        )
    return Text(
        f"{check.title.en}: you answered “{outcome.title.en}”",
        f"{check.title.zh}：你的回答是“{outcome.title.zh}”",
    )


def opinion_line(cause: str, case: Observations) -> Text:
    """Return the line of evidence for a cause that a language model names: in our words, not in its own."""
    assert case.opinion is not None
    named = next(each for each in case.opinion.named if each.cause == cause)
    told = [line for ground in named.grounds if (line := ground_line(ground.kind, ground.ref, case))]
    return Text(
        f"The language model ({case.opinion.by}) names it at place {named.place}, pointing at: "
        + "; ".join(line.en for line in told),
        f"语言模型（{case.opinion.by}）把它排在第 {named.place} 位，依据是："
        + "；".join(line.zh for line in told),
    )


def ground_line(kind: str, ref: str, case: Observations) -> Text | None:
    """Return the sentence of an observation; None where the case does not hold it any more."""
    if kind == "symptom":
        return next((each.evidence for each in case.findings if each.id == ref and each.present), None)
    if kind == "said":
        return said_line(ref, case) if any(each.statement == ref for each in case.said) else None
    if kind == "message":
        return message_line(ref, case) if any(each.message == ref for each in case.messages) else None
    if kind == "answer":
        held = any(answer.check == ref for answer in case.answers)
        return sentence(Evidence("answer", ref, 0.0), case) if held else None
    if kind == "fact":
        value = case.facts.get(ref)
        line = f"{ref} = {f'{value:g}' if isinstance(value, float) else str(value).lower()}"
        return None if value is None else Text(line, line)
    if kind == "missing_symptom":
        title = SYMPTOMS[ref].TITLE
        return Text(f"not seen: {title.en}", f"没有出现：{title.zh}")
    return Text("what you wrote", "你的描述")


def shortened(passage: str) -> str:
    """Return the first line of a passage, cut at a word where it is longer than one reads in a list."""
    line = passage.strip().split("\n")[0]
    if len(line) <= QUOTED:
        return line
    return f"{line[:QUOTED].rsplit(' ', 1)[0]} …"


def _symptoms(case: Observations, lang: Lang) -> tuple[Symptom, ...]:
    return tuple(
        Symptom(
            finding.id,
            SYMPTOMS[finding.id].TITLE(lang),
            finding.steps,
            finding.evidence(lang),
            finding.series,
        )
        for finding in case.findings
        if finding.present
    )


def _check(check: Check, lang: Lang) -> NextCheck:
    return NextCheck(
        id=check.id,
        title=check.title(lang),
        question=check.question(lang),
        how=check.how(lang),
        minutes=check.minutes,
        code=check.code,
        outcomes=tuple(Choice(outcome.id, outcome.title(lang)) for outcome in check.outcomes),
    )
