"""What this room tells people."""
