"""The situation as chips: what is believed of the case, each to be corrected or taken out, and room for more."""

from __future__ import annotations

from lossclinic.diagnosis import Diagnosis
from lossclinic.ui import texts
from lossclinic.ui.parts.prose import safe
from lossclinic_kb.facts import KNOWN, Fact
from lossclinic_kb.text import Lang


def chips(diagnosis: Diagnosis) -> str:
    """Return the facts of the case as chips that open into a small form."""
    say, facts = diagnosis.lang, diagnosis.case.facts
    held = "".join(_chip(name, fact, say) for name, fact in facts.items() if name in KNOWN)
    return (
        f'<section class="lc-situation" aria-label="{texts.facts.SITUATION(say)}">'
        f'<span class="lc-label">{texts.facts.SITUATION(say)}</span>{held}{_add(set(facts), say)}</section>'
    )


def title_of(name: str, say: Lang) -> str:
    """Return what people call a fact."""
    return texts.facts.FACT[name](say) if name in texts.facts.FACT else name


def shown(fact: Fact, say: Lang) -> str:
    """Return the value of a fact as people write it."""
    if isinstance(fact, bool):
        return texts.facts.YES_NO[fact](say)
    return f"{fact:g}" if isinstance(fact, float) else str(fact)


def _chip(name: str, fact: Fact, say: Lang) -> str:
    title, value = safe(title_of(name, say)), safe(shown(fact, say))
    given = safe(str(fact).lower() if isinstance(fact, bool) else shown(fact, say))
    return (
        f'<details class="lc-chip"><summary>{title}: <b>{value}</b></summary>'
        f'<form data-act="fact" data-name="{name}"><input name="value" value="{given}" aria-label="{title}" required>'
        f'<button type="submit">{texts.facts.SAVE(say)}</button>'
        f'<button type="button" class="lc-quiet" data-act="drop" data-name="{name}">{texts.facts.REMOVE(say)}</button>'
        "</form></details>"
    )


def _add(held: set[str], say: Lang) -> str:
    choices = "".join(
        f'<option value="{name}">{safe(title_of(name, say))}</option>' for name in KNOWN if name not in held
    )
    return (
        f'<details class="lc-chip lc-add"><summary>{texts.facts.ADD_A_FACT(say)}</summary>'
        f'<form data-act="fact"><select name="name" aria-label="{texts.facts.KIND(say)}">{choices}</select>'
        f'<input name="value" aria-label="{texts.facts.VALUE(say)}" required>'
        f'<button type="submit">{texts.facts.ADD_FACT(say)}</button></form></details>'
    )
