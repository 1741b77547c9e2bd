"""The simulator's own levers, for tests and demonstrators to change the world of money."""
