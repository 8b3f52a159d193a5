"""The language model on the command line: the answer without it comes first, then its part, and nothing hangs on it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from model_case import log
from scripted import Fail, Say, by_task, in_turn, serving
from test_consult import RANKED, TOLD

from lossclinic.cli import main

GOOD = by_task(Say(RANKED), Say(TOLD["en"] + " Trust me, it is 4711."))


@pytest.fixture
def run_csv(tmp_path: Path) -> str:
    path = tmp_path / "run.csv"
    path.write_bytes(log())
    return str(path)


def lossclinic(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_the_answer_comes_first_and_the_models_part_below_it(run_csv: str, tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    with serving(GOOD) as server:
        done = lossclinic(
            "diagnose", run_csv, "--llm", "openai:m", "--llm-base-url", server.url, "--md", str(report)
        )
    assert done.exit_code == 0
    answer, part = done.stdout.split("From the language model openai:m")
    assert "[lr_too_high]" in answer
    assert "The learning rate of 0.5 is too high [1]. The loss is NaN at step 60 [2]." in part
    assert "[1] Learning rate too high (lossclinic causes lr_too_high)" in part
    assert "names it at place 1" in part
    assert "because it could not be verified: 1." in part
    assert "4711" not in part
    assert "From the language model openai:m" in report.read_text(encoding="utf-8")


def test_json_holds_the_part_and_its_drops(run_csv: str) -> None:
    with serving(GOOD) as server:
        done = lossclinic("diagnose", run_csv, "--json", "--llm", "openai:m", "--llm-base-url", server.url)
    data = json.loads(done.stdout)
    assert data["model"]["name"] == "openai:m"
    assert data["model"]["drops"] == {"invented_numbers": 1}
    assert data["model"]["missing"] is None
    assert any(line["kind"] == "opinion" for line in data["causes"][0]["evidence"])


def test_questions_are_answered_with_it_too(tmp_path: Path) -> None:
    batch = tmp_path / "questions.jsonl"
    rows = [
        {"id": "a", "query": "my loss becomes nan at lr 0.5"},
        {"id": "b", "query": "学习率 0.5，loss 变成 nan"},
    ]
    batch.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    said = Say("It is likely to be one of these. Trust me, it is 4711.")
    with serving(by_task(Say('{"causes": []}'), said)) as server:
        model = ["--llm", "openai:m", "--llm-base-url", server.url]
        one = lossclinic("ask", rows[0]["query"], *model)
        many = lossclinic("ask", "--batch", str(batch), *model)
    assert (one.exit_code, many.exit_code) == (0, 0)
    answer, part = one.stdout.split("From the language model openai:m")
    assert "lr_too_high" in answer
    assert "It is likely to be one of these." in part
    made = [json.loads(line) for line in many.stdout.splitlines()]
    assert [(each["id"], each["lang"]) for each in made] == [("a", "en"), ("b", "zh")]
    assert [each["model"]["text"] for each in made] == ["It is likely to be one of these."] * 2
    assert len(server.requests) == 9  # read, rank and explain, each time


@pytest.mark.parametrize(
    ("lang", "line"), [("en", "adds nothing more here: the service fails (500)"), ("zh", "服务出错（500）")]
)
def test_a_failing_model_costs_one_line(run_csv: str, lang: str, line: str) -> None:
    with serving(in_turn(Fail(500))) as server:
        done = lossclinic(
            "diagnose", run_csv, "--lang", lang, "--llm", "openai:m", "--llm-base-url", server.url
        )
    assert done.exit_code == 0
    assert "[lr_too_high]" in done.stdout
    assert line in done.stdout


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--llm", "gpt"], "PROVIDER:MODEL"),
        (["--llm", "openai:m", "--llm-limit", "hours=1"], "unknown limit"),
        (["--llm-base-url", "http://127.0.0.1:1/v1"], "need --llm"),
    ],
)
def test_options_that_cannot_be_used_are_refused_before_any_work(
    run_csv: str, options: list[str], line: str
) -> None:
    done = lossclinic("diagnose", run_csv, *options)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert line in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_missing_package_is_named_and_the_answer_stays(run_csv: str) -> None:
    done = lossclinic("diagnose", run_csv, "--llm", "groq:m")
    assert done.exit_code == 2
    assert "[lr_too_high]" in done.stdout
    assert "pip install 'langchain-groq'" in done.stderr


def test_what_would_be_sent_is_shown_and_nothing_is_sent(run_csv: str) -> None:
    done = lossclinic("diagnose", run_csv, "--llm-preview", "--lang", "zh")
    assert done.exit_code == 0
    assert "发送的内容全在这里" in done.stdout
    assert "o1  " in done.stdout


def test_control_c_ends_the_model_and_keeps_the_answer(run_csv: str) -> None:
    script = by_task(Say(RANKED), Say(TOLD["en"] + " And so on." * 900, pause=0.05))
    with serving(script) as server:
        command = [
            sys.executable,
            "-m",
            "lossclinic",
            "diagnose",
            run_csv,
            "--llm",
            "openai:m",
            "--llm-base-url",
        ]
        process = subprocess.Popen(
            [*command, server.url],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            # a shell's background job ignores the key, and so would what it starts
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        until = time.monotonic() + 60
        while len(server.requests) < 2 and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.7)
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "[lr_too_high]" in out.decode()
    assert "it was stopped" in out.decode()
    assert b"Traceback" not in errors
