"""Visitors, slow sockets and hanging servers: the traffic of the drills."""
