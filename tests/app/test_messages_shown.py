"""What a log says between its numbers, as people see it: with its line, in both languages, and escaped everywhere."""

from __future__ import annotations

import html
import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

import lossclinic
from lossclinic import Clinic, InputError
from lossclinic.compose import compose
from lossclinic.conversation import Conversation
from lossclinic.kept import kept, reopened
from lossclinic.llm.digest import digest_of
from lossclinic.packing import packed, unpacked
from lossclinic.render import plain, terminal
from lossclinic.ui.deeds import saying
from lossclinic.ui.parts.log import read_as
from lossclinic_kb.case import Observations
from lossclinic_kb.text import LANGUAGES, Lang

WARNING = (
    "/env/torch/nn/modules/loss.py:634: UserWarning: Using a target size (torch.Size([32])) that is different to the "
    "input size (torch.Size([32, 1])). This will likely lead to incorrect results due to broadcasting."
)
LINES = [f"epoch {i} train_loss {0.2 + 2 * math.exp(-i / 10):.4f}" for i in range(60)]
LOG = "\n".join([LINES[0], WARNING, *LINES[1:]])
HOSTILE = LOG.replace("This will", "\x1b[2J<img src=x onerror=alert(1)> [a](javascript:b) This will")


def lossclinic_json(path: Path, *more: str) -> dict[str, object]:
    command = [sys.executable, "-m", "lossclinic", "diagnose", str(path), "--json", *more]
    done = subprocess.run(command, capture_output=True, timeout=120, check=True)
    return dict(json.loads(done.stdout))


