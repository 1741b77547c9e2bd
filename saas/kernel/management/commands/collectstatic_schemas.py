"""`manage.py collectstatic_schemas` is refused, and names the right command."""

from saas.kernel.refused_commands import refused

Command = refused(
    "Static files are the same for all spaces. Use `manage.py collectstatic --noinput`."
)
