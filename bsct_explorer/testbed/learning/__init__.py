"""How the Transformer learns: batches, the loss, smoothness as a loss, the loop.

What it learns from, and what is measured while it does, stands in `bsct_explorer.training`.
"""
