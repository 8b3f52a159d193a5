"""Every cause folder is complete, and a malformed one is refused with file and key."""

from __future__ import annotations

import shutil
from itertools import combinations
from pathlib import Path

import pytest

from lossclinic_kb.causes import CAUSES, load_cause, load_causes
from lossclinic_kb.causes.load import ROOT
from lossclinic_kb.causes.read import read_folder
from lossclinic_kb.errors import InputError, KnowledgeError
from lossclinic_kb.symptoms import SYMPTOMS
from lossclinic_kb.text import language_of

MODEL = ROOT / "optimisation" / "lr_too_high"


def test_registry_and_folders_agree() -> None:
    folders = {path.parent.name: path.parent.parent.name for path in ROOT.glob("*/*/en.md")}
    assert folders == CAUSES


@pytest.mark.parametrize("cause", CAUSES)
def test_a_cause_is_complete(cause: str) -> None:
    read = load_cause(cause)
    assert any(snippet.is_fix for snippet in read.snippets), "no fix"
    assert any(not snippet.is_fix for snippet in read.snippets), "nothing confirms it"
    assert set(read.symptoms) <= set(SYMPTOMS), "symptoms that no detector finds"
    assert {*read.twins, *read.related} <= set(CAUSES) - {cause}
    for lang in ("en", "zh"):
        assert len(read.phrases[lang]) >= 25
        assert len(set(read.phrases[lang])) == len(read.phrases[lang])
    assert all(language_of(phrase) == "zh" for phrase in read.phrases["zh"])
    assert all(language_of(phrase) == "en" for phrase in read.phrases["en"])


def test_every_snippet_is_shown_in_both_articles() -> None:
    for cause in load_causes().values():
        for lang in ("en", "zh"):
            page = "\n".join(cause.articles[lang].sections.values())
            for snippet in cause.snippets:
                assert snippet.code in page, f"{cause.id}: {snippet.key} is not in {lang}.md"


def test_no_phrase_belongs_to_two_causes() -> None:
    for one, other in combinations(load_causes().values(), 2):
        for lang in ("en", "zh"):
            assert not set(one.phrases[lang]) & set(other.phrases[lang]), (one.id, other.id)


def damaged(folder: Path, name: str, old: str, new: str) -> Path:
    """Return a copy of the model folder in which one file says `new` instead of `old`."""
    copy = folder / "optimisation" / "lr_too_high"
    shutil.copytree(MODEL, copy, ignore=shutil.ignore_patterns("__pycache__"))
    text = (copy / name).read_text(encoding="utf-8")
    assert old in text
    (copy / name).write_text(text.replace(old, new), encoding="utf-8")
    return copy


@pytest.mark.parametrize(
    ("name", "old", "new", "complaint"),
    [
        ("en.md", "confidence: verified", "confidence: sure", "en.md: confidence"),
        ("en.md", "title: Learning", "titel: Learning", "en.md: title"),
        ("en.md", "loss_oscillates: often", "loss_oscillates: usually", "en.md: symptoms.loss_oscillates"),
        ("en.md", "## Fix", "## Cure", "en.md: headings"),
        ("en.md", "<!-- snippet: fix -->", "<!-- snippet: fixx -->", "en.md: snippet"),
        ("zh.md", "---\ntitle", "title", "zh.md: front matter"),
        ("phrases.yaml", "zh:", "cn:", "phrases.yaml: zh"),
        ("phrases.yaml", "en:\n", "en: [\n", "phrases.yaml: not YAML"),
        ("experiment.py", "# end snippet", "# end", "experiment.py: snippet 'confirm' has no"),
        ("experiment.py", "# snippet: fix | pytorch", "# snippet: fix | jax", "experiment.py: line"),
    ],
)
def test_a_malformed_folder_is_refused_with_file_and_key(
    tmp_path: Path, name: str, old: str, new: str, complaint: str
) -> None:
    with pytest.raises(KnowledgeError, match=complaint):
        read_folder(damaged(tmp_path, name, old, new))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    copy = damaged(tmp_path, "zh.md", "title", "title")
    (copy / "phrases.yaml").unlink()
    with pytest.raises(KnowledgeError, match=r"phrases.yaml: the file is missing"):
        read_folder(copy)


def test_an_unknown_cause_says_where_to_look() -> None:
    with pytest.raises(InputError, match="lossclinic causes"):
        load_cause("no_such_cause")
