"""What the pages are made of, without a browser: cards, lists, pages, comparisons, lessons, feedback, documents."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import lossclinic
from lossclinic import Clinic, InputError
from lossclinic.compare import compare, verdict
from lossclinic.feedback import feedback_file, note, noted
from lossclinic.figures import recorded_figure
from lossclinic.lessons import lesson, lessons
from lossclinic.library import KINDS, entries, find
from lossclinic.recorded import GALLERY, load_pair, recorded_causes
from lossclinic.ui.parts.cards import panel
from lossclinic.ui.parts.catalogue import catalogue
from lossclinic.ui.parts.code import FRAMEWORKS
from lossclinic.ui.parts.entry import page
from lossclinic.ui.parts.lesson import gallery, lesson_page
from lossclinic.ui.parts.log import read_as
from lossclinic.ui.parts.prose import prose
from lossclinic.ui.parts.sketch import RIGHT, WIDTH, sketch
from lossclinic.uploads import add, held, take_out, uploads_folder
from lossclinic_kb import causes
from lossclinic_kb.causes import CAUSES, load_profiles
from lossclinic_kb.guides import GUIDES
from lossclinic_kb.guides.load import ROOT as GUIDE_FOLDER
from lossclinic_kb.lab.visible import is_visible
from lossclinic_kb.run import Run, series
from lossclinic_kb.symptoms import detect_all
from lossclinic_kb.text import LANGUAGES, Lang

SAMPLES = Path(lossclinic.__file__).parent / "ui" / "samples"
CAUSE_FOLDER = Path(causes.__file__).parent
VOID = {"br", "input", "img", "hr", "path", "polyline", "rect"}
HOSTILE = "step,<img src=x onerror=alert(1)> train_loss\n" + "".join(f"{i},2.3026\n" for i in range(60))


class Balanced(HTMLParser):
    """Fails on a tag that is not closed or closed twice, and on anything that would run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.feed(text)
        assert self.open == []
        assert len(self.ids) == len(set(self.ids))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "img", "iframe", "object")
        assert not [name for name, _ in attrs if name.startswith("on")]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("folded", [True, False])
def test_cards_are_whole_and_show_a_hostile_name_as_text(lang: Lang, folded: bool) -> None:
    made = lossclinic.diagnose(HOSTILE, config={"optimizer": "<script>x"}, lang=lang)
    shown = panel(made, {made.causes[0].id: 0.99}, folded=folded)
    Balanced(shown)
    assert "&lt;img src=x" in shown
    assert ("data-act" in shown) != folded


def test_a_notebook_shows_cards_and_curves_and_fetches_nothing() -> None:
    shown = lossclinic.diagnose(SAMPLES / "falls-then-explodes.csv")._repr_html_()
    Balanced(re.sub(r"<style>.*?</style>", "", shown, flags=re.DOTALL))
    assert shown.count("<svg") >= 4
    assert not re.search(r'(src|href)="(?!https?://)', shown)
    assert "url(" not in shown


def test_a_run_that_is_lost_is_drawn_beyond_its_last_number() -> None:
    values = [2.0 - step / 100 for step in range(80)] + [float("nan")] * 200
    run = Run("plain", (series("loss", "train_loss", values, step=list(range(280))),))
    shown = sketch(run, "loss", "en")
    assert "step 98" in shown  # a quarter more than the 79 steps that hold numbers
    crosses = [float(x) for x in re.findall(r'<text x="([\d.]+)"[^>]*class="lost"', shown)]
    (line,) = re.findall(r'points="([^"]+)"', shown)
    last = float(line.split()[-1].split(",")[0])
    assert last < min(crosses) < max(crosses) == WIDTH - RIGHT


@pytest.mark.parametrize(("lang", "name"), [("en", "pasted text"), ("zh", "粘贴的文本")])
def test_a_pasted_log_is_called_so_in_the_language_of_the_reader(lang: Lang, name: str) -> None:
    pasted = "step,train_loss\n" + "".join(f"{i},{2.3 - i / 100}\n" for i in range(60))
    made = lossclinic.diagnose(pasted, lang=lang)
    assert name in read_as(made)
    assert name in made.to_markdown()


def test_markup_in_an_article_is_shown() -> None:
    assert "&lt;script&gt;" in prose("<script>alert(1)</script>")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_entry_has_a_page(lang: Lang) -> None:
    for (kind, name), entry in entries().items():
        if kind == "term" and hash(name) % 20:
            continue  # hundreds of one shape
        shown = page(kind, name, lang)
        Balanced(shown)
        assert f'data-page="{kind}"' in shown
        assert entry.title(lang)
    assert {kind for kind, _ in entries()} == set(KINDS)


@pytest.mark.parametrize(
    ("question", "kind", "name"),
    [
        ("dying_relu", "cause", "dying_relu"),
        ("learning rate too high", "cause", "lr_too_high"),
        ("学习率过大", "cause", "lr_too_high"),
        ("overfit one batch", "check", "overfit_one_batch"),
        ("mixed precision", "guide", "mixed_precision"),
    ],
)
def test_search_finds_by_name_in_either_language(question: str, kind: str, name: str) -> None:
    assert (kind, name) in [(entry.kind, entry.id) for entry in find(question)[:6]]


