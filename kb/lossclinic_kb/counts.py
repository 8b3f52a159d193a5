"""What the knowledge base holds, counted: `python -m lossclinic_kb.counts`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from lossclinic_kb.causes import load_causes, load_experiment
from lossclinic_kb.checks import load_checks
from lossclinic_kb.claims import load_claims
from lossclinic_kb.glossary import load_glossary
from lossclinic_kb.guides import load_guides
from lossclinic_kb.symptoms import SYMPTOMS
from lossclinic_kb.text import LANGUAGES

NOT_EXECUTED = "paddle"
"""The framework whose snippets the tests do not run."""


def counts() -> Mapping[str, str]:
    """Return what is counted, each with its figure."""
    causes, guides, claims = load_causes(), load_guides(), load_claims()
    snippets = [each for cause in causes.values() for each in cause.snippets]
    snippets += [each for guide in guides.values() for each in guide.snippets]
    frameworks = Counter(each.framework for each in snippets)
    shown = sum(load_experiment(cause).not_shown is None for cause in causes)
    confidence = Counter(cause.confidence for cause in causes.values())
    phrases = {lang: sum(len(cause.phrases[lang]) for cause in causes.values()) for lang in LANGUAGES}
    return {
        "causes": f"{len(causes)}, each in {len(LANGUAGES)} languages",
        "confidence": ", ".join(f"{name} {count}" for name, count in confidence.most_common()),
        "experiments": f"{shown} show their fault and its cure; {len(causes) - shown} say why none can",
        "phrases": ", ".join(f"{lang} {count}" for lang, count in phrases.items()),
        "snippets": f"{len(snippets) - frameworks[NOT_EXECUTED]} executed by the tests, of {len(snippets)}: "
        + ", ".join(f"{name} {count}" for name, count in frameworks.most_common()),
        "symptoms": str(len(SYMPTOMS)),
        "checks": str(len(load_checks())),
        "guides": f"{len(guides)}, each in {len(LANGUAGES)} languages",
        "glossary": f"{len(load_glossary().concepts)} concepts",
        "claims": f"{sum(bool(claim.answers) for claim in claims.values())} answered, of {len(claims)}",
    }


def main() -> None:
    """Print the counts."""
    from rich.console import Console

    console = Console(highlight=False)
    for what, figure in counts().items():
        console.print(f"{what:<12} {figure}")


if __name__ == "__main__":
    main()
