"""What is not about a training that misbehaves is turned away, with the real encoder and the real knowledge."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from lossclinic import Clinic

pytestmark = pytest.mark.slow

TEXTS = yaml.safe_load((Path(__file__).parents[1] / "kb" / "offtopic.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def clinic(home: Path) -> Clinic:
    return Clinic(home=home)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_off_topic_is_recognised(clinic: Clinic, lang: str) -> None:
    texts = [text for kind in TEXTS.values() for text in kind[lang]]
    taken = [text for text in texts if clinic.observe(None, text, {}).relevant]
    assert len(taken) <= 0.05 * len(texts), taken
