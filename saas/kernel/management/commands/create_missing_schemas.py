"""`manage.py create_missing_schemas` is refused, and names the right command."""

from saas.kernel.management.refused_commands import refusing_command

Command = refusing_command(
    "It would dig up spaces that were deleted for good. Use `manage.py prepare`, which brings "
    "every space that stands up to the code."
)
