"""The app of this room."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """What two colleagues write to each other about one thing."""

    name = "tenants.community.conversations"
    label = "conversations"
