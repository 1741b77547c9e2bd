"""Settings of the drills’ processes."""
