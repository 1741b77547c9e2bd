"""An installation: the making of its files, and the processes that run it in production."""
