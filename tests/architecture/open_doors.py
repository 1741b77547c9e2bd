"""The views that somebody may open without having signed in."""

OPEN: frozenset[str] = frozenset()
