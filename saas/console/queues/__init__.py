"""Queues of rows to be reviewed by an operator: a common page, keyboard and mail."""
