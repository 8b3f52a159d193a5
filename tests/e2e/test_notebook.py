"""A diagnosis in a notebook: made by a kernel, exported as Jupyter does, and looked at in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from playwright.sync_api import Browser, Page, expect
from visit import PHONE

from lossclinic.ui import texts
from lossclinic.ui.parts.starters import SAMPLES
from lossclinic_kb.causes import load_cause
from lossclinic_kb.text import LANGUAGES, Lang, Text

pytestmark = pytest.mark.browser
CELL = "import lossclinic\nlossclinic.diagnose({path!r}, lang={lang!r})"
CONTRAST = """() => {
  const light = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number)
    .map((each) => (each /= 255) <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
    .reduce((sum, each, place) => sum + each * [0.2126, 0.7152, 0.0722][place], 0);
  const card = getComputedStyle(document.querySelector(".lc-card"));
  const [low, high] = [light(card.color), light(card.backgroundColor)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}"""


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook that diagnoses the same log in either language, after a kernel has run it."""
    path = str(SAMPLES / "falls-then-explodes.csv")
    cells = [nbformat.v4.new_code_cell(CELL.format(path=path, lang=lang)) for lang in LANGUAGES]
    made = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(made, timeout=120, kernel_name="python3").execute()
    page, _ = HTMLExporter().from_notebook_node(made)
    written = tmp_path_factory.mktemp("notebook") / "case.html"
    written.write_text(page, encoding="utf-8")
    return written


@pytest.fixture(params=["desktop", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, notebook: Path) -> Iterator[Page]:
    size = PHONE if request.param == "phone" else {"width": 1280, "height": 900}
    context = browser.new_context(viewport=size)  # type: ignore[arg-type]
    opened = context.new_page()
    opened.goto(notebook.as_uri(), wait_until="domcontentloaded")  # what the page around fetches is not there
    yield opened
    context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_cards_and_curves_are_seen_and_unfold(page: Page, lang: Lang) -> None:
    cell = page.locator(".jp-OutputArea-output", has=page.locator(f".lc-panel[lang={lang}]"))
    first, second = cell.locator(".lc-card").nth(0), cell.locator(".lc-card").nth(1)
    title = load_cause(str(first.get_attribute("data-cause"))).title(lang)
    expect(cell.locator(".lc-summary")).to_contain_text(title)
    for drawn, name in ((0, Text("loss", "loss")), (1, Text("accuracy", "准确率"))):
        expect(cell.locator(".lc-sketch").nth(drawn)).to_contain_text(name(lang))
        expect(cell.locator(".lc-sketch svg").nth(drawn)).to_be_visible()
    expect(first.locator(".lc-evidence")).to_contain_text(texts.cards.FOR(lang))
    numbers = first.locator(".lc-mark").all_inner_texts()
    assert numbers
    assert set(numbers) <= set(cell.locator("svg .number").all_text_contents())
    expect(first.locator(".lc-code").first).to_be_visible()
    expect(second.locator(".lc-evidence")).to_be_hidden()
    second.locator("summary").first.click()
    expect(second.locator(".lc-evidence")).to_be_visible()
    expect(cell.get_by_role("button")).to_have_count(0)
    assert cell.evaluate("(each) => each.scrollWidth <= each.clientWidth + 1")


def test_it_is_read_on_light_and_on_dark(page: Page) -> None:
    assert page.evaluate(CONTRAST) >= 7
    before = page.locator(".lc-card").first.evaluate("(each) => getComputedStyle(each).backgroundColor")
    page.evaluate("document.body.setAttribute('data-jp-theme-light', 'false')")
    after = page.locator(".lc-card").first.evaluate("(each) => getComputedStyle(each).backgroundColor")
    assert before != after
    assert page.evaluate(CONTRAST) >= 7
