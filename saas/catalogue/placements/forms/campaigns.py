"""Forms of a campaign: spaces, days, content."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.actions import campaigns as actions
from saas.catalogue.placements.models import Campaign, PartOfDay, slots
from saas.catalogue.placements.queries import campaigns as campaign_queries
from saas.catalogue.placements.queries import places as place_queries
from saas.catalogue.placements.queries import prices as price_queries
from saas.catalogue.placements.queries import refusals as refusal_queries
from saas.catalogue.placements.rules import amounts
from saas.catalogue.placements.rules import campaigns as campaign_rules
from saas.catalogue.placements.rules import places as place_rules
from saas.catalogue.placements.rules import prices as price_rules
from saas.catalogue.placements.rules import refusals as refusal_rules
from saas.kernel.display.widgets import Chips, Picture
from saas.kernel.display.writing import num
from saas.kernel.errors import Refused
from saas.kernel.forms import ActionForm, PictureField
from tenants.spaces.queries.foundings import NearbySpace

WEEK = 6


class CampaignForm(ActionForm[Campaign]):
    """Campaign form on a single page: spaces, slots, days and content."""

    spaces = forms.MultipleChoiceField(
        label=_("Espaces"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choisissez au moins un espace."),
            "invalid_choice": _(
                "Un des espaces choisis n’est plus proposé\u00a0: choisissez parmi ceux de la "
                "liste."
            ),
        },
    )
    slots = forms.MultipleChoiceField(
        label=_("Emplacements"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choisissez au moins un emplacement."),
            "invalid_choice": _(
                "Un des emplacements choisis n’est plus proposé\u00a0: choisissez parmi ceux de "
                "la liste."
            ),
        },
    )
    day_part = forms.ChoiceField(
        label=_("Sur les écrans, à quel moment"),
        choices=PartOfDay.choices,
        initial=PartOfDay.ALL,
        required=False,
        widget=Chips(),
        help_text=_("Une minute par heure sur chaque écran. Une partie de la journée coûte moins."),
    )
    rhythm = forms.ChoiceField(
        label=_("Combien de fois"),
        choices=Campaign.Rhythm.choices,
        initial=Campaign.Rhythm.ONCE,
        required=False,
        widget=Chips(icons={"once": "calendar", "monthly": "repeat"}),
    )
    starts_on = forms.DateField(
        label=_("Premier jour"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    ends_on = forms.DateField(
        label=_("Dernier jour"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Pour une seule fois. Un mois va jusqu’à la veille du même jour."),
    )
    headline = forms.CharField(
        label=_("Titre"),
        max_length=80,
        help_text=_("Ce que l’on voit d’abord, par exemple : Formule du midi."),
        error_messages={"required": _("Donnez un titre à votre annonce.")},
    )
    text = forms.CharField(label=_("Une phrase"), max_length=200, required=False)
    offer = forms.CharField(
        label=_("Offre"),
        max_length=20,
        required=False,
        help_text=_("Un prix ou un avantage, par exemple 8,90 € ou −15 %."),
    )
    picture = PictureField(
        label=_("Photo"),
        required=False,
        help_text=_("Sans photo, celle de votre page est montrée."),
        widget=Picture(),
    )
    crop = forms.ChoiceField(
        label=_("Cadrage de la photo"),
        required=False,
        choices=[
            ("", _("Automatique")),
            ("middle", _("Le milieu")),
            ("start", _("Le haut, ou la gauche")),
            ("end", _("Le bas, ou la droite")),
        ],
    )

    def __init__(
        self, *args: Any, spaces: list[NearbySpace], at: dt.datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["spaces"].choices = [  # type: ignore[attr-defined]
            (space.tenant.slug, _reach_in_words(space)) for space in spaces
        ]
        self.fields["slots"].choices = price_queries.price_lines(at)  # type: ignore[attr-defined]
        self.near = {space.tenant.slug: space.tenant for space in spaces}

    def clean_rhythm(self) -> str:
        """Return the rhythm; an empty value means a single run."""
        return self.cleaned_data["rhythm"] or Campaign.Rhythm.ONCE

    def clean(self) -> dict[str, Any]:
        """Require a last day for a single run; compute the last day of a month."""
        typed = self.cleaned_data
        if typed.get("rhythm") == Campaign.Rhythm.MONTHLY:
            self.errors.pop("ends_on", None)
            if typed.get("starts_on"):
                typed["ends_on"] = price_rules.month_from(typed["starts_on"]).ends_on
        elif not typed.get("ends_on") and "ends_on" not in self.errors:
            self.add_error("ends_on", self.fields["ends_on"].error_messages["required"])
        return typed

    def perform(self, **context: Any) -> Campaign:
        """Draw the campaign up."""
        typed = self.cleaned_data
        return actions.draw_up(
            creative=campaign_rules.Creative(typed["headline"], typed["text"], typed["offer"]),
            photo=campaign_rules.Photo(typed["picture"], self.keeps_picture(), crop=typed["crop"]),
            spaces=typed["spaces"],
            slots=typed["slots"],
            period=price_rules.Period(typed["starts_on"], typed["ends_on"]),
            timing=campaign_rules.Timing(typed["rhythm"], typed["day_part"] or PartOfDay.ALL),
            **context,
        )

    def quote(
        self, *, merchant: Merchant, instead_of: str, at: dt.datetime
    ) -> price_rules.Quote | None:
        """Return the price of the current choice, or None if it is incomplete or invalid."""
        self.is_valid()
        typed = self.cleaned_data
        if not all(typed.get(name) for name in ("spaces", "slots", "starts_on", "ends_on")):
            return None
        period = price_rules.Period(typed["starts_on"], typed["ends_on"])
        monthly = typed.get("rhythm") == Campaign.Rhythm.MONTHLY
        quote = price_queries.quote(
            tenants=[self.near[slug] for slug in typed["spaces"]],
            slots=typed["slots"],
            period=period,
            at=at,
            merchant=merchant,
            monthly=monthly,
            day_part=typed.get("day_part") or PartOfDay.ALL,
        )
        try:
            campaign_rules.check_period(period, day=campaign_rules.today(at))
            if monthly:
                campaign_rules.check_first_month(period, day=campaign_rules.today(at))
            amounts.check_amount(quote, price_queries.prices_in_force(at))
            creative = campaign_rules.Creative(
                *(self.shown(name) for name in campaign_rules.Creative._fields)
            )
            ids = [self.near[slug].pk for slug in typed["spaces"]]
            refusals = refusal_queries.refusals_for(merchant, ids, creative)
            refusal_rules.check_not_refused(refusal_queries.sentences_of(refusals.values()))
            replaced = campaign_queries.draft_to_replace(
                campaign_queries.of_merchant(merchant, instead_of)
            )
            beside = place_queries.occupancy_beside(quote, at=at, but=replaced)
            place_rules.check_free(quote.lines, beside)
        except Refused as refusal:
            self.add_error(refusal.field or None, refusal.sentence)
            return None
        return quote

    def keeps_picture(self) -> bool:
        """Return True if the photo of the former campaign is kept."""
        return not self.is_bound or f"keep_{self['picture'].html_name}" in self.data

    def shown(self, name: str) -> str:
        """Return a field's current value, for the preview."""
        return str(self[name].value() or "")


