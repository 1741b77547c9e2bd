"""Hashes of passwords, sealed values, and tokens for a person."""
