"""Notices to a council's people about its account or its terms."""

import datetime as dt
from collections.abc import Callable

from django.utils.translation import gettext as _

from billing.wording import mandate_notices, reasons, requirements
from billing.wording.mandate_notices import Facts, NoticeText
from saas.kernel.display.writing import elided, eur, rate, shortdate

ACCOUNT, TERMS, REPLACEMENT = "account", "terms", "replacement"
STATEMENTS = "statements"


def notice_text(kind: str, facts: Facts, *, council: str) -> NoticeText:
    """Return the mail about something that happened to a council."""
    return _WRITTEN[kind]({"asked": [], "until": "", "because": "", "by": "", **facts}, council)


def _what(facts: Facts) -> str:
    words = requirements.in_words(facts["asked"])
    return ", ".join(words) if words else _("une information de plus")


def _until(facts: Facts) -> str:
    if not facts["until"]:
        return _("au plus vite")
    return _("avant le %(day)s") % {"day": shortdate(dt.datetime.fromisoformat(facts["until"]))}


def _needs(facts: Facts, council: str) -> NoticeText:
    return NoticeText(
        _("Stripe demande une réponse au CSE"),
        _("Pour le compte %(of_council)s, Stripe demande %(until)s\u00a0: %(what)s.")
        % {"of_council": elided(council, "de"), "until": _until(facts), "what": _what(facts)},
        _("L’argent continue d’arriver. Sans réponse, Stripe bloquerait le compte."),
        _("Répondre à Stripe"),
        ACCOUNT,
    )


def _coming(facts: Facts, council: str) -> NoticeText:
    return NoticeText(
        _("Stripe demandera une réponse au CSE"),
        _("Pour le compte %(of_council)s, Stripe demandera %(until)s\u00a0: %(what)s.")
        % {"of_council": elided(council, "de"), "until": _from(facts), "what": _what(facts)},
        _("Rien ne presse\u00a0: préparez la réponse, le compte reste ouvert."),
        _("Voir le compte"),
        ACCOUNT,
    )


def _from(facts: Facts) -> str:
    if not facts["until"]:
        return _("bientôt")
    return _("à partir du %(day)s") % {"day": shortdate(dt.datetime.fromisoformat(facts["until"]))}


def _reminded(facts: Facts, council: str) -> NoticeText:
    return NoticeText(
        _("Rappel\u00a0: Stripe attend une réponse du CSE"),
        _("Pour le compte %(of_council)s, Stripe attend %(until)s\u00a0: %(what)s.")
        % {"of_council": elided(council, "de"), "until": _until(facts), "what": _what(facts)},
        _("Passé cette date, Stripe bloque le compte et la part n’y arrive plus."),
        _("Répondre à Stripe"),
        ACCOUNT,
    )


def _past_due(facts: Facts, council: str) -> NoticeText:
    return NoticeText(
        _("Une réponse à Stripe est en retard"),
        _("Pour le compte %(of_council)s, Stripe attend encore\u00a0: %(what)s.")
        % {"of_council": elided(council, "de"), "what": _what(facts)},
        _("Répondez aujourd’hui\u00a0: la date est passée, et le compte peut être bloqué."),
        _("Répondre à Stripe"),
        ACCOUNT,
    )


def _payouts_stopped(facts: Facts, council: str) -> NoticeText:
    return NoticeText(
        _("L’argent du CSE ne quitte plus Stripe"),
        _(
            "Sur le compte %(of_council)s, l’argent arrive mais ne peut pas quitter Stripe. "
            "Stripe demande\u00a0: %(what)s."
        )
        % {"of_council": elided(council, "de"), "what": _what(facts)},
        _("Rien n’est perdu\u00a0: les virements reprennent dès que la réponse est vérifiée."),
        _("Répondre à Stripe"),
        ACCOUNT,
    )


def _restricted(facts: Facts, council: str) -> NoticeText:
    return NoticeText(
        _("Le compte du CSE est bloqué"),
        _(
            "Stripe a bloqué le compte %(of_council)s\u00a0: la part ne peut plus y arriver. "
            "Stripe demande\u00a0: %(what)s."
        )
        % {"of_council": elided(council, "de"), "what": _what(facts)},
        _("La part attend au registre. Le blocage tombe dès que la réponse est vérifiée."),
        _("Débloquer le compte"),
        ACCOUNT,
    )


def _rejected(_facts: Facts, council: str) -> NoticeText:
    return NoticeText(
        _("Stripe a refusé le compte du CSE"),
        _("Stripe ne veut plus tenir le compte %(of_council)s. La part attend au registre.")
        % {"of_council": elided(council, "de")},
        _("Deux personnes élues peuvent le faire remplacer par un autre compte."),
        _("Voir ce qu’il faut faire"),
        ACCOUNT,
    )


def _unsupported(_facts: Facts, council: str) -> NoticeText:
    return NoticeText(
        _("Stripe ne peut pas tenir ce compte"),
        _("Stripe ne sait pas tenir un compte pour %(council)s. La part attend au registre.")
        % {"council": council},
        _("Deux personnes élues peuvent le faire remplacer par un autre compte."),
        _("Voir ce qu’il faut faire"),
        ACCOUNT,
    )


def _closed(_facts: Facts, council: str) -> NoticeText:
    return NoticeText(
        _("Le compte du CSE est fermé"),
        _("Le compte %(of_council)s chez Stripe est fermé. La part attend au registre.")
        % {"of_council": elided(council, "de")},
        _("Deux personnes élues peuvent le faire remplacer par un autre compte."),
        _("Voir ce qu’il faut faire"),
        ACCOUNT,
    )


