"""Who belongs to a space: home, profile, roles, invitations, joining."""
