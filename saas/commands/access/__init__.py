"""Access by address: the table of all addresses, and its checks at start-up."""
