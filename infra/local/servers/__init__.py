"""Local servers: PostgreSQL, Valkey, their ports and files."""
