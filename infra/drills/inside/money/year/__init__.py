"""A year of books under kills: its play, the acts of operators, the audit afterwards."""
