"""The app of this room."""

import datetime as dt

from django.apps import AppConfig

from saas.kernel import hooks


class BillingConfig(AppConfig):
    """From a merchant's payment to each works council's share, to the cent."""

    name = "billing"
    label = "billing"

    def ready(self) -> None:
        """Offer each new space's council its first terms."""
        from billing import actions  # noqa: PLC0415 - models load first

        def found(founded: hooks.Founded, at: dt.datetime) -> None:
            actions.offer_first_terms(founded=founded, at=at)

        hooks.founded.offer(self.label, found)
