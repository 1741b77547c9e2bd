"""The app of this room."""

from django.apps import AppConfig

from saas.kernel import hooks


class ClassifiedsConfig(AppConfig):
    """What colleagues sell, give, lend, rent, swap, look for and offer as a service."""

    name = "tenants.community.classifieds"
    label = "classifieds"

    def ready(self) -> None:
        """Offer the home page, the rail and conversations what they ask for."""
        from tenants.community.classifieds import queries  # noqa: PLC0415 - models load first

        hooks.feed.offer(self.label, queries.for_feed)
        hooks.rail_counts.offer(self.label, queries.rail_counts)
        hooks.subject.offer(self.label, queries.subject)
