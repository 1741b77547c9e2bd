"""Forms of operators to publish prices and to make promotion codes."""

import datetime as dt
import zoneinfo
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.models import PromotionCode
from billing.orders.actions.prices import publish_prices, withdraw_prices
from billing.orders.actions.promotions import Offer, end_promotion, make_promotion
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.queries import shops as merchants
from saas.catalogue.placements.models import Price, PriceList, slots
from saas.catalogue.placements.queries import prices as placements
from saas.catalogue.placements.rules import campaigns as campaign_rules
from saas.catalogue.placements.rules import price_lists as price_list_rules
from saas.catalogue.placements.rules import prices as price_rules
from saas.kernel.errors import Refused
from saas.kernel.forms import ActionForm, DayField, EurosField, PercentField
from saas.kernel.money import as_typed
from saas.kernel.values.months import first_of, months_later


class SlotFields(NamedTuple):
    """Form fields of a slot."""

    name: str
    fields: list[BoundField]


class SlotSample(NamedTuple):
    """Sample costs of a slot under unpublished prices."""

    name: str
    rows: list[placements.Sample]


def _moment(day: dt.date, time: dt.time | None) -> dt.datetime:
    zone = zoneinfo.ZoneInfo(settings.PAGE_TIME_ZONE)
    return dt.datetime.combine(day, time or dt.time.min, tzinfo=zone)


