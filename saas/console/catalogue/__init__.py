"""Pages of the console about the catalogue: city services."""
