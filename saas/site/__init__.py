"""Public pages that belong to no room: the promise, find my space, legal notices, health, the demo's outbox."""
