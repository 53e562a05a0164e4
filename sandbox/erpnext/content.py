"""HTML as documents may hold it: formatting stays, whatever could run is taken out.

In: text that may contain tags. Out: text whose tags and attributes are harmless.
"""

from html import escape
from html.parser import HTMLParser

_VOID = frozenset({"br", "hr", "img"})
_ALLOWED = _VOID | frozenset(
    {
        "a",
        "b",
        "blockquote",
        "code",
        "div",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "i",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    }
)
_ATTRIBUTES = frozenset({"alt", "class", "colspan", "data-id", "href", "rowspan", "src", "style", "title"})


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _ALLOWED:
            self.parts.append(escape(self.get_starttag_text() or "", quote=False))
            return
        kept = "".join(
            f' {name}="{escape(value or "")}"'
            for name, value in attrs
            if name in _ATTRIBUTES and not (value or "").strip().lower().startswith("javascript:")
        )
        self.parts.append(f"<{tag}{kept}>")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open.remove(tag)
            self.parts.append(f"</{tag}>")
        elif tag not in _ALLOWED:
            self.parts.append(f"&lt;/{tag}&gt;")

    def handle_data(self, data: str) -> None:
        self.parts.append(data.replace("<", "&lt;").replace(">", "&gt;"))

    def handle_entityref(self, name: str) -> None:
        self.parts.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.parts.append(f"&#{name};")

    def finished(self) -> str:
        closing = "".join(f"</{tag}>" for tag in reversed(self._open))
        return "".join(self.parts) + closing


def sanitized(text: str) -> str:
    """The text with what could run taken out and its tags closed."""
    if "<" not in text:
        return text
    cleaner = _Cleaner()
    cleaner.feed(text)
    cleaner.close()
    return cleaner.finished()
