"""Reports of members about placements, decided by an operator."""
