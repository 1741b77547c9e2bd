"""`manage.py test` is refused, and names the right command."""

from saas.kernel.management.refused_commands import refusing_command

Command = refusing_command(
    "Tests run by pytest, on two spaces made from a template. Use `uv run pytest` (or `./dev "
    "test`)."
)
