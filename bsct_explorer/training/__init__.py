"""Training the testbed: molecules, structures and labels, whole runs, and the smoothness test beside them.

The loop itself, and all that needs torch, stands in `bsct_explorer.testbed.learning`.
"""
