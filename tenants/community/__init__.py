"""The rooms that each space has for itself."""
