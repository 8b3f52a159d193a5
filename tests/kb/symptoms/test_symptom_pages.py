"""Every symptom is explained in both languages, with the same parts and the same neighbours."""

from __future__ import annotations

import re

import pytest

from lossclinic_kb.errors import InputError
from lossclinic_kb.symptoms import SYMPTOMS
from lossclinic_kb.symptoms.pages import FOLDER, symptom_page

PARTS = {
    "What is seen": "现象",
    "Reported when": "报告条件",
    "Not observable": "无法判断",
    "Not to be confused with": "不要混淆",
    "Not reported": "不报告的情况",
    "Blind": "盲区",
}


def test_every_page_has_a_symptom_and_every_symptom_a_page() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == set(SYMPTOMS)


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_both_pages_have_the_same_parts_in_the_same_order(symptom: str) -> None:
    page = symptom_page(symptom)
    paragraphs = {lang: [line for line in page(lang).split("\n") if line] for lang in ("en", "zh")}
    assert {"en": page.en.split("\n")[1], "zh": page.zh.split("\n")[1]} == {"en": "", "zh": ""}
    parts = [en for line in paragraphs["en"][1:] for en in PARTS if line.startswith(en)]
    told = [line.partition("：")[0] for line in paragraphs["zh"][1:]]
    assert told == [PARTS[part] for part in parts]


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_both_pages_name_the_same_neighbours(symptom: str) -> None:
    page = symptom_page(symptom)
    named = {lang: set(re.findall(r"`(\w+)`", page(lang))) & set(SYMPTOMS) for lang in ("en", "zh")}
    assert named["en"] == named["zh"]
    assert symptom not in named["en"]


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_a_chinese_page_is_in_chinese(symptom: str) -> None:
    for line in symptom_page(symptom).zh.split("\n"):
        chinese = len(re.findall(r"[\u4e00-\u9fff]", line))
        assert not line or chinese >= 5, line


def test_a_symptom_that_does_not_exist_has_no_page() -> None:
    with pytest.raises(InputError, match="no symptom is called 'loss_dances'"):
        symptom_page("loss_dances")
