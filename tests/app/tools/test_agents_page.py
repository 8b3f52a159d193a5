"""The page for agents: its examples run as they stand, its configurations start, and its tables name every tool."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage
from test_agent import Scripted

from lossclinic import Clinic
from lossclinic.tools import TOOLS
from lossclinic_kb.checks import load_checks

PAGE = (Path(__file__).parents[3] / "docs" / "agents.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
JSON = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clinic: Clinic) -> None:
    """Run the examples where there is a folder of runs."""
    _ = clinic.retriever  # builds the index before another process needs it
    (tmp_path / "runs").mkdir()
    monkeypatch.chdir(tmp_path)


def test_the_table_names_every_tool_and_argument() -> None:
    rows = {
        cells[1].strip("` "): cells[2]
        for cells in (line.split("|") for line in PAGE.splitlines())
        if len(cells) == 5
    }
    for name, tool in TOOLS.items():
        told = set(re.findall(r"`(\w+)`", rows[name]))
        if name == "next_check":
            told |= set(re.findall(r"`(\w+)`", rows["diagnose_log"] + rows["diagnose_description"]))
        assert told == set(tool.arguments.model_fields) - {"lang"}, name


def test_the_outcome_on_the_page_exists() -> None:
    (answer,) = re.findall(r'`\{"(\w+)": "(\w+)"\}`', PAGE)
    assert load_checks()[answer[0]].outcome(answer[1])


def test_the_configurations_start_what_there_is() -> None:
    from lossclinic.cli import main

    by_command, by_address = (json.loads(text)["mcpServers"]["lossclinic"] for text in JSON)
    assert by_command["args"][0] in main.commands
    assert "--root" in {option for each in main.commands["mcp"].params for option in each.opts}
    assert by_address["url"].endswith("/mcp")


def test_the_example_of_the_sdk_runs(capfd: pytest.CaptureFixture[str]) -> None:
    (example,) = (code for code in PYTHON if "StdioServerParameters" in code)
    # The SDK hands few variables on; the folder of the index is among the others.
    started = 'command=sys.executable, args=["-m", "lossclinic", "mcp"], env=dict(os.environ)'
    script = example.replace('command="lossclinic", args=["mcp"]', started)
    assert script != example
    exec(compile(script, "agents.md", "exec"), {"os": os, "sys": sys})
    assert capfd.readouterr().out.strip() == "overfitting"


def test_the_example_of_an_agent_runs() -> None:
    (example,) = (code for code in PYTHON if "create_agent" in code)
    call = {
        "name": "diagnose_training",
        "args": {"description": "val loss climbs, train loss falls"},
        "id": "1",
    }

    def script() -> Iterator[AIMessage]:
        yield AIMessage("", tool_calls=[call])
        yield AIMessage("done")

    names: dict[str, Any] = {"model": Scripted(messages=script())}
    exec(compile(example, "agents.md", "exec"), names)
    answer = names["said"]["messages"][2]
    assert json.loads(answer.content)["causes"]


def test_the_example_of_the_retriever_runs() -> None:
    (example,) = (code for code in PYTHON if "as_retriever" in code)
    names: dict[str, Any] = {}
    exec(compile(example, "agents.md", "exec"), names)
    assert names["pages"][0].metadata["kind"] == "cause"
    assert set(names["pages"][0].metadata) == {"kind", "id", "title", "lang"}
