"""Queries of the desk and its jobs: shops, their people, and the join requests and invitations."""
