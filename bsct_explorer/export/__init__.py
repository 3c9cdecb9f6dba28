"""Results as files: JSON (the contract), CSV (one table), extended xyz (all frames), the report, and maps.

`formats` is the table of what a study can be written in, `map_formats` that of a map. Importing this room loads nothing
heavy: the command line reads the tables for its help.
"""
