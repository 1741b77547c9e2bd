"""The person who signs in: the same table stands in public and in every space."""
