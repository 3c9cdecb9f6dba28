#!/bin/sh
# Rewrite constraints.txt from the environment in .venv, which `make test` made and passed its tests in.
# Packages whose newest releases want a newer Python are pinned for Python 3.11 only, so that others are free to move on.
set -eu
cd "$(dirname "$0")/.."
{
    echo "# Made by scripts/lock.sh; versions that passed 'make test' together on Python 3.11."
    .venv/bin/python -m pip freeze --exclude-editable --exclude bsct-explorer | grep -v ' @ ' | sed -E \
        -e 's/^(torch==[0-9.]+)\+.*$/\1/' \
        -e 's/^((panel|bokeh|holoviews|panel-material-ui|torch-sim-atomistic|ipywidgets-bokeh|jupyter-bokeh)==.*)$/\1 ; python_version < "3.12"/'
} > constraints.txt
