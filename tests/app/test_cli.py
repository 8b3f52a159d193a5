"""The command line, as a process: what it prints and the status it leaves."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

CLI = [sys.executable, "-m", "lossclinic"]
HEALTHY = "step,train_loss,val_loss\n" + "".join(
    f"{i},{2.3 * 0.99**i + 0.01:.5f},{2.3 * 0.99**i + 0.05:.5f}\n" for i in range(0, 600, 3)
)


def lossclinic(*arguments: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*CLI, *arguments], input=stdin, capture_output=True, timeout=120, check=False)


BAD = {
    "empty": b"",
    "picture": bytes.fromhex("89504e470d0a1a0a0000000d49484452") + bytes(64),
    "one_row": b"step,train_loss\n1,0.5\n",
    "words": b"name,city\nAnna,Bonn\nBen,Rome\nCleo,Oslo\n",
    "noise": bytes((i * 131 + (i * i) % 251) % 256 for i in range(4000)),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_files_get_one_line_and_status_2(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"{kind}.csv"
    path.write_bytes(BAD[kind])
    done = lossclinic("diagnose", str(path))
    complaint = done.stderr.decode().strip()
    assert done.returncode == 2
    assert len(complaint.splitlines()) == 1
    assert path.name in complaint
    assert "Traceback" not in complaint
    assert done.stdout.strip() == b""


def test_a_directory_and_a_missing_file_get_one_line(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere.csv"):
        done = lossclinic("diagnose", str(path))
        assert done.returncode == 2
        assert len(done.stderr.decode().strip().splitlines()) == 1


def test_an_unreadable_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_bytes(b"")
    (tmp_path / "good.csv").write_text(HEALTHY)
    done = lossclinic("diagnose", str(tmp_path / "bad.csv"), str(tmp_path / "good.csv"), "--jsonl")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["status"] for row in rows] == ["unreadable", "healthy"]
    assert rows[0]["error"]
    assert done.returncode == 2


def test_fail_on_problem(tmp_path: Path) -> None:
    log = tmp_path / "run.csv"
    log.write_text(
        "step,train_loss\n" + "".join(f"{i},{'nan' if i > 50 else 2.3 * 1.1**i}\n" for i in range(80))
    )
    assert lossclinic("diagnose", str(log)).returncode == 0
    assert lossclinic("diagnose", str(log), "--fail-on", "problem").returncode == 1
    log.write_text(HEALTHY)
    assert lossclinic("diagnose", str(log), "--fail-on", "problem").returncode == 0


def test_standard_input_and_chinese() -> None:
    done = lossclinic("diagnose", "-", "--lang", "zh", "--json", stdin=HEALTHY.encode())
    data = json.loads(done.stdout)
    assert (data["status"], data["lang"], data["source"]) == ("healthy", "zh", "standard input")


@pytest.mark.parametrize(
    "arguments",
    [
        ("diagnose",),
        ("diagnose", "x.csv", "--set", "lr"),
        ("diagnose", "x.csv", "--set", "colour=red"),
        ("diagnose", "x.csv", "--map", "nonsense=loss"),
        ("diagnose", "x.csv", "--map", "loss"),
        ("ask",),
        ("causes", "no_such_cause"),
        ("reproduce", "no_such_cause"),
    ],
)
def test_bad_arguments_get_one_line(arguments: tuple[str, ...]) -> None:
    done = lossclinic(*arguments)
    assert done.returncode == 2
    assert len(done.stderr.decode().strip().splitlines()) == 1


def test_a_role_given_the_wrong_way_round_is_put_right_in_the_message() -> None:
    done = lossclinic("diagnose", "x.csv", "--map", "foo=val_loss")
    assert "did you mean --map val_loss=foo?" in done.stderr.decode()


def test_roles_and_runs_are_said_on_the_command_line(tmp_path: Path) -> None:
    for name, rows in (("a", 40), ("b", 60)):
        (tmp_path / name).mkdir()
        text = "step,foo,train_loss\n" + "".join(f"{i},2.3,{2.3 - i / 100}\n" for i in range(rows))
        (tmp_path / name / "metrics.csv").write_text(text)
    longest = json.loads(lossclinic("diagnose", str(tmp_path), "--json").stdout)
    assert longest["run"]["name"] == "b/metrics.csv"
    assert longest["run"]["runs"] == ["a/metrics.csv", "b/metrics.csv"]
    given = ("--run", "a/metrics.csv", "--map", "val_loss=foo", "--json")
    run = json.loads(lossclinic("diagnose", str(tmp_path), *given).stdout)["run"]
    assert run["name"] == "a/metrics.csv"
    assert {series["name"]: series["role"] for series in run["series"]}["foo"] == "val_loss"
    assert "foo counts as val_loss, as you said" in run["notes"]
    wrong = lossclinic("diagnose", str(tmp_path), "--run", "c")
    assert wrong.returncode == 2
    assert "a/metrics.csv, b/metrics.csv" in wrong.stderr.decode()


@pytest.mark.slow
def test_a_log_that_cannot_be_written_gets_one_line(tmp_path: Path) -> None:
    done = lossclinic("reproduce", "nan_in_data", "--out", str(tmp_path / "nowhere" / "run.csv"))
    complaint = done.stderr.decode().strip()
    assert done.returncode == 2
    assert len(complaint.splitlines()) == 1
    assert "run.csv: cannot be written" in complaint


def test_control_characters_of_a_file_name_do_not_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "run\x1b]0;owned\x07.csv"
    path.write_text(HEALTHY)
    done = lossclinic("diagnose", str(path))
    assert b"\x1b]0" not in done.stdout + done.stderr


def test_markdown_and_html_reports(tmp_path: Path) -> None:
    log, md, html = tmp_path / "run.csv", tmp_path / "r.md", tmp_path / "r.html"
    log.write_text(HEALTHY.replace("train_loss", "<script>alert(1)</script>train_loss"))
    done = lossclinic("diagnose", str(log), "--md", str(md), "--html", str(html))
    assert done.returncode == 0, done.stderr
    assert md.read_text().startswith("# lossclinic")
    page = html.read_text()
    assert "<script>alert(1)" not in page
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=.https?:", page)


def test_causes_lists_and_shows_in_both_languages() -> None:
    assert b"lr_too_high" in lossclinic("causes").stdout
    assert "学习率过大" in lossclinic("causes", "lr_too_high", "--lang", "zh").stdout.decode()


def test_guides_are_listed_and_shown_in_both_languages() -> None:
    for lang, word in (("en", "Optimisers"), ("zh", "优化器")):
        listed, page = (
            lossclinic("guides", "--lang", lang),
            lossclinic("guides", "optimizers", "--lang", lang),
        )
        assert listed.returncode == page.returncode == 0
        assert "schedules_and_warmup" in listed.stdout.decode()
        assert word in page.stdout.decode()
    missing = lossclinic("guides", "no_such_guide")
    assert missing.returncode == 2
    assert len(missing.stderr.decode().strip().splitlines()) == 1
