"""Strangers' files, opened in a child process."""
