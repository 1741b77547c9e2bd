"""Notices: a person is mailed each change of their ways in, so that a stranger's is noticed."""
