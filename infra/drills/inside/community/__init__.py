"""Inner half of the drill `community`: members with rival requests, and a model."""
