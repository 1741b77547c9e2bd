"""Labels of a member's copy: column headings, and values in readable form."""

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from saas.kernel.display import writing
from saas.kernel.people.personal import PersonalTable

_SEEN_BY = gettext_lazy("qui voit\u00a0:")

COLUMNS: dict[str, Any] = {
    "about": gettext_lazy("Présentation"),
    "about_seen": format_lazy("{} {}", _SEEN_BY, gettext_lazy("la présentation")),
    "accepted_at": gettext_lazy("Acceptée le"),
    "acr": gettext_lazy("Force de la preuve"),
    "added_at": gettext_lazy("Ajouté le"),
    "address": gettext_lazy("Adresse de la recherche"),
    "answer": gettext_lazy("Réponse"),
    "answered_at": gettext_lazy("Réponse le"),
    "asked_at": gettext_lazy("Demandé le"),
    "at": gettext_lazy("Le"),
    "audience": gettext_lazy("Public"),
    "bearing": gettext_lazy("Direction"),
    "begun_at": gettext_lazy("Commencé le"),
    "blocked_at": gettext_lazy("Bloqué le"),
    "bound_at": gettext_lazy("Lié le"),
    "borrowed_at": gettext_lazy("Emprunté le"),
    "by_name": gettext_lazy("Par"),
    "came_at": gettext_lazy("Dernière visite"),
    "cancelled_at": gettext_lazy("Annulé le"),
    "category": gettext_lazy("Catégorie"),
    "cgu_accepted_at": gettext_lazy("Conditions d’utilisation acceptées le"),
    "cgu_version": gettext_lazy("Version des conditions d’utilisation"),
    "channel": gettext_lazy("Par quel moyen"),
    "changed_at": gettext_lazy("Changé le"),
    "closed_at": gettext_lazy("Clos le"),
    "code": gettext_lazy("Code"),
    "company_id": gettext_lazy("Entreprise"),
    "condition": gettext_lazy("État de l’objet"),
    "confirmed_at": gettext_lazy("Confirmé le"),
    "created_at": gettext_lazy("Créé le"),
    "creator": gettext_lazy("Auteur de l’œuvre"),
    "day": gettext_lazy("Jour"),
    "deadline": gettext_lazy("Échéance"),
    "decided_at": gettext_lazy("Décidé le"),
    "deposit": gettext_lazy("Caution"),
    "description": gettext_lazy("Description"),
    "digest_hour": gettext_lazy("Heure du résumé"),
    "digests_stopped_at": gettext_lazy("Résumés arrêtés le"),
    "distance_km": gettext_lazy("Distance (km)"),
    "done_at": gettext_lazy("Fait le"),
    "due_at": gettext_lazy("À rendre le"),
    "email": gettext_lazy("Adresse e-mail"),
    "ended_at": gettext_lazy("Terminé le"),
    "ends_at": gettext_lazy("Fin"),
    "ends_minute": gettext_lazy("Jusqu’à"),
    "ends_on": gettext_lazy("Dernier jour"),
    "entries": gettext_lazy("Nouvelles"),
    "expire_date": gettext_lazy("Ouverte jusqu’au"),
    "expires_at": gettext_lazy("Expire le"),
    "facts": gettext_lazy("Faits retenus"),
    "fields": gettext_lazy("Ce que vous avez saisi"),
    "first_name": gettext_lazy("Prénom"),
    "external_id": gettext_lazy("Identifiant dans l’annuaire de l’entreprise"),
    "found_answered_at": gettext_lazy("Réponse sur l’annuaire le"),
    "found_as": gettext_lazy("Nom dans l’annuaire"),
    "found_at": gettext_lazy("Trouvé le"),
    "given_at": gettext_lazy("Donné le"),
    "ground": gettext_lazy("Fondement"),
    "handed_over_at": gettext_lazy("Remis le"),
    "hidden_at": gettext_lazy("Masqué le"),
    "instance": gettext_lazy("Premier ou second avis"),
    "issuer": gettext_lazy("Fournisseur"),
    "item_reference": gettext_lazy("Référence de l’annonce"),
    "joined_at": gettext_lazy("Inscrit le"),
    "leaves_on": gettext_lazy("Dernier jour"),
    "joined_by": gettext_lazy("Inscrit par"),
    "kind": gettext_lazy("Sorte"),
    "language": gettext_lazy("Langue des pages"),
    "languages": gettext_lazy("Langues parlées"),
    "languages_seen": format_lazy("{} {}", _SEEN_BY, gettext_lazy("les langues")),
    "last_login": gettext_lazy("Dernière connexion"),
    "last_message_at": gettext_lazy("Dernier message"),
    "last_name": pgettext_lazy("personne", "Nom"),
    "last_used_at": gettext_lazy("Dernier usage"),
    "link": gettext_lazy("Lien"),
    "made_at": gettext_lazy("Fait le"),
    "mail_stopped_at": gettext_lazy("E-mails arrêtés le"),
    "mail_stopped_for": gettext_lazy("E-mails arrêtés parce que"),
    "mailed_at": gettext_lazy("E-mail parti le"),
    "most_uses": gettext_lazy("Usages au plus"),
    "name": gettext_lazy("Nom donné"),
    "note": gettext_lazy("Précisions"),
    "number": gettext_lazy("Partie"),
    "offer_reference": gettext_lazy("Référence"),
    "offers_seen": format_lazy("{} {}", _SEEN_BY, gettext_lazy("les offres")),
    "origin": gettext_lazy("Au nom de"),
    "other_name": gettext_lazy("Autre personne"),
    "outcome": gettext_lazy("Issue"),
    "path": gettext_lazy("Page"),
    "period": gettext_lazy("Jour"),
    "picture_seen": format_lazy("{} {}", _SEEN_BY, gettext_lazy("la photo")),
    "place": gettext_lazy("Lieu"),
    "places": gettext_lazy("Places"),
    "price_cents": gettext_lazy("Prix"),
    "price_unit": gettext_lazy("Prix par"),
    "proposed_at": gettext_lazy("Proposé le"),
    "proved_at": gettext_lazy("Prouvé le"),
    "purpose": gettext_lazy("Pour"),
    "pushed_at": gettext_lazy("Envoyé à l’appareil le"),
    "queued_at": gettext_lazy("Inscrit sur la liste le"),
    "quiet_from": gettext_lazy("Calme à partir de"),
    "quiet_until": gettext_lazy("Calme jusqu’à"),
    "quiet_weekends": gettext_lazy("Calme le week-end"),
    "read_at": gettext_lazy("Lu le"),
    "ready_at": gettext_lazy("Prête le"),
    "reason": gettext_lazy("Motif"),
    "reference": gettext_lazy("Référence"),
    "removed_at": gettext_lazy("Retiré le"),
    "reopened_at": gettext_lazy("Rouvert le"),
    "replaced_at": gettext_lazy("Remplacé le"),
    "refusal_reference": gettext_lazy("Référence"),
    "reported_at": gettext_lazy("Signalé le"),
    "requested_at": gettext_lazy("Demandé le"),
    "returned_at": gettext_lazy("Rendu le"),
    "revoked_at": gettext_lazy("Révoqué le"),
    "rhythm": gettext_lazy("Rythme"),
    "right": gettext_lazy("Au titre de"),
    "reset_by": gettext_lazy("Retrait demandé par"),
    "reset_due_at": gettext_lazy("Retrait prévu le"),
    "reset_reason": gettext_lazy("Motif du retrait"),
    "role": gettext_lazy("Rôle"),
    "rule": gettext_lazy("Règle"),
    "saved_at": gettext_lazy("Gardé le"),
    "scopes": gettext_lazy("Droits"),
    "seats": gettext_lazy("Sièges"),
    "seconds": gettext_lazy("Secondes écoutées"),
    "seen_at": gettext_lazy("Vu le"),
    "sent_at": gettext_lazy("Envoyé le"),
    "settled_at": gettext_lazy("Réglé le"),
    "since": gettext_lazy("Depuis le"),
    "site_id": gettext_lazy("Site"),
    "site_seen": format_lazy("{} {}", _SEEN_BY, gettext_lazy("le site")),
    "space_name": gettext_lazy("Espace voisin"),
    "starts_at": gettext_lazy("Début"),
    "starts_minute": gettext_lazy("À partir de"),
    "state": pgettext_lazy("où cela en est", "État"),
    "subject": gettext_lazy("Nom chez lui"),
    "subject_kind": gettext_lazy("À propos d’une sorte"),
    "subject_reference": gettext_lazy("À propos de"),
    "merchant_reference": gettext_lazy("Commerce"),
    "recommends": gettext_lazy("Recommandé"),
    "follows": gettext_lazy("Suivi"),
    "marked_at": gettext_lazy("Noté le"),
    "subject_title": gettext_lazy("À propos de"),
    "team": gettext_lazy("Équipe"),
    "team_seen": format_lazy("{} {}", _SEEN_BY, gettext_lazy("l’équipe")),
    "text": gettext_lazy("Texte"),
    "thanks_seen": format_lazy("{} {}", _SEEN_BY, gettext_lazy("les mercis")),
    "theme": gettext_lazy("Apparence"),
    "thread": gettext_lazy("Échange"),
    "title": gettext_lazy("Titre"),
    "url": gettext_lazy("Page"),
    "used_at": gettext_lazy("Utilisé le"),
    "uses": gettext_lazy("Usages"),
    "version": gettext_lazy("Version"),
    "voted_at": gettext_lazy("Voté le"),
    "way": gettext_lazy("Sens"),
    "weekday": gettext_lazy("Jour de la semaine"),
    "weekdays": gettext_lazy("Jours de la semaine"),
    "what": gettext_lazy("Quoi"),
    "why": gettext_lazy("Pourquoi"),
    "withdrawn_at": gettext_lazy("Retiré le"),
    "words": gettext_lazy("Mots"),
    "works": gettext_lazy("Cela marche"),
}

