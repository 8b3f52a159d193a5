"""What `lossclinic reproduce` answers where there is nothing to train."""

from __future__ import annotations

import pytest

from lossclinic.commands import train
from lossclinic.reproduce import reproduce
from lossclinic_kb.causes import load_experiment
from lossclinic_kb.errors import InputError
from lossclinic_kb.text import LANGUAGES, Lang

ELSEWHERE = "framework_bug"  # takes the version, kernel or device that has the defect


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("cured", [False, True])
def test_a_cause_that_no_lab_can_show_says_why_in_the_language_asked_for(lang: Lang, cured: bool) -> None:
    why = load_experiment(ELSEWHERE).not_shown
    assert why is not None
    with pytest.raises(InputError) as refused:
        reproduce(ELSEWHERE, cured=cured, lang=lang)
    said = str(refused.value)
    assert said.startswith(ELSEWHERE)
    assert why(lang) in said
    assert f"lossclinic causes {ELSEWHERE}" in said
    assert not any(why(other) in said for other in LANGUAGES if other != lang)


def test_the_command_line_says_so_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        train(ELSEWHERE, cured=False, seed=0, out=None, lang="zh")
    assert ended.value.code == 2
    said = capsys.readouterr().err.strip()
    assert len(said.splitlines()) == 1
    assert "在实验里重现不了" in said
