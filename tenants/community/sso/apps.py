"""The app of this room."""

from django.apps import AppConfig

from saas.kernel import hooks
from saas.kernel.people import erasing, ways_in


class SsoConfig(AppConfig):
    """The room of the company's own identity provider."""

    name = "tenants.community.sso"
    label = "sso"

    def ready(self) -> None:
        """Register the company's sign-in, addresses limited to it, and identities' erasure."""
        from tenants.community.sso import actions, queries  # noqa: PLC0415 - models load first

        ways_in.company_ways.offer(self.label, queries.company_ways)
        ways_in.shut.offer(self.label, queries.why_shut)
        hooks.personal_data.offer(self.label, queries.personal_data)
        erasing.erase.offer(self.label, lambda person, at: actions.erase(by=person, at=at))
