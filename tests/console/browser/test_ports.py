"""The ports that a browser refuses are those that `serve` warns of."""

from __future__ import annotations

from typing import Any

from sagemock.web.ports import REFUSED_BY_BROWSERS

ONLY_IN_THE_STANDARD = {4190, 6679}
"""Chromium asks at them."""

ASK = """async ports => Promise.all(ports.map(
    port => fetch(`http://127.0.0.1:${port}/`, {mode: 'no-cors'}).catch(() => 0)))"""


def test_a_browser_refuses_them(browser: Any) -> None:
    page = browser.new_page()
    failures: dict[int, str] = {}
    page.on(
        "requestfailed",
        lambda request: failures.update({int(request.url.split(":")[2][:-1]): request.failure}),
    )
    page.goto("data:text/html,nothing")
    asked = sorted(REFUSED_BY_BROWSERS)
    page.evaluate(ASK, asked)
    page.close()
    refused = {port for port, failure in failures.items() if "UNSAFE_PORT" in failure}
    assert refused == REFUSED_BY_BROWSERS - ONLY_IN_THE_STANDARD
