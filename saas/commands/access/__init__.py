"""Access by address: the table of all addresses, and those who try them."""