def test_the_command_names_cause_line_and_text(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    path.write_text(LOG)
    told = lossclinic_json(path)
    assert told["status"] == "diagnosed"
    (message,) = told["run"]["messages"]  # type: ignore[index]
    assert (message["id"], message["line"], message["count"]) == ("target_size_differs", 2, 1)
    assert message["text"].startswith("Using a target size")
    first = told["causes"][0]  # type: ignore[index]
    assert first["id"] == "wrong_dim_or_reshape"
    (line,) = [line for line in first["evidence"] if line["kind"] == "message"]
    assert line["for"]
    assert line["text"].startswith("Line 2 of the log says “Using a target size")
    assert told["symptoms"] == []


def test_without_the_line_the_run_is_healthy_and_its_lines_were_read() -> None:
    made = lossclinic.diagnose("\n".join(LINES))
    assert made.status == "healthy"
    assert "No line between the numbers warns of a fault." in made.summary
    assert "没有发现警告" in made.in_language("zh").summary
    table = lossclinic.diagnose("epoch,train_loss\n" + "\n".join(f"{i},{2 / (i + 1):.4f}" for i in range(60)))
    assert "between the numbers" not in table.summary


def test_what_is_mostly_harmless_is_told_of_a_healthy_run() -> None:
    harmless = "UserWarning: Detected call of `lr_scheduler.step()` before `optimizer.step()`. In PyTorch 1.1.0 and later"
    made = lossclinic.diagnose("\n".join([LINES[0], harmless, *LINES[1:]]))
    assert made.status == "healthy"
    assert "Worth knowing: Line 2 of the log says “Detected call of" in made.summary
    assert "值得留意：日志第 2 行写着" in made.in_language("zh").summary


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_report_quotes_it_and_none_obeys_it(lang: Lang) -> None:
    made = lossclinic.diagnose(HOSTILE, lang=lang)
    (line,) = [line for line in made.causes[0].evidence if line.kind == "message"]
    assert made.causes[0].id == "wrong_dim_or_reshape"
    for shown in (terminal(made), made.to_markdown(), made._repr_html_(), read_as(made)):
        assert "\x1b[2J" not in shown
    for shown in (made.to_markdown(), made._repr_html_(), read_as(made)):
        assert "<img src=x" not in shown
    assert plain(line.text) in terminal(made)
    assert html.escape("torch.Size([32, 1])", quote=False) in made._repr_html_()


def test_in_a_conversation_it_is_heard_in_a_paste_and_outlives_being_kept() -> None:
    made = Conversation.new(Clinic()).do(saying(LOG, []))
    assert made.diagnosis is not None
    assert [each.message for each in made.diagnosis.case.messages] == ["target_size_differs"]
    again = reopened(Clinic(), kept(made))
    assert again.diagnosis is not None
    assert again.diagnosis.case.messages == made.diagnosis.case.messages
    assert again.diagnosis.causes[0].id == "wrong_dim_or_reshape"


def test_a_kept_run_with_a_message_that_nobody_knows_is_opened_without_it() -> None:
    run = lossclinic.diagnose(LOG).run
    assert run is not None
    data = packed(run)
    data["messages"] = [["no_such_message", "text", 1, 1, ""], *data["messages"]]
    assert unpacked(data).messages == run.messages
    data["messages"] = [*data["messages"]] * 1000
    assert unpacked(data).messages == run.messages
    for broken in (5, [5], [["target_size_differs"]], [[["target_size_differs"], "", 1, 1, ""]]):
        with pytest.raises(InputError):
            unpacked({**data, "messages": broken})
    del data["messages"]
    assert unpacked(data).messages is None


def test_a_table_alone_does_not_load_the_catalogue(tmp_path: Path) -> None:
    path = tmp_path / "run.csv"
    path.write_text("epoch,train_loss\n" + "\n".join(f"{i},{2 / (i + 1):.4f}" for i in range(60)))
    code = (
        f"import sys, lossclinic; lossclinic.diagnose({str(path)!r}).to_dict(); "
        "print('lossclinic_kb.messages.load' in sys.modules, 'lossclinic_kb.messages.find' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=120, check=True)
    assert done.stdout.split() == [b"False", b"False"]


def test_what_went_to_another_file_is_heard_beside_the_only_run(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").write_text(
        "epoch,train_loss\n" + "\n".join(f"{i},{0.2 + 2 * math.exp(-i / 10):.4f}" for i in range(60))
    )
    (tmp_path / "job-17.err").write_text(f"loading data\n{WARNING}\n")
    made = lossclinic.diagnose(tmp_path)
    assert made.causes[0].id == "wrong_dim_or_reshape"
    (line,) = [line for line in made.causes[0].evidence if line.kind == "message"]
    assert line.text.startswith("Line 2 of job-17.err says “Using a target size")
    assert "job-17.err 第 2 行写着" in made.in_language("zh").causes[0].evidence[0].text
    (tmp_path / "more.csv").write_text((tmp_path / "metrics.csv").read_text())
    assert lossclinic.diagnose(tmp_path).case.messages == ()


def test_an_error_at_the_end_of_a_log_is_heard() -> None:
    trace = [
        "Traceback (most recent call last):",
        '  File "train.py", line 88, in <module>',
        "    loss = criterion(model(x), y)",
        "IndexError: Target 10 is out of bounds.",
    ]
    made = lossclinic.diagnose("\n".join([*LINES[:20], *trace]))
    assert made.causes[0].id == "label_encoding_error"
    assert "Target 10 is out of bounds" in made.causes[0].evidence[0].text


@pytest.mark.slow
def test_a_message_in_a_description_is_quoted_and_one_of_the_log_is_not_repeated(home: Path) -> None:
    clinic = Clinic(home=home)
    words = "help, it stops with\n\nAssertionError: No inf checks were recorded prior to update.\n\nwhy?"
    made = clinic.ask(words)
    (line,) = [line for line in made.causes[0].evidence if line.kind == "message"]
    assert made.causes[0].id == "amp_scaler_misuse"
    assert line.text.startswith("You quote “AssertionError: No inf checks were recorded prior to update.”")
    assert any("你贴出了“" in line.text for line in made.in_language("zh").causes[0].evidence)
    both = clinic.diagnose(LOG, describe=f"what does this mean?\n{WARNING}")
    assert [(each.message, each.line) for each in both.case.messages] == [("target_size_differs", 2)]


def test_a_language_model_is_told_of_it_under_an_id() -> None:
    digest = digest_of(lossclinic.diagnose(LOG))
    (observed,) = [each for each in digest.observations if each.kind == "message"]
    assert observed.ref == "target_size_differs"
    assert observed.text.startswith("Line 2 of the log says")


def test_a_curve_says_nothing_of_messages() -> None:
    made = lossclinic.diagnose(LOG)
    silent = compose(Observations(findings=made.case.findings), made.run, "en")
    assert not [line for cause in silent.causes for line in cause.evidence if line.kind == "message"]
