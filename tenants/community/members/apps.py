"""The app of this room."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """Who belongs to a space: home, profile, roles, invitations, joining."""

    name = "tenants.community.members"
    label = "members"
