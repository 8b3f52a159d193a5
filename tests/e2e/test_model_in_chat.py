"""A language model in the chat: nothing is sent before the person agreed, then it speaks below the card, and can be stopped."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_case import log
from playwright.sync_api import Browser, expect
from scripted import Fail, Say, Scripted, Server, by_task, serving
from visit import Visit, visitor

pytestmark = pytest.mark.browser
WAIT = 30_000  # milliseconds; two busy cores
RANKED = json.dumps(
    {
        "causes": [
            {"cause": "lr_too_high", "because": "NaN from step 60 on", "observations": ["o1", "o2", "o3"]}
        ]
    }
)
GOOD = "The loss is NaN at step 60 [o:o3], so the rate is too high [c:lr_too_high]. <b>Believe</b> me, it is 4711."
LONG = "The rate is too high [c:lr_too_high]. " + "So it goes on. " * 900


class Told:
    """What the scripted model says next."""

    said: Scripted = Say(GOOD)
    refused: Scripted | None = None


@pytest.fixture(scope="module")
def model() -> Iterator[Server]:
    with serving(lambda request: Told.refused or by_task(Say(RANKED), Told.said)(request)) as server:
        yield server


@pytest.fixture(scope="module")
def with_model(home: Path, model: Server) -> Iterator[str]:
    from lossclinic import Clinic
    from lossclinic.ui.serve import launch

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = launch(
        Clinic(home=home, llm="openai:scripted", llm_base_url=model.url), host="127.0.0.1", port=port
    )
    yield f"http://127.0.0.1:{port}"
    app.close()


@pytest.fixture
def asking(browser: Browser, with_model: str) -> Iterator[Visit]:
    context = visitor(browser)
    yield Visit(context, with_model)
    context.close()


@pytest.fixture
def run_csv(tmp_path: Path) -> Path:
    path = tmp_path / "run.csv"
    path.write_bytes(log())
    return path


def test_nothing_is_sent_before_the_person_agrees_and_then_it_explains(
    asking: Visit, model: Server, run_csv: Path
) -> None:
    page, before = asking.page, len(model.requests)
    Told.said = Say(GOOD)
    asking.drop(run_csv)
    asking.answered()
    offer = page.locator("#lc-model")
    expect(offer).to_contain_text("Language model: openai:scripted", timeout=WAIT)
    offer.locator("summary").first.click()
    expect(offer.locator(".lc-sent")).to_contain_text(
        "The log itself, its name and its rows stay on this machine"
    )
    expect(offer.locator(".lc-sent")).to_contain_text("o3  ")
    expect(page.locator(".lc-head")).to_contain_text("before you have seen it and agreed")
    assert len(model.requests) == before

    page.locator("#lc-ask").click()
    said = page.locator("#lc-explained [data-done=true]")
    expect(said).to_contain_text("The loss is NaN at step 60", timeout=WAIT)
    expect(said).not_to_contain_text("4711")
    expect(said).to_contain_text("could not be verified")
    expect(said.locator("sup a").first).to_have_attribute("href", re.compile("cause=lr_too_high"))
    expect(page.locator(".lc-card").first).to_contain_text("language model (openai:scripted)", timeout=WAIT)
    expect(page.locator("#lc-ask")).to_be_hidden()
    assert len(model.requests) == before + 2

    Told.said = Say("The gradient norm grows too [c:lr_too_high].")
    page.locator(".lc-add summary").click()
    page.locator(".lc-add select").select_option("batch_size")
    page.locator(".lc-add input").fill("64")
    page.locator(".lc-add button").click()  # agreed for this conversation: it goes on by itself
    expect(said).to_contain_text("The gradient norm grows too", timeout=WAIT)
    assert len(model.requests) == before + 4
    assert asking.errors == []
    assert asking.outside == []

    page.locator("#lc-new").click()
    expect(offer).to_be_hidden(timeout=WAIT)


def test_over_its_quota_it_is_said_to_be_missing_and_the_answer_stays(
    browser: Browser, with_model: str, model: Server, run_csv: Path
) -> None:
    context, before = visitor(browser, "zh"), len(model.requests)
    visit = Visit(context, with_model, "zh")
    Told.refused = Fail(429)
    try:
        visit.drop(run_csv)
        visit.answered()
        cards = visit.page.locator(".lc-card").all_inner_texts()
        visit.page.locator("#lc-ask").click()
        said = visit.page.locator("#lc-explained [data-done=true]")
        expect(said).to_contain_text("额度已用完，或请求过于频繁（429）。诊断本身不受影响。", timeout=WAIT)
        assert visit.page.locator(".lc-card").all_inner_texts() == cards
        assert len(model.requests) == before + 1
        assert visit.errors == []
    finally:
        Told.refused = None
        context.close()


def test_it_can_be_stopped_and_speaks_the_language_of_the_page(asking: Visit, run_csv: Path) -> None:
    page = asking.page
    Told.said = Say(LONG, pause=0.05)
    asking.drop(run_csv)
    asking.answered()
    page.locator("#lc-ask").click()
    expect(page.locator("#lc-explained")).to_contain_text("The rate is too high", timeout=WAIT)
    page.locator("#lc-halt").click()
    expect(page.locator("#lc-explained [data-done=true]")).to_contain_text("it was stopped", timeout=WAIT)
    expect(page.locator("#lc-halt")).to_be_hidden()
    expect(page.locator(".lc-card").first).to_be_visible()
    page.get_by_label("中文").check()
    expect(page.locator("#lc-model")).to_contain_text("语言模型：openai:scripted", timeout=WAIT)
    assert asking.errors == []
