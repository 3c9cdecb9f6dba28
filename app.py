"""BSCT Explorer's page: `panel serve app.py`."""

from bsct_explorer.app.page import build_page

build_page().servable()
