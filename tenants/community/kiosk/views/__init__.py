"""Pages for managers of screens, and addresses for the screens themselves."""
