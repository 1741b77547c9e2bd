"""Rows that wait for an operator: each kind stands here once, in the module of its subject."""
