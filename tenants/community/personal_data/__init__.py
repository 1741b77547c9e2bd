"""A member and what is kept of them: the copy to take along, and who looked at it."""
