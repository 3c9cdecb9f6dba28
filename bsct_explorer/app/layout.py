"""Small pieces that the sidebar and the page are laid out with."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Any

import panel as pn
import panel_material_ui as pmui

INFO_ICON = (
    '<svg width="12" height="12" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4" '
    'style="vertical-align:-1px" role="img" aria-label="more"><circle cx="8" cy="8" r="6.5"/>'
    '<path d="M8 7v4.5M8 4.4v1"/></svg>'
)

# One grid for the middle: structure beside the plots on a wide screen, one column on a narrow one. `:host` is the
# container's own element in its shadow root, whose children are the cells.
GRID = """
:host { display: grid !important; grid-template-columns: minmax(0, 5fr) minmax(0, 7fr); column-gap: 12px;
  align-items: start; }
@media (max-width: 900px) { :host { grid-template-columns: minmax(0, 1fr); } }
"""


def heading(text: str) -> pn.pane.HTML:
    """A small heading in the sidebar."""
    return pn.pane.HTML(f"<div style='font-weight:600;font-size:13px'>{html.escape(text)}</div>", margin=(4, 10, 4, 10))


def with_help(text: str, help_text: str) -> str:
    """HTML of a text with a mark that explains more on hover."""
    tip, style = html.escape(help_text), "cursor:help;text-decoration:none"
    return f'{html.escape(text)} <abbr title="{tip}" tabindex="0" style="{style}">{INFO_ICON}</abbr>'


def quiet_accordion(*sections: tuple[str, list[Any]], active: list[int] | None = None) -> pmui.Accordion:
    """Folded sections with small headings and no shadows, each filled when it is first opened.

    The page opens quicker without what nobody sees, and a plot in a folded section has no size: it would never finish
    drawing, and the page would count as still loading.
    """
    accordion = pmui.Accordion(
        *[(title, pn.Column(sizing_mode="stretch_width", margin=0)) for title, _ in sections],
        active=active or [],
        sizing_mode="stretch_width",
        margin=(6, 4),
        disable_gutters=True,
        sx={
            "& .MuiPaper-root, &.MuiPaper-root": {"boxShadow": "none", "background": "transparent"},
            "& .MuiAccordionSummary-root": {"minHeight": "32px", "padding": "0 6px"},
            "& .MuiAccordionSummary-content": {"margin": "4px 0"},
            "& .MuiAccordionSummary-content *": {"fontSize": "13px", "fontWeight": 500},
            "& .MuiAccordionDetails-root": {"padding": "0 0 6px"},
        },
    )
    for index, (_, content) in enumerate(sections):
        fill_when_open(accordion, index, content)
    return accordion


def fill_when_open(
    holder: pmui.Tabs | pmui.Accordion, index: int, content: Sequence[Any] | Callable[[], Sequence[Any]]
) -> None:
    """Put `content`, or what it makes, into an empty section when it is first opened."""

    def fill(*_: Any) -> None:
        opened = holder.active if isinstance(holder.active, list) else [holder.active]
        section: pn.Column = holder[index]
        if index in opened and not section.objects:
            section.objects = list(content() if callable(content) else content)

    holder.param.watch(fill, "active")
    fill()


def in_theme(field: Any, state: Any) -> Any:
    """A component of our own that follows the state's theme."""
    field.dark = state.dark
    state.param.watch(lambda event: field.param.update(dark=event.new), "dark")
    return field


def row(*widgets: Any) -> pn.Row:
    """Widgets side by side."""
    return pn.Row(*widgets, sizing_mode="stretch_width", margin=(0, 4))