ROLES: dict[str, Any] = {
    "administrator": gettext_lazy("administration"),
    "moderator": gettext_lazy("modération"),
    "council": gettext_lazy("membre du CSE"),
    "treasurer": gettext_lazy("trésorerie du CSE"),
    "secretary": gettext_lazy("secrétariat du CSE"),
    "kiosk_manager": gettext_lazy("gestion des écrans"),
    "operator": gettext_lazy("Troovon"),
}

_SPOKEN: dict[str, Callable[[Any], str]] = {
    "what": gettext,
    "why": gettext,
    "price_cents": writing.eur,
    "role": lambda role: str(ROLES.get(role, role)),
    "starts_minute": lambda minute: f"{minute // 60:02d}:{minute % 60:02d}",
    "ends_minute": lambda minute: f"{minute // 60:02d}:{minute % 60:02d}",
}


def heading(column: str) -> str:
    """Return a column's heading, from the last part of its path."""
    return str(COLUMNS[column.rpartition("__")[2]])


def headings(table: PersonalTable) -> list[str]:
    """Return the heading of each column of a table."""
    return [heading(column) for column in table.columns]


def lines(table: PersonalTable) -> list[list[str]]:
    """Write the rows of a table as people read them."""
    return [
        [_value(table, column, value) for column, value in zip(table.columns, row, strict=True)]
        for row in table.rows
    ]


def _value(table: PersonalTable, column: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if column in _SPOKEN:
        return _SPOKEN[column](value)
    word = table.words.get(column, {}).get(value) if isinstance(value, str | int) else None
    return word or _written(value)


@functools.singledispatch
def _written(value: Any) -> str:
    return str(value)


@_written.register
def _(value: bool) -> str:  # noqa: FBT001 - chosen by its type
    return gettext("oui") if value else gettext("non")


@_written.register
def _(value: dt.date) -> str:
    return value.strftime("%d/%m/%Y")


@_written.register
def _(value: dt.datetime) -> str:
    return timezone.localtime(value).strftime("%d/%m/%Y %H:%M %Z")


@_written.register
def _(value: dict) -> str:  # type: ignore[type-arg]
    return " ; ".join(f"{name}: {', '.join(map(str, many))}" for name, many in value.items())
