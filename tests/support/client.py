"""A test client that lints every page it fetches and carries the CSRF token of the last form it saw."""

from __future__ import annotations

import re
from collections import Counter
from contextvars import Context
from html import unescape
from typing import Any

from flask.testing import FlaskClient

ERRORS_EXPECTED = {400, 401, 403, 404, 405, 409, 413, 422, 429, 503}
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
CONTROLS = {"input", "select", "textarea"}


class LintingClient(FlaskClient):
    """Get and post as a browser would: follow nothing, send the CSRF token, and complain about bad HTML."""

    token, place = "", None

    def open(self, *arguments: Any, **options: Any) -> Any:
        lint = options.pop("lint", True)
        with_token = options.pop("csrf", True)
        may_fail = options.pop("expect_500", False)
        if options.get("method") == "POST" and with_token:
            if not self.token:
                self._fetch_token()
            data = options.get("data") or {}
            if isinstance(data, dict):
                options["data"] = {"csrf_token": self.token, "opened_in": self.place or "", **data}
        # In a context of its own: else Flask lends the test's open one, and with it `g`, from request to request.
        response = Context().run(super().open, *arguments, **{"buffered": True, **options})
        if options.get("method") == "POST" and any(
            one in str(arguments[:1]) for one in ("/sign-in/", "/municipality/")
        ):
            self.token = ""  # a new session has a new one, and what is posted next belongs where one is now
        if response.mimetype == "text/html" and not response.is_streamed:
            text = response.get_data(as_text=True)
            if found := re.search(r'name="csrf_token" value="([^"]+)"', text):
                self.token = found[1]
            self._note_place(text)
            if lint and text.lower().startswith("<!doctype") and response.status_code not in range(300, 400):
                problems = lint_page(text)
                assert not problems, f"{arguments}: {problems}"
        assert response.status_code != 500 or may_fail, f"{arguments} answered 500"
        return response

    def _fetch_token(self) -> None:
        """The token of a page everyone may see: help when signed in, else sign-in."""
        for address in ("/help/", "/sign-in/"):
            answer = Context().run(super().open, address, method="GET", buffered=True)
            if found := re.search(r'name="csrf_token" value="([^"]+)"', answer.get_data(as_text=True)):
                self.token = found[1]
                self._note_place(answer.get_data(as_text=True))
                return

    def _note_place(self, text: str) -> None:
        if found := re.search(r'name="opened_in" value="([^"]*)"', text):
            self.place = found[1]


# A page of ours is written with every tag whole and every value in quotes; whatever is not is complained about.
TOKEN = re.compile(
    r"<!--.*?-->|<!doctype[^>]*>|<(?P<close>/?)(?P<tag>[a-zA-Z][\w-]*)(?P<attributes>(?:\s+[^\s=<>\"'/]+(?:=\"[^\"]*\")?)*)\s*(?P<empty>/?)>",
    re.IGNORECASE | re.DOTALL,
)
ATTRIBUTE = re.compile(r"([^\s=]+)(?:=\"([^\"]*)\")?")


class _Page:
    """What is told of a page while its tags are met one after the other: five times as quick as html.parser."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.open: list[str] = []
        self.ids: Counter[str] = Counter()
        self.labels: set[str] = set()
        self.references: list[tuple[str, str]] = []
        self.controls: list[dict[str, str]] = []
        self.headings = 0
        self.title = self.label = ""
        self.lang: str | None = None
        self._in_title = self._in_h1 = False
        self.h1 = ""

    def feed(self, text: str) -> None:
        at = 0
        for token in TOKEN.finditer(text):
            if at != token.start():
                self._meet(text[at : token.start()])
            at = token.end()
            if not token["tag"]:
                continue
            tag = token["tag"].lower()
            if token["close"]:
                self.handle_endtag(tag)
            else:
                self.handle_starttag(tag, ATTRIBUTE.findall(token["attributes"]))
                if token["empty"]:
                    self.handle_endtag(tag)
        self._meet(text[at:])

    def _meet(self, data: str) -> None:
        if "<" in data:
            self.problems.append(f"a tag that is none: {data[data.index('<') :][:80]}")
        if "label" in self.open or self._in_title or self._in_h1:
            self.handle_data(unescape(data))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str]]) -> None:
        found = {name.lower(): value for name, value in attributes}
        if tag not in VOID:
            self.open.append(tag)
        if tag == "html":
            self.lang = found.get("lang")
        if found.get("id"):
            self.ids[unescape(found["id"])] += 1
        if tag == "label":
            self.labels.add(unescape(found.get("for", "")))
            self.label = ""
        if tag in CONTROLS and found.get("type") not in {"hidden", "submit"} and "label" not in self.open:
            self.controls.append(found)
        if tag == "script" and "src" not in found:
            self.problems.append("inline script")
        self.problems += [f"{name} on {tag}" for name in found if name.startswith("on") or name == "style"]
        for name in ("aria-describedby", "aria-labelledby", "aria-controls"):
            self.references += [(name, one) for one in unescape(found.get(name, "")).split()]
        self._in_title = tag == "title" or self._in_title
        if tag == "h1":
            self.headings += 1
            self._in_h1 = True

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.problems.append(f"</{tag}> closes <{self.open[-1] if self.open else 'nothing'}>")
            if tag in self.open:
                while self.open.pop() != tag:
                    pass
        else:
            self.open.pop()
        if tag == "label" and not self.label.strip():
            self.problems.append("a label without words")
        self._in_title = False if tag == "title" else self._in_title
        self._in_h1 = False if tag == "h1" else self._in_h1

    def handle_data(self, data: str) -> None:
        if "label" in self.open:
            self.label += data
        if self._in_title:
            self.title += data
        if self._in_h1:
            self.h1 += data


def lint_page(text: str) -> list[str]:
    """What is wrong with a page; empty when nothing is."""
    page = _Page()
    page.feed(text)
    problems = page.problems
    if page.lang not in {"nb", "nn", "en"}:
        problems.append(f"lang is {page.lang}")
    if page.headings != 1:
        problems.append(f"{page.headings} h1")
    if (
        page.h1.strip()
        and not page.title.removeprefix("Feil: ").startswith(page.h1.strip()[:20])
        and "Logg inn" not in page.title
    ):
        problems.append(f"title «{page.title}» does not begin with h1 «{page.h1.strip()}»")
    problems += [f"id {one} twice" for one, times in page.ids.items() if times > 1]
    problems += [f"{name} names unknown {one}" for name, one in page.references if one not in page.ids]
    problems += [
        f"no label for {control.get('name')}"
        for control in page.controls
        if unescape(control.get("id", "")) not in page.labels and not control.get("aria-label")
    ]
    problems += [f"<{tag}> never closed" for tag in page.open]
    problems += ["a macro where words were meant"] * ("&lt;Macro " in text)
    return problems
