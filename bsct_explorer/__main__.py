"""``python -m bsct_explorer`` is the command line."""

from bsct_explorer.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
