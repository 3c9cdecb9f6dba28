"""Studies as files: JSON (the contract), CSV (one table), extended xyz (all frames)."""

from bsct_explorer.export.curves_csv import csv_text
from bsct_explorer.export.frames_xyz import xyz_text
from bsct_explorer.export.study_json import json_text, study_document, survey_document

__all__ = ["csv_text", "json_text", "study_document", "survey_document", "xyz_text"]
