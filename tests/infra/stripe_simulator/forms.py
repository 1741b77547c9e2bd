"""Forms on the simulator's pages, as a browser would send them."""

from html.parser import HTMLParser


class Form(HTMLParser):
    """The first form of a page, with the values that its button would send unchanged."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.values: dict[str, str] = {}
        self.choices: dict[str, list[str]] = {}
        self.open = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form" and not self.action:
            self.action, self.open = found["action"] or "", True
        if tag == "input" and self.open and found.get("name"):
            name, value = found["name"] or "", found.get("value") or ""
            if found.get("type") == "radio":
                self.choices.setdefault(name, []).append(value)
            if found.get("type") != "radio" or "checked" in found:
                self.values[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = False
