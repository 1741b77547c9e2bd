"""The app of this room."""

from django.apps import AppConfig

from saas.kernel import hooks


class CouncilConfig(AppConfig):
    """The works council's desk: what came in, what waits, what was paid."""

    name = "tenants.community.council"
    label = "council"

    def ready(self) -> None:
        """Offer what a member decided here, for the copy of their data."""
        from tenants.community.council.queries.refusals import personal_data  # noqa: PLC0415 - models load first

        hooks.personal_data.offer(self.label, personal_data)
