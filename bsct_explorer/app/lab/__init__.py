"""Parts of the tab "Design lab": the testbed's training curves and the table of its variants."""
