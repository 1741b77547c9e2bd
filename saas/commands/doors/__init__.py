"""Who may open what: the table of all addresses, and those who try them."""
