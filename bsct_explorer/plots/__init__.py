"""Figures, made once: the page, the cards of all bonds, the report and notebooks use the same."""
