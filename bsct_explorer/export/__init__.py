"""Studies as files: JSON (the contract), CSV (one table), extended xyz (all frames)."""

from bsct_explorer.export.csv import csv_text
from bsct_explorer.export.json import json_text, study_document, survey_document
from bsct_explorer.export.xyz import xyz_text

__all__ = ["csv_text", "json_text", "study_document", "survey_document", "xyz_text"]
