"""Openers of files: each takes bytes and yields pieces, in a child process alone.

All are loaded before the child is locked: there it can import nothing more.
"""
