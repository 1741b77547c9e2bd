"""People of a space: home, profile, roles, invitations, joining."""
