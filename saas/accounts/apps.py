"""App of the accounts that sign in."""

from django.apps import AppConfig

from saas.kernel import hooks
from saas.kernel.web.sessions import SessionStore


class AccountsConfig(AppConfig):
    """Accounts that sign in."""

    name = "saas.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Set the table of sessions; register the personal data about sign-in methods."""
        from saas.accounts import models, queries  # noqa: PLC0415 - models load first
        from saas.accounts.factors import queries as factors  # noqa: PLC0415 - as above

        SessionStore.table = models.Session
        hooks.personal_data.offer(self.label, queries.personal_data)
        hooks.personal_data.offer(f"{self.label}.factors", factors.personal_data)
