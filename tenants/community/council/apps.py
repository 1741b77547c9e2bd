"""The app of this room."""

from django.apps import AppConfig

from saas.kernel import hooks


class CouncilConfig(AppConfig):
    """The works council's desk: receipts, pending shares and payouts."""

    name = "tenants.community.council"
    label = "council"

    def ready(self) -> None:
        """Register a member's decisions at this desk for their data export."""
        from tenants.community.council.queries.refusals import personal_data  # noqa: PLC0415 - models load first

        hooks.personal_data.offer(self.label, personal_data)
