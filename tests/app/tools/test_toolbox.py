"""The five tools: what they answer, and one clear line where they cannot."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from lossclinic import Clinic, InputError
from lossclinic.tools import TOOLS, Toolbox
from lossclinic_kb.causes.registry import CAUSES

CLIMBS = "val loss climbs from epoch 6 while train loss keeps falling"


def ask(clinic: Clinic, tool: str, root: Path | None = None, **given: Any) -> dict[str, Any]:
    return Toolbox(clinic, root).call(tool, given)


def error_of(clinic: Clinic, tool: str, root: Path | None = None, **given: Any) -> str:
    with pytest.raises(InputError) as caught:
        ask(clinic, tool, root, **given)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_names_are_a_contract() -> None:
    assert list(TOOLS) == [
        "diagnose_log",
        "diagnose_description",
        "next_check",
        "search_knowledge",
        "get_cause",
    ]


@pytest.mark.parametrize("tool", TOOLS.values(), ids=TOOLS)
def test_every_argument_is_described(tool: Any) -> None:
    schema = tool.schema(paths=True)
    assert all(each.get("description") for each in schema["properties"].values())
    assert "path" not in tool.schema(paths=False)["properties"]


def test_text_and_file_and_path_give_the_same(clinic: Clinic, overfitting: str, tmp_path: Path) -> None:
    (tmp_path / "run.csv").write_text(overfitting)
    packed = base64.b64encode(gzip.compress(overfitting.encode(), mtime=0)).decode()
    answers = [
        ask(clinic, "diagnose_log", log=overfitting),
        ask(clinic, "diagnose_log", file=packed, name="run.csv.gz"),
        ask(clinic, "diagnose_log", tmp_path, path="run.csv"),
        ask(clinic, "diagnose_log", tmp_path, path=str(tmp_path / "run.csv")),
    ]
    assert answers[0]["causes"][0]["id"] == "overfitting"
    assert all(each["causes"] == answers[0]["causes"] for each in answers)
    assert [each["source"] for each in answers[:3]] == ["log", "run.csv.gz", "run.csv"]


def test_words_alone_in_both_languages(clinic: Clinic) -> None:
    english = ask(clinic, "diagnose_description", description=CLIMBS)
    chinese = ask(
        clinic, "diagnose_description", description="训练 loss 一直降，验证 loss 从第 6 个 epoch 开始往上走"
    )
    assert english["causes"][0]["id"] == chinese["causes"][0]["id"] == "overfitting"
    assert (english["lang"], chinese["lang"]) == ("en", "zh")


def test_code_is_that_of_the_framework(clinic: Clinic, overfitting: str) -> None:
    keras = ask(clinic, "diagnose_log", log=overfitting, framework="keras")
    assert {fix["framework"] for fix in keras["causes"][0]["fixes"]} == {"keras"}


def test_checks_follow_one_another_and_count(clinic: Clinic) -> None:
    given: dict[str, Any] = {"description": "loss is stuck and does not go down"}
    first = ask(clinic, "next_check", **given)
    check = first["next_check"]
    outcome = check["outcomes"][0]["id"]
    second = ask(clinic, "next_check", **given, answers={check["id"]: outcome})
    assert second["next_check"]["id"] != check["id"]
    assert second["causes"] != first["causes"]
    put_off = ask(clinic, "next_check", **given, later=[check["id"]])
    assert put_off["next_check"]["id"] != check["id"]
    assert put_off["causes"] == first["causes"]
    diagnosed = ask(clinic, "diagnose_description", **given, answers={check["id"]: outcome})
    assert [each["id"] for each in diagnosed["causes"]] == [each["id"] for each in second["causes"]]


@pytest.mark.parametrize("query", ["dead relu units", "ReLU 死了"])
def test_search_finds_by_name_and_in_both_languages(clinic: Clinic, query: str) -> None:
    found = ask(clinic, "search_knowledge", query=query)["results"]
    assert found[0]["kind"] == "cause"
    assert found[0]["id"] == "dying_relu"


def test_search_keeps_to_kinds_and_limit(clinic: Clinic) -> None:
    found = ask(clinic, "search_knowledge", query="learning rate", kinds=["check", "guide"], limit=3)
    assert {each["kind"] for each in found["results"]} <= {"check", "guide"}
    assert len(found["results"]) == 3
    assert ask(clinic, "search_knowledge", query="what will the weather be in Paris")["results"] == []


def test_every_cause_has_its_page_in_both_languages(clinic: Clinic) -> None:
    for cause in CAUSES:
        for lang in ("en", "zh"):
            page = ask(clinic, "get_cause", id=cause, lang=lang)
            assert len(page["article"]) == 4
            assert page["sources"]
    assert json.loads(json.dumps(page)) == page


def test_a_wrong_argument_is_one_line(clinic: Clinic, overfitting: str) -> None:
    assert "close to it: lr_too_high" in error_of(clinic, "get_cause", id="lr_to_high")
    assert "没有叫" in error_of(clinic, "get_cause", id="lr_to_high", lang="zh")
    assert "known: diagnose_log" in error_of(clinic, "run_shell", command="ls")
    assert "lang ('fr')" in error_of(clinic, "get_cause", id="lr_too_high", lang="fr")
    assert "参数 limit" in error_of(clinic, "search_knowledge", query="loss", limit=99, lang="zh")
    assert "colour" in error_of(clinic, "diagnose_description", description="x", colour="red")
    assert "description" in error_of(clinic, "diagnose_description")
    assert "no log was given" in error_of(clinic, "diagnose_log")
    assert "没有给日志" in error_of(clinic, "diagnose_log", description="损失不降")
    assert "nothing to look at" in error_of(clinic, "next_check")
    assert "not several" in error_of(clinic, "diagnose_log", log=overfitting, path="run.csv")
    assert "no Base64" in error_of(clinic, "diagnose_log", file="!!!")
    assert "unknown fact 'speed'" in error_of(clinic, "diagnose_log", log=overfitting, config={"speed": 3})
    assert "no check is called" in error_of(clinic, "next_check", description=CLIMBS, answers={"x": "y"})
    assert "no check is called" in error_of(clinic, "next_check", description=CLIMBS, later=["x"])
    assert "no numbers" in error_of(clinic, "diagnose_log", log="nothing\nhere\n")


def test_text_that_names_a_file_is_not_opened(clinic: Clinic, overfitting: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(overfitting)
    assert "no known layout" in error_of(clinic, "diagnose_log", log=str(secret))


def test_only_the_open_folder_is_read(clinic: Clinic, overfitting: str, tmp_path: Path) -> None:
    root, outside = tmp_path / "runs", tmp_path / "secret.csv"
    root.mkdir()
    outside.write_text(overfitting)
    (root / "link.csv").symlink_to(outside)
    refused = [
        error_of(clinic, "diagnose_log", root, path=path)
        for path in ("../secret.csv", str(outside), "link.csv", "missing.csv")
    ]
    assert all("lies below" in line for line in refused)
    assert "no folder is open" in error_of(clinic, "diagnose_log", path=str(outside))
    with pytest.raises(InputError, match="no such folder"):
        Toolbox(clinic, root / "link.csv")


def test_answers_hold_no_control_characters(clinic: Clinic, overfitting: str) -> None:
    steering = overfitting.replace("val_loss", "val_loss\u202e\x1b[2J")
    told = json.dumps(ask(clinic, "diagnose_log", log=steering, roles={}), ensure_ascii=False)
    assert "\u202e" not in told
    assert "\\u001b" not in told
