"""Public pages of no room: the promise, find my space, legal notices, health, the outbox."""
