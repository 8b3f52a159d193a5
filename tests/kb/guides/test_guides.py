"""Every guide is complete, and its code runs."""

from __future__ import annotations

import inspect
from importlib import import_module

import pytest
import torch

from lossclinic_kb.causes import CAUSES
from lossclinic_kb.errors import InputError
from lossclinic_kb.guides import GUIDES, load_figure, load_guide, load_guides
from lossclinic_kb.guides.load import ROOT
from lossclinic_kb.text import LANGUAGES, language_of

torch.set_num_threads(1)  # sums of another order lead some of these small networks elsewhere


def test_registry_and_folders_agree() -> None:
    assert {path.parent.name for path in ROOT.glob("*/en.md")} == set(GUIDES)


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_is_complete(guide: str) -> None:
    read = load_guide(guide)
    assert set(read.causes) <= set(CAUSES)
    assert language_of(read.pages["zh"]) == "zh"
    assert language_of(read.pages["en"]) == "en"
    for lang in LANGUAGES:
        assert "<!--" not in read.pages[lang]
        assert all(snippet.code in read.pages[lang] for snippet in read.snippets), "a snippet is not shown"


@pytest.mark.slow
@pytest.mark.parametrize("guide", GUIDES)
def test_the_code_of_a_guide_runs(guide: str) -> None:
    module = import_module(f"lossclinic_kb.guides.{guide}.snippets")
    assert "assert" in inspect.getsource(module.exercise)
    module.exercise()


@pytest.mark.slow
@pytest.mark.parametrize("guide", GUIDES)
def test_a_figure_has_curves_and_titles_in_both_languages(guide: str) -> None:
    for lang in LANGUAGES:
        figure = load_figure(guide, lang)
        if figure is not None:
            assert figure.data
            assert figure.layout.xaxis.title.text
            assert figure.layout.yaxis.title.text


def test_an_unknown_guide_says_where_to_look() -> None:
    with pytest.raises(InputError, match="lossclinic guides"):
        load_guide("no_such_guide")


def test_every_guide_is_linked_from_the_list() -> None:
    assert list(load_guides()) == list(GUIDES)
