"""Access by address: the table of all addresses, and the test clients."""
