"""Whole cases, from the request to the end: an officer who does what the page of the case says is due gets there."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.conftest import Live
from tests.browser.person import Keyboard
from tests.browser.whole_case import Officer


def test_a_case_in_merton(live: Live, page: Page) -> None:
    """The meeting decides; the person sees the draft, has it changed and agrees; who was asked to act answers."""
    sam = Officer(live, page, "merton")
    sam.works_it_off()
    sam.takes("plan-draft")
    sam.works_it_off()
    sam.others_answer()
    sam.works_it_off()
    sam.ends()
    wanted = {"acknowledgement", "minutes", "threshold-decision", "plan", "outcome", "plan-view", "plan-disagreed",
              "action-report", "action-followed", "recommendation-answer", "close", "case-closed"}  # fmt: skip
    assert wanted <= set(sam.filed())


def test_a_case_in_maidstone(live: Live, page: Page) -> None:
    """It waits for a complaint and goes on; each time the person is told."""
    sam = Officer(live, page, "maidstone", open_complaint="yes")
    sam.takes("hold")
    sam.works_it_off()
    sam.takes("resume")
    sam.works_it_off()
    sam.others_answer()
    sam.works_it_off()
    sam.ends()
    wanted = {"suitability", "response-check", "on-hold", "off-hold", "threshold-met", "minutes", "plan", "outcome",
              "case-closed"}  # fmt: skip
    assert wanted <= set(sam.filed())


def test_a_case_in_shropshire(live: Live, page: Page) -> None:
    """Agencies answer through links; the person is met, invited and told; the case ends."""
    sam = Officer(live, page, "shropshire")
    sam.works_it_off()
    sam.others_answer()
    sam.works_it_off()
    sam.others_answer()
    sam.works_it_off()
    sam.ends()
    wanted = {"agency-request", "agency-return", "meet-person", "threshold-met", "invitation", "minutes", "plan",
              "outcome", "case-closed"}  # fmt: skip
    assert wanted <= set(sam.filed())


def test_a_case_without_a_mouse(live: Live, page: Page) -> None:
    """From the first look to the closing notice by Tab, Enter, Space and the arrows; the focus is seen all the way."""
    sam = Officer(live, page, "bromley", hands=Keyboard)
    sam.goes_to("threshold-decision", decision="not-met")
    sam.works_it_off()
    sam.ends()
    assert {"threshold-decision", "threshold-not-met", "close", "case-closed"} <= set(sam.filed())
