"""States of everything in billing that has some, their tables, and the history of each change."""
