"""What the knowledge base holds, counted: `python -m lossclinic_kb.counts`.

With `--apart FILE.jsonl` it prints the phrases nearest to the questions of a file instead: none may be taken from it.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from lossclinic_kb.apart import NEAR, Phrase, nearest_to, read_questions
from lossclinic_kb.causes import load_causes, load_experiment
from lossclinic_kb.checks import load_checks
from lossclinic_kb.claims import load_claims
from lossclinic_kb.errors import InputError
from lossclinic_kb.glossary import load_glossary
from lossclinic_kb.guides import load_guides
from lossclinic_kb.symptoms import SYMPTOMS
from lossclinic_kb.text import LANGUAGES


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
        "snippets": f"{len(snippets)}, all executed by the tests: "
        + ", ".join(f"{name} {count}" for name, count in frameworks.most_common()),
        "symptoms": str(len(SYMPTOMS)),
        "checks": str(len(load_checks())),
        "guides": f"{len(guides)}, each in {len(LANGUAGES)} languages",
        "glossary": f"{len(load_glossary().concepts)} concepts",
        "claims": f"{sum(bool(claim.answers) for claim in claims.values())} answered, of {len(claims)}",
    }


@click.command()
@click.option(
    "--apart",
    metavar="FILE.jsonl",
    type=click.Path(path_type=Path),
    help='Instead: the phrases nearest to the questions in FILE ({"query": ...} or {"text": ...} per line).',
)
@click.option("--show", default=20, show_default=True, help="How many of them.")
def main(apart: Path | None, show: int) -> None:
    """Print what the knowledge base holds; with --apart, that no phrase is taken from a file of questions.

    Exit status with --apart: 1 where a phrase is near a question, 2 where the file cannot be used.
    """
    if apart is None:
        for what, figure in counts().items():
            click.echo(f"{what:<12} {figure}")
        return
    try:
        questions = read_questions(apart)
    except InputError as error:
        click.echo(error, err=True)
        sys.exit(2)
    sys.exit(_print_nearest(questions, show))


def _print_nearest(questions: Sequence[Phrase], show: int) -> int:
    """Print the phrases nearest to the questions; return 1 where one is too near."""
    pairs = nearest_to(questions)
    for pair in pairs[:show]:
        click.echo(f"{pair.nearness:.2f}  {pair.one.owner}: {pair.one.text}")
        click.echo(f"      {pair.other.owner}: {pair.other.text[:160]}")
    near = sum(pair.nearness >= NEAR for pair in pairs)
    highest = pairs[0].nearness if pairs else 0.0
    click.echo(
        f"{len(pairs)} phrases, {len(questions)} questions: nearest {highest:.2f}, {near} at {NEAR} or more"
    )
    return int(near > 0)


if __name__ == "__main__":
    main()
