"""A form as a browser reads it: the largest one of a page, with every value it would send."""

from __future__ import annotations

from html.parser import HTMLParser

UNSENT = {"submit", "button", "reset", "file", "image"}


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[list[tuple[str, str]]] = [[]]
        self.named: dict[str, list[tuple[str, str]]] = {}
        self.select = self.area = ""
        self.several = self.fresh = False
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.forms.append([])
            self.named[given.get("id", "")] = self.forms[-1]
        elif tag == "textarea":
            self.area, self.text = name, ""
        elif tag == "select":
            self.select, self.several, self.fresh = name, "multiple" in given, True
        elif tag == "option" and self.select:
            self._option(given)
        elif tag == "input" and name and given.get("type") not in UNSENT:
            self._input(given)

    def _input(self, given: dict[str, str]) -> None:
        ticked = given.get("type") in {"checkbox", "radio"}
        if not ticked or "checked" in given:
            self._into(given).append((given["name"], given.get("value", "on" if ticked else "")))

    def _into(self, given: dict[str, str]) -> list[tuple[str, str]]:
        return self.named.get(given["form"], self.forms[-1]) if "form" in given else self.forms[-1]

    def _option(self, given: dict[str, str]) -> None:
        """The first option of a select counts until one is marked; of a select of several only the marked."""
        if "selected" in given:
            if not self.several and not self.fresh:
                self.forms[-1].pop()
            self.forms[-1].append((self.select, given.get("value", "")))
            self.fresh = False
        elif self.fresh and not self.several:
            self.forms[-1].append((self.select, given.get("value", "")))
            self.fresh = False

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            self.forms[-1].append((self.area, self.text.removeprefix("\n")))
            self.area = ""
        elif tag == "select":
            self.select = ""
        elif tag == "form":
            self.forms.append([])


def read(page: str) -> list[tuple[str, str]]:
    """What the largest form of the page would send."""
    forms = _Forms()
    forms.feed(page)
    return max(forms.forms, key=len)


def named(page: str, name: str) -> list[tuple[str, str]]:
    """What the form of that id would send."""
    forms = _Forms()
    forms.feed(page)
    return forms.named[name]


def changed(sent: list[tuple[str, str]], changes: dict[str, str]) -> list[tuple[str, str]]:
    """The same with some fields written anew."""
    return [*[(key, value) for key, value in sent if key not in changes], *changes.items()]
