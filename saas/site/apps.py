"""The app of the public site."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The public site."""

    name = "saas.site"
    label = "site"

    def ready(self) -> None:
        """Connect the handler of mail events."""
        from anymail.signals import tracking  # type: ignore[import-untyped]  # noqa: PLC0415

        from saas.site.mail_events import on_mail_event  # noqa: PLC0415 - models load first

        tracking.connect(on_mail_event, dispatch_uid="saas.site")
