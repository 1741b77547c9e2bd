"""`manage.py createsuperuser` is refused, and names the right command."""

from saas.kernel.refused_commands import refused

Command = refused(
    "There are no superusers. An operator is let in by `manage.py operator add EMAIL`."
)
