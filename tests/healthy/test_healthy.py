"""Recorded runs in which nothing is wrong: every detector stays silent on them, and the answer says healthy."""

from __future__ import annotations

from pathlib import Path

import pytest

from lossclinic_ingest.logs import read_log
from lossclinic_kb.case import Observations
from lossclinic_kb.diagnosis import ORDINARY, rank
from lossclinic_kb.symptoms import detect_all, facts_of

LOGS = sorted(Path(__file__).parent.glob("*/*.gz"))


def test_there_are_many_by_every_logger() -> None:
    assert len(LOGS) >= 40
    assert {path.parent.name for path in LOGS} == {"keras", "lightning", "hugging_face", "plain"}


@pytest.mark.parametrize("path", LOGS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_fires(path: Path) -> None:
    run = read_log(path)
    facts = facts_of(run.config)
    findings = detect_all(run, facts)
    assert {found.id for found in findings if found.present} <= ORDINARY
    assert rank(Observations(findings=findings, facts=facts)).status == "healthy"
