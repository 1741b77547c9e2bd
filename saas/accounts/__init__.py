"""Accounts that sign in: the same table exists in the public schema and in every space."""
