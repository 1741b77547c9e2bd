"""Pages of the console about a merchant: everything known, blocking, corrections."""