class PricesForm(ActionForm[PriceList]):
    """A new version of the prices: each slot, the limits of an order, from when, and why."""

    valid_on = DayField(label=_("À partir du"))
    valid_at = forms.TimeField(
        label=_("Heure, à Paris"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    least_net_cents = EurosField(label=_("Commande la plus petite, HT"), required=False)
    most_net_cents = EurosField(label=_("Commande la plus grande, HT"), required=False)
    note = forms.CharField(
        label=_("Pourquoi"),
        max_length=200,
        help_text=_("Reste dans l’historique des prix."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for slot, name in slots.choices():
            self.fields[f"day_cents_{slot}"] = EurosField(label=_("Un jour"))
            more = _("Par écran") if slots.is_by_screen(slot) else _("Pour 100 membres actifs")
            self.fields[f"more_{slot}"] = EurosField(label=more)
            self.fields[f"weekend_bp_{slot}"] = PercentField(label=_("Le week-end"))
            self.fields[f"day_cents_{slot}"].widget.attrs["aria-description"] = str(name)

    @property
    def slots(self) -> list[SlotFields]:
        """The fields, slot by slot."""
        parts = ("day_cents", "more", "weekend_bp")
        return [
            SlotFields(str(name), [self[f"{part}_{slot}"] for part in parts])
            for slot, name in slots.choices()
        ]

    def perform(self, *, by: User, at: dt.datetime) -> PriceList:  # type: ignore[override]
        """Publish the version; sales made before keep their own version."""
        typed = self.cleaned_data
        try:
            return publish_prices(
                prices=self._prices(),
                limits=self._limits(),
                valid_from=_moment(typed["valid_on"], typed["valid_at"]),
                note=typed["note"],
                by=by,
                at=at,
            )
        except Refused as refusal:
            field = "valid_on" if refusal.field == "valid_from" else refusal.field
            raise Refused(refusal.sentence, field=field) from refusal

    def samples(self, *, at: dt.datetime) -> list[SlotSample] | None:
        """Return sample prices of the typed version, or None if it could not be published."""
        if not self.is_valid():
            return None
        typed, prices = self.cleaned_data, self._prices()
        try:
            price_list_rules.check_prices(
                prices,
                self._limits(),
                valid_from=_moment(typed["valid_on"], typed["valid_at"]),
                at=at,
            )
        except Refused as refusal:
            field = "valid_on" if refusal.field == "valid_from" else refusal.field
            self.add_error(field if field in self.fields else None, refusal.sentence)
            return None
        return [
            SlotSample(slots.name_of(price.slot), placements.samples_of(Price(**price._asdict())))
            for price in prices
        ]

    def _prices(self) -> list[price_rules.NewPrice]:
        typed = self.cleaned_data
        return [
            price_rules.NewPrice(
                slot, typed[f"day_cents_{slot}"], typed[f"more_{slot}"], typed[f"weekend_bp_{slot}"]
            )
            for slot in slots.SLOTS
        ]

    def _limits(self) -> price_rules.Limits:
        typed = self.cleaned_data
        return price_rules.Limits(typed["least_net_cents"] or 0, typed["most_net_cents"])


def prices_now(at: dt.datetime) -> dict[str, Any]:
    """Return the form's initial values: the prices in force, from the first of next month."""
    price_list = placements.prices_in_force(at)
    first = months_later(first_of(campaign_rules.today(at)))
    known: dict[str, Any] = {"valid_on": first}
    for name in ("least_net_cents", "most_net_cents"):
        cents = getattr(price_list, name)
        known[name] = as_typed(cents) if cents else ""
    for price in price_list.prices.all():
        known[f"day_cents_{price.slot}"] = as_typed(price.day_cents)
        known[f"more_{price.slot}"] = as_typed(price.day_per_hundred_cents)
        known[f"weekend_bp_{price.slot}"] = as_typed(price.weekend_bp).removesuffix(",00")
    return known


class WithdrawPricesForm(ActionForm[PriceList]):
    """The button that has a version never hold; nothing is typed."""

    def perform(self, *, version: int, by: User, at: dt.datetime) -> PriceList:  # type: ignore[override]
        """Have another version take its place at the same moment."""
        return withdraw_prices(version=version, by=by, at=at)


class PromotionForm(ActionForm[PromotionCode]):
    """Promotion code: its discount, period, number of uses, and eligible merchants."""

    code = forms.CharField(label=_("Code"), max_length=40)
    percent_bp = PercentField(label=_("Pourcentage"), required=False)
    amount_cents = EurosField(label=_("ou montant HT"), required=False)
    least_net_cents = EurosField(label=_("À partir de, HT"), required=False)
    begins_on = DayField(label=_("Premier jour"))
    last_day = DayField(label=_("Dernier jour"), required=False)
    most_uses = forms.IntegerField(
        label=_("Utilisations au plus"), required=False, min_value=1, max_value=1_000_000
    )
    once_per_merchant = forms.BooleanField(
        label=_("Une fois par commerçant"), required=False, initial=True
    )
    merchant = forms.CharField(
        label=_("Pour un seul commerçant"),
        max_length=12,
        required=False,
        help_text=_("Sa référence, par exemple ME-3K7Q2X."),
    )
    note = forms.CharField(label=_("Pourquoi"), max_length=200)

    def clean_merchant(self) -> Merchant | None:
        """Find the merchant by reference."""
        reference = self.cleaned_data["merchant"].strip().upper()
        if not reference:
            return None
        found = merchants.by_reference(reference)
        if found is None:
            raise forms.ValidationError(gettext("Aucun commerçant n’a cette référence."))
        return found

    def perform(self, *, by: User, at: dt.datetime) -> PromotionCode:  # type: ignore[override]
        """Make the code."""
        typed = self.cleaned_data
        last = typed["last_day"]
        try:
            return make_promotion(
                code=typed["code"],
                offer=Offer(
                    percent_bp=typed["percent_bp"],
                    amount_cents=typed["amount_cents"],
                    least_net_cents=typed["least_net_cents"] or 0,
                    valid_from=_moment(typed["begins_on"], None),
                    valid_until=_moment(last + dt.timedelta(days=1), None) if last else None,
                    most_uses=typed["most_uses"],
                    once_per_merchant=typed["once_per_merchant"],
                ),
                merchant=typed["merchant"],
                note=typed["note"],
                by=by,
                at=at,
            )
        except Refused as refusal:
            field = "last_day" if refusal.field == "valid_until" else refusal.field
            raise Refused(refusal.sentence, field=field) from refusal


class EndPromotionForm(ActionForm[PromotionCode]):
    """The button that ends a code; nothing is typed."""

    def perform(self, *, promotion: PromotionCode, by: User, at: dt.datetime) -> PromotionCode:  # type: ignore[override]
        """End it."""
        return end_promotion(promotion=promotion, by=by, at=at)
