"""Wording of a campaign's status and counts."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import (
    AdPreview,
    Campaign,
    CampaignDeparture,
    Flight,
    Refusal,
    Slot,
    slots,
)
from saas.catalogue.placements.rules.campaigns import Creative, offer_cents
from saas.catalogue.placements.rules.drafts import AD, DATES, SLOTS, WHERE
from saas.catalogue.placements.rules.prices import Period, slot_in_words
from saas.kernel.display.writing import elided, hour, num, price, shortdate
from tenants.spaces.rules.standing import LEAST_MEMBERS


def standing(campaign: Campaign, period: Period | None, *, day: dt.date) -> tuple[str, str]:
    """Return the label and the tone of a campaign's status."""
    if campaign.state == Campaign.State.DRAFT:
        return _not_paid(campaign)
    if campaign.state == Campaign.State.STOPPED:
        refused = campaign.review == Campaign.Review.REFUSED
        return (_("Refusée, remboursée") if refused else _("Arrêtée")), "bad"
    if campaign.paused_at is not None:
        return _("En pause"), "warn"
    if period is None or day > period.ends_on:
        return _("Terminée"), ""
    return _ahead(campaign, period, day=day)


def _ahead(campaign: Campaign, period: Period, *, day: dt.date) -> tuple[str, str]:
    if campaign.review == Campaign.Review.WAITING:
        return _("En cours de relecture"), "warn"
    if day < period.starts_on:
        return _("Commence le %(day)s") % {"day": shortdate(period.starts_on)}, ""
    return _("En cours"), "ok"


def _not_paid(campaign: Campaign) -> tuple[str, str]:
    if campaign.sold_out_at is not None:
        return _("Plus de place, remboursée"), "warn"
    if campaign.withdrawn_at is not None:
        return _("Retirée"), ""
    return _("À payer"), "warn"


def review_note(campaign: Campaign) -> str:
    """Return the review message of a paid ad's page; empty for an ad that may run."""
    if campaign.review == Campaign.Review.REFUSED:
        return _(
            "Cette annonce ne passe dans aucun espace\u00a0: %(reason)s Ce qui n’a pas été "
            "diffusé vous est remboursé."
        ) % {"reason": campaign.review_reason}
    due_at = campaign.review_due_at
    if campaign.review != Campaign.Review.WAITING or due_at is None:
        return ""
    return _(
        "Troovon relit cette annonce avant son premier jour, au plus tard le %(day)s à %(hour)s. "
        "Si ce premier jour arrive avant, toutes les dates avancent et aucun jour n’est perdu."
    ) % {"day": shortdate(due_at), "hour": hour(due_at)}


def pause_note(campaign: Campaign) -> str:
    """Return what a pause means for a campaign's days; empty for a campaign without a pause."""
    if campaign.paused_at is None or campaign.state != Campaign.State.PAID:
        return ""
    return _(
        "En pause depuis le %(day)s\u00a0: elle ne passe nulle part. Les jours perdus suivent "
        "quand vous la reprenez, au plus tard 30 jours après\u202f; si vous l’arrêtez, ils vous "
        "sont rendus."
    ) % {"day": shortdate(campaign.paused_at)}


def page_is_reviewed(merchant: Merchant) -> str:
    """Return the message that a merchant's page is in review or was refused; else empty."""
    if merchant.state == Merchant.State.WAITING:
        return _("Votre page est vue par Troovon avant d’être montrée, sous un jour.")
    if merchant.state == Merchant.State.REFUSED:
        reason = {"reason": merchant.review_reason}
        return _("Votre page est à corriger\u00a0: %(reason)s") % reason
    return ""


def page_waits() -> str:
    """Return the message that no space sees the page, because it is a draft."""
    return _("Votre page n’est pas encore publiée\u00a0: aucun espace ne la voit.")


def page_is_blocked() -> str:
    """Return the message that operators blocked the merchant's page, with the next step."""
    return _("Cette page a été bloquée par Troovon. Écrivez-nous pour en parler.")


def debit_underway(campaign: Campaign) -> str:
    """Return the message that the payment of a campaign is in progress."""
    title = {"title": campaign.headline}
    return _("«\u00a0%(title)s\u00a0»\u00a0: le prélèvement est en route.") % title


