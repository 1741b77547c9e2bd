"""Nothing of this room is finished after the commit."""
