"""The left column: what to pull, how far, and with which potentials."""
