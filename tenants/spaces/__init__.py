"""What a space is: its name and hosts, its schema and role, its founding."""
