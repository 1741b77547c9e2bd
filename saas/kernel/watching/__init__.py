"""Logs, metrics and deaths of jobs: the view of an operator."""
