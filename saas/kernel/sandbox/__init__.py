"""Files uploaded by strangers, opened in a child process with limits.

`runner.opened("paper", content)` sends the bytes to a child and yields the resulting pieces. The
child has no database, no network, no secret and no file; its allowed jobs are in `jobs.py`.
"""
