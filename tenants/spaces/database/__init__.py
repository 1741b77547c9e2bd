"""The database backend that seals a space: its path and its role, switched together."""
