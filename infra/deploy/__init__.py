"""An installation: how its files are made, and what runs it in production."""
