"""Open sessions: how each began, what was proven in it, when it ends, who may end it."""
