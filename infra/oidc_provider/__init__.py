"""A small identity provider (OpenID Connect), in a process of its own, independent of Troovon."""
