"""Fields to type a text or a number in: what the server shows never takes the place of what was typed since.

The browser numbers what it sends (`typed`), and the server says with what it shows which number it had heard of last
(`shown`). An answer to an older text is dropped, and so is one that comes while the person types; `typing.js` decides,
since only the browser knows what stands in the field.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

from bsct_explorer.app.browser_files import script, styles

LONGEST = 5000
"""Characters that are taken from a browser."""


class TypedField(JSComponent):
    """What the two fields share; `value` is what the server takes, and what it shows where it is set.

    Attributes
    ----------
    value
        Set by the browser when a person presses Enter or leaves the field, and by the server to show something else.
    draft
        What stands in a text's field, sent or not.
    """

    value = param.Parameter(default="")
    draft = param.String(default="")
    label = param.String(default="")
    placeholder = param.String(default="")
    help = param.String(default="", doc="What the field means, for the tooltip and the screen reader.")
    disabled = param.Boolean(default=False)
    refused = param.String(default="", doc="A text that could not be used: marked as long as it stands in the field.")
    numeric = param.Boolean(default=False)
    buttons = param.Boolean(default=False, doc="Whether − and + stand beside a number.")
    start = param.Number(default=None, allow_None=True, doc="Where the arrow keys end; what is typed may go beyond.")
    end = param.Number(default=None, allow_None=True)
    step = param.Number(default=1.0)
    typed = param.Dict(default={}, doc="Set by the browser: text, and count, which numbers what it sends.")
    shown = param.Dict(default={"text": "", "heard": 0}, doc="What the server shows: text, and the last count it knew.")
    dark = param.Boolean(default=False)

    _esm: ClassVar[str] = script("components/typed_field.js")
    _stylesheets: ClassVar[list[Any]] = styles("components/typed_field.css")

    def __init__(self, **params: Any) -> None:
        super().__init__(**params)
        self._heard = 0
        self._in_browser = ""
        self.param.watch(self._hear, "typed")
        self.param.watch(lambda event: self._show(event.new), "value")
        self._show(self.value)

    def _hear(self, event: Any) -> None:
        """Take what a person has sent; what means nothing is taken back."""
        text, self._heard = str(event.new.get("text", ""))[:LONGEST], int(event.new.get("count", 0))
        self._in_browser = text
        try:
            value = self._read(text)
        except ValueError:
            value = self.value
        self.value = value
        self._show(self.value)  # where it is shown otherwise than it was typed

    def _show(self, value: Any) -> None:
        text = self._write(value)
        if text != self._in_browser:
            self._in_browser = text
            # Always another dict than the last, so that it is sent: the browser may have been told the same before.
            self.shown = {"text": text, "heard": self._heard, "told": self.shown.get("told", 0) + 1}

    def _read(self, text: str) -> Any:
        """The value of a text; a ValueError where it has none."""
        raise NotImplementedError

    def _write(self, value: Any) -> str:
        """A value as it stands in the field."""
        raise NotImplementedError


class TextField(TypedField):
    """A field for a text."""

    value = param.String(default="")

    def _read(self, text: str) -> str:
        return text

    def _write(self, value: str) -> str:
        return value


class NumberField(TypedField):
    """A field for a number; an emptied one changes nothing and shows it again.

    Attributes
    ----------
    whole
        Only whole numbers are taken.
    """

    value = param.Number(default=None, allow_None=True)
    numeric = param.Boolean(default=True)
    whole = param.Boolean(default=False)

    def _read(self, text: str) -> float | int:
        number = float(text.strip().replace("−", "-").replace(",", "."))
        if not math.isfinite(number):
            raise ValueError(text)
        if not self.whole:
            return number
        if number != int(number):
            raise ValueError(text)
        return int(number)

    def _write(self, value: float | None) -> str:
        return "" if value is None else f"{value:g}"
