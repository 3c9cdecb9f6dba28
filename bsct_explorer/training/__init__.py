"""Training the testbed: molecules, structures and labels, the loop, and the smoothness test inside it.

Torch is imported by the modules that train only; molecules, sampling and data sets need numpy, rdkit and tblite.
"""
