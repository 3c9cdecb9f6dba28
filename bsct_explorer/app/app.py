"""The page for `panel serve`; the `app.py` at the top of the repository is the same for a checkout."""

from bsct_explorer.app.page import build_page

build_page().servable()
