"""What a reader is told once and plainly: the outcomes of a probe, and how to make sure of a cause that is all but certain."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import lossclinic
from lossclinic.diagnosis import Choice, Diagnosis
from lossclinic.render import terminal
from lossclinic.report import html_page
from lossclinic.ui import texts
from lossclinic.ui.parts.cards import beside_talk, panel
from lossclinic_kb.checks import load_checks
from lossclinic_kb.text import LANGUAGES, Lang

SAMPLES = Path(lossclinic.__file__).parent / "ui" / "samples"
PROBES = [
    check for check in load_checks().values() if any(o.title.en.startswith(o.id) for o in check.outcomes)
]
SHOWN: dict[str, Callable[[Diagnosis], str]] = {
    "terminal": terminal,
    "markdown": Diagnosis.to_markdown,
    "html": lambda made: html_page([made]),
    "chat": panel,
    "notebook": lambda made: panel(made, folded=True),
}


def plain(shown: str) -> str:
    """Return what is read of it: without styles, tags and the marks of Markdown."""
    text = re.sub(r"<style.*?</style>|<script.*?</script>", "", shown, flags=re.DOTALL)
    return re.sub(r"<[^>]+>|`|\*\*", "", text)


@pytest.fixture(scope="module", params=LANGUAGES)
def probed(request: pytest.FixtureRequest) -> Diagnosis:
    """A case whose next check is a probe."""
    made = lossclinic.diagnose(SAMPLES / "validation-climbs.csv", lang=request.param)
    assert made.next_check is not None
    assert made.next_check.id in {check.id for check in PROBES}
    return made


@pytest.mark.parametrize("place", SHOWN)
def test_what_a_probe_prints_is_named_once(probed: Diagnosis, place: str) -> None:
    check = probed.next_check
    assert check is not None
    text = plain(SHOWN[place](probed))
    for outcome in check.outcomes:
        assert not re.search(rf"\b{outcome.id}[：:] ?{outcome.id}\b", text)
        assert not re.search(rf"\({outcome.id}\)", text)
        assert outcome.says in text.replace("&#x27;", "'")


def test_every_line_that_a_probe_prints_is_explained() -> None:
    assert len(PROBES) == 2
    for check in PROBES:
        for outcome in check.outcomes:
            for lang in LANGUAGES:
                choice = Choice(outcome.id, outcome.title(lang))
                assert choice.says != choice.title
                assert not choice.says.startswith((outcome.id, ":", "："))


def test_the_title_of_an_ordinary_outcome_stays_whole() -> None:
    assert Choice("loss_falls", "The loss falls").says == "The loss falls"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_cause_without_a_check_says_how_to_make_sure(lang: Lang, probed: Diagnosis) -> None:
    made = replace(lossclinic.diagnose(SAMPLES / "falls-then-explodes.csv", lang=lang), next_check=None)
    sure, how = texts.cards.TO_CONFIRM(lang), made.causes[0].confirm[0].title
    for show in SHOWN.values():
        told = plain(show(made)).replace("&#x27;", "'")
        assert re.search(rf"{sure}[：:] ?{re.escape(how)}", told)
    assert panel(made).count(sure) == 1
    assert texts.cards.TO_CONFIRM(probed.lang) not in panel(probed)


def test_the_chat_shows_the_check_above_the_curve_and_the_causes_below(probed: Diagnosis) -> None:
    above, below = beside_talk(probed)
    assert 'class="lc-check"' in above
    assert 'class="lc-card"' not in above
    assert 'class="lc-card"' in below
    assert 'class="lc-summary"' not in below
    assert above.count("<p>") < panel(probed).count("<p>")
