"""What two colleagues write to each other about one thing."""