def _active(_facts: Facts, council: str) -> NoticeText:
    return NoticeText(
        _("Le compte du CSE est actif"),
        _("Le compte %(of_council)s est actif\u00a0: ce qui attendait part aujourd’hui.")
        % {"of_council": elided(council, "de")},
        _("Vous n’avez rien à faire. Un e-mail annonce chaque reversement."),
        _("Voir le compte"),
        ACCOUNT,
    )


def _personality(facts: Facts, council: str) -> NoticeText:
    if facts["is_person"]:
        text = _("Troovon a noté que %(council)s a la personnalité morale.")
        following = _("Vous pouvez ouvrir son compte\u00a0: comptez dix minutes.")
    else:
        text = _("Pour Troovon, %(council)s n’a pas la personnalité morale\u00a0: %(because)s.")
        following = _("Sa part attend au registre, sans limite de temps.")
    return NoticeText(
        _("La personnalité morale du CSE"),
        text % {"council": council, "because": facts["because"].rstrip(".")},
        following,
        _("Voir le compte"),
        ACCOUNT,
    )


def _offered(facts: Facts, council: str) -> NoticeText:
    return NoticeText(
        _("Des conditions attendent votre réponse"),
        _(
            "Troovon propose à %(council)s\u00a0: %(rate)s de ce que les commerçants paient, "
            "hors taxe, à partir du %(day)s."
        )
        % {
            "council": council,
            "rate": rate(facts["rate_bp"]),
            "day": shortdate(dt.datetime.fromisoformat(facts["begins"])),
        },
        _("Elles ne comptent qu’une fois acceptées\u202f; jusque-là, rien ne change."),
        _("Lire les conditions"),
        TERMS,
    )


def _billed(facts: Facts, council: str) -> NoticeText:
    return NoticeText(
        _("Votre facture %(number)s est faite") % {"number": facts["number"]},
        _(
            "Au nom de %(council)s, Troovon a établi la facture %(number)s, de %(amount)s "
            "toutes taxes comprises, comme votre mandat le prévoit."
        )
        % {"council": council, "number": facts["number"], "amount": eur(facts["gross_cents"])},
        _("Vérifiez-la\u00a0: dites-nous ce qui n’est pas juste, dans le délai de votre mandat."),
        _("Voir les relevés et factures"),
        STATEMENTS,
    )


def _change_requested(facts: Facts, council: str) -> NoticeText:
    return NoticeText(
        _("Un autre compte est demandé pour le CSE"),
        _("%(name)s demande un autre compte pour %(council)s. Motif\u00a0: %(because)s.")
        % {"name": facts["by"], "council": council, "because": facts["because"].rstrip(".")},
        _(
            "Une autre personne élue ou de la trésorerie confirme, sous trente jours. "
            "Si personne n’a pu demander cela, abandonnez le remplacement."
        ),
        _("Voir le remplacement"),
        REPLACEMENT,
    )


def _change_confirmed(facts: Facts, council: str) -> NoticeText:
    return NoticeText(
        _("Le remplacement du compte est confirmé"),
        _("%(name)s a confirmé qu’un autre compte est ouvert pour %(council)s.")
        % {"name": facts["by"], "council": council},
        _("La part va à l’ancien compte jusqu’à ce que le nouveau soit actif."),
        _("Voir le remplacement"),
        REPLACEMENT,
    )


def _change_done(_facts: Facts, council: str) -> NoticeText:
    return NoticeText(
        _("Le compte du CSE est remplacé"),
        _("Le nouveau compte %(of_council)s est actif\u00a0: les prochaines parts y arrivent.")
        % {"of_council": elided(council, "de")},
        _("L’ancien se ferme de lui-même, une fois que plus rien n’y est attendu."),
        _("Voir le compte"),
        ACCOUNT,
    )


def _change_cancelled(facts: Facts, council: str) -> NoticeText:
    return NoticeText(
        _("Le remplacement du compte est abandonné"),
        _("Le compte %(of_council)s reste celui d’avant. Motif\u00a0: %(because)s.")
        % {"of_council": elided(council, "de"), "because": facts["because"].rstrip(".")},
        _("Un autre remplacement peut être demandé à tout moment."),
        _("Voir le compte"),
        ACCOUNT,
    )


def _payout_refused(facts: Facts, council: str) -> NoticeText:
    text = _("La banque %(of_council)s a refusé le virement de %(amount)s du %(day)s. %(why)s") % {
        "of_council": elided(council, "de"),
        "amount": eur(facts["cents"]),
        "day": shortdate(dt.datetime.fromisoformat(facts["made_at"])),
        "why": reasons.in_words(facts["failure"], reasons.PAYOUTS),
    }
    return NoticeText(
        _("La banque du CSE a refusé un virement"),
        text.rstrip(),
        _(
            "Rien n’est perdu\u00a0: l’argent est revenu sur le compte Stripe. Vérifiez-y le RIB"
            " avec votre banque\u202f; un nouveau virement part ensuite de lui-même."
        ),
        _("Vérifier le RIB"),
        ACCOUNT,
    )


_WRITTEN: dict[str, Callable[[Facts, str], NoticeText]] = {
    "needs": _needs,
    "coming": _coming,
    "reminded": _reminded,
    "past_due": _past_due,
    "payouts_stopped": _payouts_stopped,
    "restricted": _restricted,
    "rejected": _rejected,
    "unsupported": _unsupported,
    "closed": _closed,
    "active": _active,
    "personality": _personality,
    "offered": _offered,
    "change_asked": _change_requested,
    "change_confirmed": _change_confirmed,
    "change_done": _change_done,
    "change_cancelled": _change_cancelled,
    "billed": _billed,
    "payout_refused": _payout_refused,
    "mandate_confirmed": mandate_notices.confirmed,
    "mandate_refused": mandate_notices.refused,
    "mandate_ending": mandate_notices.ending,
    "mandate_ended": mandate_notices.ended,
}
