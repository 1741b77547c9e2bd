"""The app of people who sign in."""

from django.apps import AppConfig

from saas.kernel import hooks


class AccountsConfig(AppConfig):
    """People who sign in."""

    name = "saas.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Offer what is kept of somebody's ways in, for the copy of their data."""
        from saas.accounts import queries  # noqa: PLC0415 - models load first

        hooks.personal_data.offer(self.label, queries.personal_data)