def test_a_search_for_nothing_of_the_field_finds_nothing() -> None:
    assert find("zzqx wvut") == []
    assert "zzqx &lt;wvut&gt;" in catalogue("zzqx <wvut>", None, "en")
    assert {entry.kind for entry in find("rate", "guide")} == {"guide"}


def test_all_that_the_lab_can_show_is_recorded() -> None:
    # Read, not imported: importing every experiment takes half a minute.
    texts = {
        cause: (CAUSE_FOLDER / family / cause / "experiment.py").read_text()
        for cause, family in CAUSES.items()
    }
    shown = {cause for cause, text in texts.items() if "\nNOT_SHOWN = " not in text}
    assert set(recorded_causes()) == shown, "python -m lossclinic.recorded trains what is missing"
    for cause in shown:
        pair = load_pair(cause)
        assert pair is not None
        assert pair.broken.pick("train_loss") is not None
        assert pair.cured.pick("train_loss") is not None


def test_every_figure_of_a_guide_is_recorded() -> None:
    for guide in GUIDES:
        drawn = (GUIDE_FOLDER / guide / "figure.py").is_file()
        for lang in LANGUAGES:
            made = recorded_figure(guide, lang)
            assert (made is not None) == drawn, f"python -m lossclinic.figures draws {guide}"


def test_every_fault_of_the_gallery_shows_on_its_curve_and_not_on_the_mended_one() -> None:
    for each in lessons():
        named = load_profiles()[each.cause].symptoms
        seen = {found.id for found in detect_all(each.pair.broken, {}) if found.present and found.id in named}
        left = {found.id for found in detect_all(each.pair.cured, {}) if found.present}
        assert is_visible(each.pair.broken, each.pair.cured), each.cause
        assert seen - left, each.cause


def test_lessons_hide_the_answer_and_offer_it() -> None:
    assert {each.cause for each in lessons()} == set(GALLERY)
    hidden = gallery("en")
    for each in lessons():
        assert each.cause in each.choices
        assert len(each.choices) == len(set(each.choices)) == 4
        assert each.cause not in hidden
        before, after = lesson_page(each, "", "zh"), lesson_page(each, each.cause, "zh")
        Balanced(before)
        Balanced(after)
        assert load_profiles()[each.cause].title.zh in after
    with pytest.raises(InputError):
        lesson(99)


def test_a_comparison_names_what_differs_and_only_that() -> None:
    def log(slope: float) -> str:
        return "step,train_loss\n" + "".join(f"{i},{2 + slope * i}\n" for i in range(60))

    one = lossclinic.diagnose(log(0.01), config={"lr": 0.1, "optimizer": "sgd"})
    other = lossclinic.diagnose(log(-0.01), config={"lr": 0.2, "optimizer": "sgd"})
    made = compare(one, other)
    assert {row.title.en: row.differs for row in made.settings} == {"lr": True, "optimizer": False}
    figures = {row.title.en: row for row in made.figures}
    assert not figures["training loss, first"].differs
    assert figures["training loss, last"].differs
    assert "At most one" in verdict(made, "en")
    assert not any(row.differs for row in compare(one, one).figures)


def test_feedback_is_kept_per_visitor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSCLINIC_HOME", str(tmp_path))
    made = lossclinic.diagnose(SAMPLES / "falls-then-explodes.csv")
    first, second = made.causes[0].id, made.causes[1].id
    note(made, "it explodes", first, right=True, visitor="a")
    note(made, "", second, right=False, visitor="b")
    (mine,) = [json.loads(line) for line in noted("a").splitlines()]
    assert (mine["cause"], mine["right"], mine["words"]) == (first, True, "it explodes")
    assert noted("c") == ""
    assert len(feedback_file().read_text().splitlines()) == 2
    with pytest.raises(InputError):
        note(made, "", "no_such_cause", right=True, visitor="a")


@pytest.mark.slow
def test_documents_from_the_browser_come_and_go(home: Path, tmp_path: Path) -> None:
    clinic = Clinic(home=home)
    before = len(held(home))
    notes, empty = tmp_path / "a b<c>.md", tmp_path / "x.pdf"
    notes.write_text("# Nodes\n\nNode nine returns nan in float16 since the last driver.\n")
    empty.write_bytes(b"no pdf")
    refused = add(clinic, [notes, empty])
    assert [name for name, _ in refused] == ["x.pdf"]
    added = [each for each in held(home) if each.name == "a b_c_.md"]
    assert len(held(home)) == before + 1
    take_out(clinic, added[0].path)
    assert len(held(home)) == before
    assert not [path for path in uploads_folder(home).iterdir() if path.suffix == ".md"]
    with pytest.raises(InputError):
        take_out(clinic, "/etc/passwd")


def test_every_framework_of_a_snippet_has_a_tab() -> None:
    from lossclinic_kb.causes import load_cause

    used = {snippet.framework for cause in CAUSES for snippet in load_cause(cause).snippets}
    assert used <= set(FRAMEWORKS)
