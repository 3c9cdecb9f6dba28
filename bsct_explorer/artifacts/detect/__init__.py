"""Detection on a grid: candidates for every kind of artifact."""
