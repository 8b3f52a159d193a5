"""What speaks for and against a cause, and what the curve shows, each with the number it has on the curve."""

from __future__ import annotations

from lossclinic.diagnosis import Diagnosis, EvidenceLine, RankedCause
from lossclinic.ui import texts
from lossclinic.ui.parts.prose import safe
from lossclinic_kb.text import Lang


def numbers(diagnosis: Diagnosis) -> dict[str, int]:
    """Return the number that each symptom has on the curve and in the list, from 1."""
    return {symptom.id: number for number, symptom in enumerate(diagnosis.symptoms, 1)}


def evidence_list(cause: RankedCause, numbered: dict[str, int], say: Lang, *, folded: bool = False) -> str:
    """Return the lines for and against a cause; the sign is a word, not only a colour.

    Args:
        cause: Of which.
        numbered: The number of each symptom on the curve.
        say: Language.
        folded: Without buttons that show the place on the curve.
    """
    rows = "".join(_row(line, numbered, say, folded=folded) for line in cause.evidence)
    return f'<ul class="lc-evidence">{rows or f"<li>{texts.cards.NO_EVIDENCE(say)}</li>"}</ul>'


def symptom_list(diagnosis: Diagnosis) -> str:
    """Return what the curve shows, numbered as on the curve; "" where it shows nothing."""
    stop = texts.cards.STOP(diagnosis.lang)
    rows = "".join(
        f'<li data-symptom="{symptom.id}"><strong>{safe(symptom.title)}{stop}</strong>{safe(symptom.evidence)}</li>'
        for symptom in diagnosis.symptoms
    )
    return f'<ol class="lc-symptoms">{rows}</ol>' if rows else ""


def _row(line: EvidenceLine, numbered: dict[str, int], say: Lang, *, folded: bool) -> str:
    sign = f"+ {texts.cards.FOR(say)}" if line.supports else f"− {texts.cards.AGAINST(say)}"
    number = numbered.get(line.ref) if line.kind == "symptom" else None
    mark = target = ""
    if number is not None:
        label = texts.cards.MARKED(say).format(number)
        tag, does = ("span", "") if folded else ("button", f' type="button" data-show aria-label="{label}"')
        mark = f'<{tag} class="lc-mark"{does} title="{label}">{number}</{tag}>'
        target = f' data-symptom="{line.ref}"'
    kind = "for" if line.supports else "against"
    return f'<li class="{kind}"{target}><b>{sign}</b><span>{mark}{safe(line.text)}</span></li>'
