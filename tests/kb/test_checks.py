"""The checks: complete, coherent, and what they say is a distribution."""

from __future__ import annotations

from pathlib import Path

import pytest

from lossclinic_kb.causes import CAUSES
from lossclinic_kb.checks import load_checks
from lossclinic_kb.checks.load import ROOT
from lossclinic_kb.checks.read import read_check
from lossclinic_kb.checks.registry import CHECKS
from lossclinic_kb.errors import KnowledgeError
from lossclinic_kb.symptoms import SYMPTOMS


def test_registry_and_files_agree() -> None:
    assert sorted(CHECKS) == sorted(path.stem for path in ROOT.glob("*.yaml"))


@pytest.mark.parametrize("check", CHECKS)
def test_outcomes_are_a_distribution_for_every_cause(check: str) -> None:
    read = load_checks()[check]
    for cause in CAUSES:
        assert sum(read.likelihood(outcome.id, cause) for outcome in read.outcomes) == pytest.approx(1.0)


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_tells_some_causes_apart(check: str) -> None:
    read = load_checks()[check]
    first = read.outcomes[0].id
    chances = [read.likelihood(first, cause) for cause in CAUSES]
    assert max(chances) > 2 * min(chances)


def test_every_cause_is_told_apart_by_some_check() -> None:
    named = {
        cause for check in load_checks().values() for outcome in check.outcomes for cause in outcome.says
    }
    assert named == set(CAUSES)


def test_what_settles_a_check_is_a_symptom() -> None:
    for check in load_checks().values():
        assert set(check.settled_by) <= set(SYMPTOMS)


def test_check_code_compiles() -> None:
    for check in load_checks().values():
        compile(check.code, check.id, "exec")


def test_an_unknown_cause_is_refused_with_file_and_key(tmp_path: Path) -> None:
    text = (ROOT / "lr_down_10x.yaml").read_text(encoding="utf-8")
    path = tmp_path / "lr_down_10x.yaml"
    path.write_text(text.replace("lr_too_high:", "lr_to_high:"), encoding="utf-8")
    with pytest.raises(
        KnowledgeError, match=r"lr_down_10x.yaml: outcomes\.\w+\.says: no cause is called 'lr_to_high'"
    ):
        read_check(path)
