"""The app of this room."""

from django.apps import AppConfig

from saas.kernel.offers import catalogue_hooks


class OffersConfig(AppConfig):
    """Offers of merchants, the codes that spaces' members show at the till, and their counts."""

    name = "saas.catalogue.offers"
    label = "offers"

    def ready(self) -> None:
        """Close the till links of a shop when a person leaves it."""
        from saas.catalogue.offers.actions import close_till_of  # noqa: PLC0415 - models load first

        catalogue_hooks.member_left.offer(
            self.label, lambda merchant_id, at: close_till_of(merchant_id=merchant_id, at=at)
        )
