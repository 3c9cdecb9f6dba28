"""The document that a page is built in."""

from __future__ import annotations

from bokeh.document import Document
from bokeh.models import ImportedStyleSheet
from panel.io.state import set_curdoc, state

from bsct_explorer.app.page import build_page


def test_a_page_for_which_no_html_was_written_takes_its_styles_from_this_server() -> None:
    """As where a browser connects so late that its session was dropped, and gets another."""
    document = Document()
    with set_curdoc(document):
        root = build_page().get_root(document)
    sheets = [str(model.url) for model in root.references() if isinstance(model, ImportedStyleSheet)]
    state._views.pop(root.ref["id"], None)
    assert len(sheets) > 3
    assert [url for url in sheets if "://" in url] == []
