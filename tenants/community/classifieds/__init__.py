"""What colleagues sell, give, lend, rent, swap, look for and offer as a service."""
