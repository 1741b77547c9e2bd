"""Pages of the simulator: the board, checkout, onboarding, the portal."""
