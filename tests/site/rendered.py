"""What a reader of the built site sees of a page: its code, below which heading it stands."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple


class Code(NamedTuple):
    """Code on a page; the language of code within a sentence is empty."""

    heading: str
    language: str
    text: str


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.codes: list[Code] = []
        self.heading = ""
        self.language = ""
        self.reading = ""
        """The tag whose text is being read."""
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        classes = (dict(attributes).get("class") or "").split()
        if tag == "div":
            named = [each for each in classes if each.startswith("highlight-")]
            self.language = named[0].removeprefix("highlight-") if named else self.language
        elif tag in ("h1", "h2", "pre") or (tag == "code" and self.reading != "pre"):
            self.reading, self.text = tag, []
        elif tag == "a" and "headerlink" in classes and self.reading in ("h1", "h2"):
            self.heading, self.reading = "".join(self.text), ""

    def handle_endtag(self, tag: str) -> None:
        if tag == self.reading and tag in ("code", "pre"):
            language = self.language if tag == "pre" else ""
            self.codes.append(Code(self.heading, language, "".join(self.text)))
            self.reading = ""

    def handle_data(self, data: str) -> None:
        if self.reading:
            self.text.append(data)


def codes(page: Path) -> list[Code]:
    """All code of a page, in its order."""
    parser = _Page()
    parser.feed(page.read_text())
    return parser.codes


def blocks(page: Path, *languages: str) -> list[Code]:
    """The blocks of a page in these languages."""
    return [code for code in codes(page) if code.language in languages]
