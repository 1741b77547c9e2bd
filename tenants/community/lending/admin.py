"""Nothing of this room is shown in Django's admin."""
