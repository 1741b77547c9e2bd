"""Files that strangers sent, opened in a child process with limits.

`runner.opened("paper", content)` sends the bytes to a child and yields the pieces that it makes of
them. The child has no database, no network, no secret and no file; what it may use is in `jobs.py`.
"""