def waits_for_payment(campaign: Campaign) -> str:
    """Return the message that a campaign is not paid yet."""
    return _("«\u00a0%(title)s\u00a0» attend son paiement.") % {"title": campaign.headline}


def ends_soon(campaign: Campaign) -> str:
    """Return the message that a campaign ends soon."""
    return _("«\u00a0%(title)s\u00a0» se termine bientôt.") % {"title": campaign.headline}


def week_ends(campaign: Campaign, last: dt.date) -> str:
    """Return the sentence of a weekly mail on the time that a campaign has left."""
    if campaign.state == Campaign.State.STOPPED:
        return _("Elle est arrêtée.")
    if campaign.paused_at is not None:
        return _("Elle est en pause.")
    return _("Dernier jour\u00a0: %(day)s") % {"day": shortdate(last)}


def weekly_switched(shop: Merchant) -> str:
    """Return the confirmation after the weekly mail was stopped, or wanted again."""
    if shop.weekly_stopped_at is not None:
        return _("C’est noté\u00a0: plus d’e-mail du lundi.")
    return _("C’est noté\u00a0: vos chiffres arrivent le lundi.")


def stands_still() -> tuple[str, str]:
    """Return the label and the tone of an interrupted campaign."""
    return _("Interrompue"), "warn"


def is_shut(campaign: Campaign, spaces: Sequence[str]) -> str:
    """Return the message with the closed spaces of a campaign and its merchant's options."""
    words = {"title": campaign.headline, "spaces": ", ".join(spaces)}
    if campaign.rhythm == Campaign.Rhythm.MONTHLY:
        return (
            _(
                "«\u00a0%(title)s\u00a0» ne passe plus ici, où l’espace est fermé\u00a0: "
                "%(spaces)s. Si vous l’arrêtez, les jours perdus vous sont rendus."
            )
            % words
        )
    return (
        _(
            "«\u00a0%(title)s\u00a0» ne passe plus ici, où l’espace est fermé\u00a0: %(spaces)s. "
            "Si vous l’arrêtez, les jours perdus vous sont rendus\u202f; si l’espace rouvre, elle "
            "y passe d’autant plus longtemps."
        )
        % words
    )


def run_until(flights: Sequence[Flight]) -> str:
    """Return the message to a space's administration on running placements and their last day."""
    return _(
        "Des annonces payées passent ici, la dernière jusqu’au %(day)s (%(merchants)s)\u00a0: "
        "celles qui dépasseraient la fin de l’espace s’arrêtent deux jours avant, leurs "
        "commerçants sont prévenus et remboursés, et aucun abonnement ne se renouvelle ici. Vous "
        "n’avez rien à faire."
    ) % {
        "day": shortdate(max(flight.ends_on for flight in flights)),
        "merchants": ", ".join(dict.fromkeys(one.campaign.merchant.name for one in flights)),
    }


def refund_first(flight: Flight) -> str:
    """Return the message that a campaign must be refunded before its space may end."""
    return _(
        "«\u00a0%(title)s\u00a0» %(of_merchant)s (%(reference)s) passe ici"
        " jusqu’au %(day)s\u00a0: remboursez-la d’abord."
    ) % {
        "title": flight.campaign.headline,
        "of_merchant": elided(flight.campaign.merchant.name, "de"),
        "reference": flight.campaign.reference,
        "day": shortdate(flight.ends_on),
    }


def wall_words(creative: Creative, *, payer: str, minutes: int) -> dict[str, str]:
    """Return the words of a wall slide: payer, title, offer and walking distance.

    The sentence of a tile is left out: passers-by do not read it.
    """
    cents = offer_cents(creative.offer)
    return {
        "label": _("Sponsorisé par %(payer)s") % {"payer": payer},
        "title": creative.headline,
        "price": price(cents) if cents else creative.offer,
        "note": _("%(minutes)d min à pied · une part va à votre CSE") % {"minutes": minutes},
    }


