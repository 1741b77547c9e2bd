"""Rules of city services."""
