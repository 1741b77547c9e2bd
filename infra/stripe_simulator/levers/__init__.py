"""The simulator's own levers: what a test or a demonstrator does to the world of money."""
