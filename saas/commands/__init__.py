"""Commands for an installation's operator, and the check that each address has a rule."""
