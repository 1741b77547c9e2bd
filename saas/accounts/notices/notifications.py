"""Mail of a notice: the change, its time and origin, and advice if it was not the person."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.accounts.notices.rules import Kind
from saas.kernel import mail
from saas.kernel.people import ways_in


def mail_notice(person: User, notice: dict[str, Any]) -> None:
    """Mail a notice to its person, in their language."""
    space = ways_in.space_address()
    place = notice["place"] or (space.place if space else "Troovon")
    public = f"{settings.BASE_SCHEME}://{settings.BASE_HOST}"
    origin = notice["origin"] or (space.origin if space else public)
    with translation.override(person.language):
        title, sentence = _words_of(Kind(notice["kind"]), notice["detail"])
        context = {
            "first_name": person.first_name,
            "place": place,
            "title": title,
            "sentence": sentence,
            "when": timezone.localtime(dt.datetime.fromisoformat(notice["at"])),
            "device": notice["device"],
            "network": notice["network"],
            "url": origin + reverse("accounts:sessions", urlconf=settings.ROOT_URLCONF),
        }
    mail.send(
        to=person.email, template="security_notice", language=person.language, context=context
    )


def _words_of(kind: Kind, detail: str) -> tuple[str, str]:
    """Return the subject and the sentence of a notice."""
    sentences = {
        Kind.PASSWORD: (
            _("Votre mot de passe a changé"),
            _(
                "Un nouveau mot de passe a été choisi. Vos autres sessions sont fermées et vos "
                "jetons d’accès ne servent plus."
            ),
        ),
        Kind.DEVICE: (
            _("Connexion depuis un nouvel appareil"),
            _("Votre compte vient d’être ouvert dans un navigateur qui ne le connaissait pas."),
        ),
        Kind.COMPANY: (
            _("Première connexion par votre entreprise"),
            _(
                "Votre compte vient d’être ouvert pour la première fois par le fournisseur "
                "d’identité de votre entreprise."
            ),
        ),
        Kind.PUSH: (
            _("Un appareil reçoit vos notifications"),
            _("Un navigateur vient d’être inscrit pour recevoir vos notifications."),
        ),
        Kind.TOKEN: (
            _("Un jeton d’accès a été créé"),
            _("Un programme peut désormais agir en votre nom avec un nouveau jeton."),
        ),
        Kind.FACTOR: (
            _("Votre second facteur est en place"),
            _(
                "Une application d’authentification protège maintenant votre compte. Gardez vos "
                "codes de secours à l’abri\u00a0: ils remplacent un téléphone perdu."
            ),
        ),
        Kind.FACTOR_REMOVED: (
            _("Votre second facteur est retiré"),
            _("Votre compte s’ouvre de nouveau sans application d’authentification."),
        ),
        Kind.FACTOR_RESET: (
            _("Votre second facteur est réinitialisé"),
            _(
                "Troovon a retiré l’application d’authentification de votre compte et fermé vos "
                "sessions. Mettez-en une nouvelle en place en entrant."
            ),
        ),
        Kind.FACTOR_RESET_ASKED: (
            _("On demande de retirer votre second facteur"),
            _(
                "Si vous avez perdu votre téléphone et vos codes, il n’y a rien à faire. Sinon, "
                "entrez avec votre code\u00a0: la demande s’arrête aussitôt."
            ),
        ),
        Kind.FACTOR_RESET_STOPPED: (
            _("Votre second facteur reste en place"),
            _("La demande de le retirer est arrêtée."),
        ),
        Kind.PASSKEY: (
            _("Une clé d’accès ouvre votre compte"),
            _(
                "Un appareil vient d’être inscrit\u00a0: il ouvre votre compte d’un geste, et il "
                "est désormais votre second facteur."
            ),
        ),
        Kind.PASSKEY_REMOVED: (
            _("Une clé d’accès est retirée"),
            _("L’appareil n’ouvre plus votre compte."),
        ),
        Kind.CODES: (
            _("Vos codes de secours sont nouveaux"),
            _("Dix nouveaux codes de secours remplacent les anciens, qui n’ouvrent plus rien."),
        ),
        Kind.CODE_USED: (
            _("Un code de secours a servi"),
            _("Un de vos codes de secours vient d’être utilisé à la place de votre téléphone."),
        ),
        Kind.COUNCIL: (
            _("Un rôle du CSE\u00a0: entrez de nouveau"),
            _(
                "Vous venez de recevoir un rôle du CSE. Tout ce qui était ouvert avant est fermé, "
                "pour que personne d’autre n’en tienne les clés\u00a0: sessions, liens, jetons "
                "d’accès, calendriers, appareils, et le mot de passe s’il n’avait pas été "
                "choisi par un lien reçu. Entrez par un lien à votre adresse, puis ajoutez un "
                "second facteur."
            ),
        ),
    }
    title, sentence = sentences[kind]
    return title, f"{sentence} {detail}".strip() if detail else sentence
