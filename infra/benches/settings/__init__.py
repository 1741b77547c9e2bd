"""Settings of the benches’ peers."""
