"""The app of this part."""

from django.apps import AppConfig

from saas.kernel import hooks


class ConsoleConfig(AppConfig):
    """The operator's console: spaces, merchants, orders, transfers, jobs; no private content."""

    name = "saas.console"
    label = "console"

    def ready(self) -> None:
        """Register the operators to be mailed about problems."""
        from saas.console.queries import things as queries  # noqa: PLC0415 - models load first

        hooks.operators.offer(self.label, queries.operators_to_mail)
