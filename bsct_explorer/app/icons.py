"""Icons as drawings: the icon font that the widgets would use is not there in a notebook."""

from __future__ import annotations


def _icon(path: str) -> str:
    """An outline of 24 × 24; the widget uses it as a mask, so only its shape counts."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="black" stroke-width="2" '
        f'stroke-linecap="round" stroke-linejoin="round"><path d="{path}"/></svg>'
    )


GRID = _icon("M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z")
DOWNLOAD = _icon("M12 4v11M7 11l5 5 5-5M5 20h14")
LINK = _icon("M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.7 5.7L12 17")
ENLARGE = _icon("M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7")
