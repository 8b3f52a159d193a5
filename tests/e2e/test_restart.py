"""A server that is started anew while a page is open: the page finds it, and the conversation goes on."""

from __future__ import annotations

import socket

import pytest
from playwright.sync_api import Browser, expect
from visit import WAIT, Visit

from lossclinic import Clinic
from lossclinic.ui.parts.starters import SAMPLES
from lossclinic.ui.serve import launch

pytestmark = pytest.mark.browser


def test_an_open_page_outlives_its_server(browser: Browser) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    first = launch(Clinic(), host="127.0.0.1", port=port)
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    try:
        visit = Visit(context, first.address)
        visit.drop(SAMPLES / "validation-climbs.csv")
        visit.answered()
        expect(visit.page.locator(".lc-shelf summary")).to_contain_text("(1)", timeout=WAIT)
        title = visit.page.locator(".lc-card .lc-title").first.inner_text()
        first.close()
        second = launch(Clinic(), host="127.0.0.1", port=port)
        try:
            with visit.page.expect_event("load", timeout=WAIT):
                visit.say("what else could it be?")
            expect(visit.page.locator("#lc-chat .user").first).to_contain_text(
                "validation-climbs", timeout=WAIT
            )
            expect(visit.page.locator(".lc-card .lc-title").first).to_have_text(title, timeout=WAIT)
        finally:
            second.close()
    finally:
        context.close()
