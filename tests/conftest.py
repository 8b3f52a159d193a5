"""What every test may rely on: no network, one index for the whole session, a look at every answer of a language model."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sound import watched

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for the index and all else that is kept, so that no test touches the user's own."""
    folder = tmp_path_factory.mktemp("home")
    before = os.environ.get("LOSSCLINIC_HOME")
    os.environ["LOSSCLINIC_HOME"] = str(folder)
    yield folder
    if before is None:
        del os.environ["LOSSCLINIC_HOME"]
    else:
        os.environ["LOSSCLINIC_HOME"] = before


@pytest.fixture(scope="session")
def answers() -> Iterator[list[str]]:
    """What is wrong with the answers of language models that were made since it was last looked at."""
    with watched() as found:
        yield found


@pytest.fixture(autouse=True)
def _no_answer_cites_nothing_or_invents(answers: list[str]) -> Iterator[None]:
    """Fail a test in which any model's answer holds a citation of nothing, an unknown cause or a number from nowhere."""
    yield
    wrong, answers[:] = list(answers), []
    assert wrong == []
