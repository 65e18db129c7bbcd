"""HTML as values: text is escaped where it becomes markup, so nothing unescaped can be written."""

from html import escape

_VOID = {"input", "meta", "link", "br"}


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def element(tag: str, /, *content: str, **attributes: str | bool) -> Html:
    """`class_` and `for_` lose their underscore, other underscores become hyphens; a False attribute is left out."""
    shown = "".join(_attribute(key, value) for key, value in attributes.items() if value is not False)
    if tag in _VOID:
        return Html(f"<{tag}{shown}>")
    return Html(f"<{tag}{shown}>{joined(*content)}</{tag}>")


def joined(*content: str) -> Html:
    return Html("".join(part if isinstance(part, Html) else escape(part, quote=True) for part in content))


def _attribute(key: str, value: str | bool) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value), quote=True)}"'
