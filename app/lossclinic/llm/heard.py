"""What of a reply holds: known ids, observations that exist and speak for the cause, quotes that the person wrote."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import replace

from lossclinic.llm.digest import Digest
from lossclinic.llm.drops import Drops, Tally
from lossclinic.llm.figures import Known, numbers_in
from lossclinic.llm.grounding import numbers_of_case, numbers_of_cause
from lossclinic.llm.replies import RankingReply, Reason, StatedFact, Understanding
from lossclinic.llm.spelled import counts_in
from lossclinic_kb.case import Observations
from lossclinic_kb.causes import CAUSES, load_profiles
from lossclinic_kb.checks import load_checks
from lossclinic_kb.configuration import fitting_rules
from lossclinic_kb.errors import InputError
from lossclinic_kb.facts import Fact, read_facts
from lossclinic_kb.likelihoods import load_likelihoods
from lossclinic_kb.opinion import Ground, Named, Opinion, load_weights
from lossclinic_kb.posterior import Posterior
from lossclinic_kb.reading import load_statements
from lossclinic_kb.reading.statement import Said

PLACES = 5  # causes that a reply may name; more is no opinion
STATEMENTS = 6  # that a description may add: a question says a few things, not all
QUOTED = 90
SHORTEST = 2  # characters of a quote: a Chinese word


def opinion_of(reply: RankingReply, digest: Digest, case: Observations, by: str) -> tuple[Opinion, Drops]:
    """Return what of a ranking holds, with what was dropped; places of what was dropped stay empty.

    Args:
        reply: As the model returned it.
        digest: What it was shown.
        case: What the digest was made of.
        by: Whose opinion it is.
    """
    tally = Tally()
    named: list[Named] = []
    known, scores = numbers_of_case(digest), Posterior(case, load_profiles(), load_likelihoods())
    for place, reason in enumerate(reply.causes[:PLACES], 1):
        cause = reason.cause.strip()
        if cause not in CAUSES or any(each.cause == cause for each in named):
            tally.add("unknown_ids")
            continue
        grounds = _grounds(reason, digest)
        if not _bears(grounds, cause, scores, case):
            tally.add("ungrounded")
        elif not _true_numbers(reason.because, known | numbers_of_cause(cause, digest.lang)):
            tally.add("invented_numbers")
        else:
            named.append(Named(cause, place, grounds, reason.because.strip()))
    return Opinion(by, tuple(named)), tally.drops()


def _grounds(reason: Reason, digest: Digest) -> tuple[Ground, ...]:
    """Return the observations that a reason names and the digest holds."""
    held = {each.id: Ground(each.kind, each.ref) for each in digest.observations}
    ids = (name.strip().strip("[]").removeprefix("o:") for name in reason.observations)
    return tuple(dict.fromkeys(held[name] for name in ids if name in held))


def _bears(grounds: Collection[Ground], cause: str, scores: Posterior, case: Observations) -> bool:
    """Return whether at least one observation speaks for the cause, or is words that nobody has weighed."""
    speaking = scores.speaks_for(cause)
    by_fact = any(rule.factors.get(cause, 1.0) > 1.0 for rule in fitting_rules(case.facts))
    return any(
        (ground.kind, ground.ref) in speaking or ground.kind == "words" or (ground.kind == "fact" and by_fact)
        for ground in grounds
    )


def _true_numbers(text: str, known: Known) -> bool:
    return all(known.holds(number) for number in numbers_in(text))


def understood(
    reply: Understanding, case: Observations, words: str, dropped: Collection[str] = ()
) -> tuple[Observations, Drops]:
    """Return the case with what the model read out of the words, and what of its reading was dropped.

    What was given or read before stays as it is.

    Args:
        reply: As the model returned it.
        case: What is known.
        words: What the person wrote.
        dropped: Names of facts that the person took out.
    """
    tally, text = Tally(), _folded(words)
    facts = {
        name: value
        for stated in reply.facts
        for name, value in _fact(stated, text, tally).items()
        if name not in case.facts and name not in dropped
    }
    said = {each.statement: each for each in case.said}
    for made in reply.statements:
        if made.id not in load_statements():
            tally.add("unknown_ids")
        elif not _quoted(made.quote, text):
            tally.add("ungrounded")
        elif made.id not in said and len(said) - len(case.said) < STATEMENTS:
            said[made.id] = Said(made.id, made.quote.strip()[:QUOTED], load_weights().reading)
    tried = set()
    for each in reply.tried:
        if each.check not in load_checks():
            tally.add("unknown_ids")
        elif not _quoted(each.quote, text):
            tally.add("ungrounded")
        else:
            tried.add(each.check)
    changed = replace(
        case,
        facts={**case.facts, **facts},
        said=tuple(said.values()),
        put_off=case.put_off | tried,
        relevant=case.relevant or len(said) > len(case.said),
    )
    return changed, tally.drops()


def _fact(stated: StatedFact, text: str, tally: Tally) -> dict[str, Fact]:
    """Return a fact that the person states; nothing where its name, quote or value does not hold."""
    try:
        read = read_facts({stated.name: stated.value})
    except InputError:
        tally.add("unknown_ids")
        return {}
    quote = _folded(stated.quote)
    if not _quoted(stated.quote, text):
        tally.add("ungrounded")
        return {}
    (value,) = read.values()
    if isinstance(value, bool):
        return read
    if isinstance(value, str):
        held = _folded(value) in quote
    else:
        written = Known.of(quote) | Known(counts_in(quote))
        held = all(written.holds(number) for number in numbers_in(f"{value:.12g}"))
    if not held:
        tally.add("invented_numbers" if not isinstance(value, str) else "ungrounded")
    return read if held else {}


def _quoted(quote: str, text: str) -> bool:
    folded = _folded(quote)
    return len(folded) >= SHORTEST and folded in text


def _folded(text: str) -> str:
    """Return text without what a copy may change: case, width, kinds of quotation marks and spaces."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return re.sub(r"\s+", " ", plain).strip(" \"'“”‘.。…")
