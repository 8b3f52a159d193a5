"""The next check as a question with its outcomes as buttons, or as a list where they are many; and what was answered so far."""

from __future__ import annotations

from lossclinic.diagnosis import Diagnosis, NextCheck
from lossclinic.ui import texts
from lossclinic.ui.parts.code import snippet
from lossclinic.ui.parts.prose import prose, safe
from lossclinic_kb.text import Lang

MANY = 6
"""Outcomes of a check beyond which they are a list to choose from, so that the causes below stay in sight."""


def next_check(diagnosis: Diagnosis, *, folded: bool = False) -> str:
    """Return the check worth making now; its outcomes are buttons where the page has its script."""
    check, say = diagnosis.next_check, diagnosis.lang
    if check is None:
        return ""
    cost = texts.cards.MINUTES(say).format(f"{check.minutes:g}")
    code = snippet(check.title, check.code, say, folded=folded) if check.code else ""
    if code and not folded:
        code = f"<details><summary>{texts.cards.CODE(say)}</summary>{code}</details>"
    if folded:
        choices = f"<ul>{''.join(f'<li>{safe(each.title)}</li>' for each in check.outcomes)}</ul>"
    else:
        given = _list(check, say) if len(check.outcomes) > MANY else _buttons(check)
        choices = (
            f'<div class="lc-buttons">{given}<button type="button" class="lc-quiet" data-act="later" '
            f'data-check="{check.id}">{texts.cards.NOT_NOW(say)}</button></div>'
        )
    return (
        f'<section class="lc-check" aria-label="{texts.cards.NEXT_CHECK(say)}">'
        f'<h3>{texts.cards.NEXT_CHECK(say)} <span class="lc-cost">{cost}</span></h3>'
        f'<p class="lc-question">{safe(check.question)}</p>{prose(check.how)}{code}{choices}</section>'
    )


def _buttons(check: NextCheck) -> str:
    return "".join(
        f'<button type="button" class="lc-outcome" data-act="answer" data-check="{check.id}" data-outcome="{each.id}">'
        f"{safe(each.title)}</button>"
        for each in check.outcomes
    )


def _list(check: NextCheck, say: Lang) -> str:
    options = "".join(f'<option value="{each.id}">{safe(each.title)}</option>' for each in check.outcomes)
    return (
        f'<form data-act="answer" data-check="{check.id}"><select name="outcome" required '
        f'aria-label="{safe(check.question)}"><option value="">{texts.cards.CHOOSE(say)}</option>{options}</select>'
        f'<button class="lc-outcome">{texts.cards.ANSWER(say)}</button></form>'
    )


def answers(diagnosis: Diagnosis, *, folded: bool = False) -> str:
    """Return what was answered so far, each with a button that takes it back."""
    from lossclinic_kb.checks import load_checks

    say, rows = diagnosis.lang, []
    for answer in diagnosis.case.answers:
        check = load_checks()[answer.check]
        outcome = safe(check.outcome(answer.outcome).title(say))
        label = f"{texts.cards.TAKE_BACK(say)}: {check.title(say)}"
        button = (
            ""
            if folded
            else f'<button type="button" class="lc-quiet" data-act="take_back" data-check="{check.id}" '
            f'aria-label="{safe(label)}">{texts.cards.TAKE_BACK(say)}</button>'
        )
        rows.append(f"<li>{safe(check.title(say))}: <b>{outcome}</b> {button}</li>")
    return (
        f'<ul class="lc-answers" aria-label="{texts.cards.ANSWERED(say)}">{"".join(rows)}</ul>'
        if rows
        else ""
    )