def refused_by_council(refusal: Refusal) -> str:
    """Return the message to a merchant on a council's refusal: its subject and reason."""
    words = {"of_space": elided(refusal.tenant.name, "de"), "reason": refusal.reason}
    if refusal.category:
        words["category"] = refusal.get_category_display()
        return (
            _(
                "Le CSE %(of_space)s n’accepte pas d’annonces de la catégorie "
                "«\u00a0%(category)s\u00a0»\u00a0: %(reason)s"
            )
            % words
        )
    if refusal.campaign_id:
        return _("Le CSE %(of_space)s n’accepte pas cette annonce\u00a0: %(reason)s") % words
    return _("Le CSE %(of_space)s n’accepte pas votre commerce\u00a0: %(reason)s") % words


def refused_for_some(refusal: Refusal) -> str:
    """Return the message that a council among several refuses the ad for its own people."""
    place = elided((refusal.company or refusal.tenant).name, "de")
    words = {"of_place": place, "space": refusal.tenant.name, "reason": refusal.reason}
    return (
        _(
            "Espace «\u00a0%(space)s\u00a0»\u00a0: le CSE %(of_place)s ne veut pas de cette "
            "annonce pour ses salariés, qui ne la voient plus (%(reason)s). Les autres CSE de "
            "l’espace ne l’ont pas refusée\u00a0: elle y passe toujours, et rien n’est rendu."
        )
        % words
    )


def waits_for_council(preview: AdPreview) -> str:
    """Return the message that a council previews the ad, and that its days move with it."""
    return _(
        "Espace «\u00a0%(space)s\u00a0»\u00a0: le CSE a demandé à voir l’annonce avant ses "
        "salariés. Sans réponse le %(day)s, elle y passe\u202f; ses dates avancent d’autant."
    ) % {"space": preview.tenant.name, "day": shortdate(preview.due_at)}


def has_left(departure: CampaignDeparture) -> str:
    """Return the message on why a campaign left a space, or a slot of it."""
    if departure.refusal is not None:
        return refused_by_council(departure.refusal)
    if departure.is_stopped:
        return _(
            "Vous avez arrêté l’annonce le %(day)s dans «\u00a0%(space)s\u00a0», %(slot)s\u00a0: "
            "les jours qui restaient vous sont rendus."
        ) % {
            "space": departure.tenant.name,
            "slot": slot_in_words(departure.slot),
            "day": shortdate(departure.left_at),
        }
    if not departure.slot:
        return _(
            "L’espace «\u00a0%(space)s\u00a0» ferme\u00a0: l’annonce n’y passe plus depuis le "
            "%(day)s, et les jours qui restaient vous sont rendus."
        ) % {"space": departure.tenant.name, "day": shortdate(departure.left_at)}
    if departure.slot == Slot.SHELF:
        return _(
            "La médiathèque %(of_space)s est vide depuis le %(day)s\u00a0: l’annonce n’y passe "
            "plus, et les jours qui restaient vous sont rendus."
        ) % {"of_space": elided(departure.tenant.name, "de"), "day": shortdate(departure.left_at)}
    if departure.slot == Slot.KIOSK:
        return _(
            "Les écrans %(of_space)s sont éteints depuis le %(day)s\u00a0: l’annonce n’y passe "
            "plus, et les jours qui restaient vous sont rendus."
        ) % {"of_space": elided(departure.tenant.name, "de"), "day": shortdate(departure.left_at)}
    return _(
        "L’espace «\u00a0%(space)s\u00a0» ne montre plus «\u00a0%(slot)s\u00a0» depuis le "
        "%(day)s\u00a0: l’annonce n’y passe plus, et les jours qui restaient vous sont rendus."
    ) % {
        "space": departure.tenant.name,
        "slot": slots.name_of(departure.slot),
        "day": shortdate(departure.left_at),
    }


def fewer_screens(flight: Flight, lit: int) -> str:
    """Return the message that fewer screens are lit than paid for, with the consequences."""
    words = {"of_space": elided(flight.tenant.name, "de"), "lit": lit, "paid": flight.screens}
    if lit == 0:
        return (
            _(
                "Les écrans %(of_space)s sont éteints. S’ils le restent cinq jours, les jours qui "
                "n’y ont pas été diffusés vous sont rendus."
            )
            % words
        )
    return (
        _(
            "Écrans %(of_space)s allumés\u00a0: %(lit)d sur les %(paid)d payés. Si vous arrêtez la "
            "campagne, les jours qui restent vous sont rendus."
        )
        % words
    )


