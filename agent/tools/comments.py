"""What people wrote on a file, as text: ERPNext keeps comments as HTML."""

from __future__ import annotations

from html.parser import HTMLParser


def plain(html: str) -> str:
    """The text of a comment, without the markup that ERPNext's editor puts around it."""
    reader = _TextOnly(convert_charrefs=True)
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.found).split())


class _TextOnly(HTMLParser):
    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)
