"""What pages and actions of this room read."""