def as_before(campaign: Campaign | None, day: dt.date) -> dict[str, Any]:
    """Return the form's initial values: a week from tomorrow, or the former campaign."""
    tomorrow = day + dt.timedelta(days=1)
    if campaign is None:
        return {"starts_on": tomorrow, "ends_on": tomorrow + dt.timedelta(days=WEEK)}
    flights = list(campaign.flights.all())
    lasted = flights[0].ends_on - flights[0].starts_on
    starts_on = flights[0].starts_on if flights[0].starts_on >= day else tomorrow
    return {
        "spaces": list({flight.tenant.slug for flight in flights}),
        "slots": list({flight.slot for flight in flights}),
        "day_part": next(
            (one.day_part for one in flights if slots.is_by_screen(one.slot)), PartOfDay.ALL
        ),
        "rhythm": campaign.rhythm,
        "starts_on": starts_on,
        "ends_on": starts_on + lasted,
        "headline": campaign.headline,
        "text": campaign.text,
        "offer": campaign.offer,
    }


def _reach_in_words(space: NearbySpace) -> str:
    return ngettext(
        "%(name)s, à %(minutes)s min, environ %(members)s membre actif "
        "(effectif déclaré environ %(heads)s)",
        "%(name)s, à %(minutes)s min, environ %(members)s membres actifs "
        "(effectif déclaré environ %(heads)s)",
        space.reach.members,
    ) % {
        "name": space.tenant.name,
        "minutes": space.minutes,
        "members": num(space.reach.members),
        "heads": num(space.reach.rounded_heads),
    }
