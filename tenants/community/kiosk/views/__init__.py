"""Pages of who manages screens, and the addresses that screens themselves open."""
