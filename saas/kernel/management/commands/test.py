"""`manage.py test` is refused, and names the right command."""

from saas.kernel.refused_commands import refused

Command = refused(
    "Tests run by pytest, on two spaces made from a template. Use `uv run pytest` (or `./dev "
    "test`)."
)
