"""Search over all rooms: the answers of rooms, and how words are compared."""