def seen_by_few(flight: Flight, needed: int, *, day: dt.date) -> str:
    """Return the message that too few members saw a flight on the last working day."""
    return _(
        "%(space)s\u00a0: moins de %(needed)s membres ont vu cette annonce le %(day)s, c’est trop "
        "peu. Troovon est prévenu et regarde pourquoi. Si vous arrêtez la campagne, les jours qui "
        "restent vous sont rendus."
    ) % {"space": flight.tenant.name, "day": shortdate(day), "needed": num(needed)}


def too_few_members(space: str) -> str:
    """Return the message that a space sells nothing because it has too few members."""
    return _(
        "%(space)s a moins de %(least)s membres actifs sur 30 jours\u00a0: rien n’y est vendu pour "
        "l’instant. Ce qui y est déjà payé continue."
    ) % {"space": space, "least": num(LEAST_MEMBERS)}


def not_sold(space: str, *, is_proven: bool) -> str:
    """Return why a space takes no new order."""
    if is_proven:
        return too_few_members(space)
    return _(
        "%(space)s n’est pas encore vérifié par Troovon\u00a0: rien n’y est vendu pour l’instant."
    ) % {"space": space}


def space_ends(space: str) -> str:
    """Return the message that a space takes no new order because it will be deleted."""
    return _("%(space)s va fermer\u00a0: rien n’y est plus vendu.") % {"space": space}


def course_of_days(title: str, top: str) -> str:
    """Return the finding of a chart of days, for readers who do not see it."""
    words = _("%(title)s\u00a0: %(top)s au plus haut. Le tableau donne chaque jour.")
    return words % {"title": title, "top": top}


def free_places(left: int | None) -> str:
    """Return how many places of a slot are free; slots without a limit rotate their ads."""
    if left is None:
        return _("Toujours de la place, à tour de rôle")
    return ngettext("%(count)s place libre", "%(count)s places libres", left) % {"count": num(left)}


_STEPS = {
    DATES: gettext_lazy("Quand"),
    WHERE: gettext_lazy("Où"),
    SLOTS: gettext_lazy("Emplacements"),
    AD: gettext_lazy("Annonce"),
}


def step_name(step: str) -> str:
    """Return the name of a step of the wizard."""
    return str(_STEPS[step])


def not_chosen() -> str:
    """Return the answer shown for a step of the wizard that was not answered yet."""
    return _("À choisir")


def days_of(period: Period, *, monthly: bool) -> str:
    """Return the days of a draft."""
    words = {"first": shortdate(period.starts_on), "last": shortdate(period.ends_on)}
    if monthly:
        return _("Chaque mois à partir du %(first)s") % words
    return _("Du %(first)s au %(last)s") % words


def closed_days(space: str, days: Sequence[dt.date]) -> str:
    """Return the sentence on closed days of a space, or of all spaces without a name."""
    written = ", ".join(map(shortdate, days))
    if not space:
        return _("Jours fermés, ni montrés ni comptés\u00a0: %(days)s") % {"days": written}
    return _("%(space)s, jours fermés, ni montrés ni comptés\u00a0: %(days)s") % {
        "space": space,
        "days": written,
    }


def how_views_count() -> str:
    """Return how views and clicks are counted."""
    return _(
        "Une vue\u00a0: l’annonce est restée une seconde à l’écran d’un membre\u202f; "
        "elle compte une fois par membre et par jour. Un clic\u00a0: un membre a ouvert "
        "votre page, compté de même. Les deux ne s’additionnent jamais. Sous cinq, le "
        "chiffre exact n’est pas montré\u00a0: il pourrait désigner quelqu’un."
    )


def already_paid(campaign: Campaign) -> str:
    """Return which slots a campaign has, beside the choice of further slots."""
    slots = {slot_in_words(flight.slot): None for flight in campaign.flights.all()}
    return _("Déjà payés\u00a0: %(slots)s. Choisissez-en d’autres, pour les jours qui restent.") % {
        "slots": ", ".join(map(str, slots))
    }
