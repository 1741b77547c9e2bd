"""The app of people who sign in."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in."""

    name = "saas.accounts"
    label = "accounts"
