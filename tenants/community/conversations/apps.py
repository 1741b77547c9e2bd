"""The app of this room."""

from django.apps import AppConfig

from saas.kernel import hooks


class ConversationsConfig(AppConfig):
    """The room of conversations of two colleagues about one thing."""

    name = "tenants.community.conversations"
    label = "conversations"

    def ready(self) -> None:
        """Offer the rail its count of what is not read."""
        from tenants.community.conversations import queries  # noqa: PLC0415 - models load first

        hooks.rail_counts.offer(self.label, queries.rail_counts)
