"""The design lab: the testbed's Transformers with their switches, their neighbours and their training, on the page."""
