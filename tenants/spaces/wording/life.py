"""Steps of acts on a whole space, and their receipts, as people read them."""

import datetime as dt
from typing import Any, NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _

from saas.kernel.display.writing import shortdate
from tenants.spaces.models import SpaceOperation
from tenants.spaces.rules.foundings import StepReports
from tenants.spaces.wording.foundings import Step


class Receipt(NamedTuple):
    """A line of a receipt: the number of removed or retained objects of a kind."""

    words: str
    number: int


def titles_of_work(kind: str) -> dict[str, str]:
    """Return the titles of an operation's steps, in order."""
    titles: dict[str, dict[str, str]] = {
        SpaceOperation.Kind.SUSPEND: {
            "tell": _("Prévenir les administrateurs"),
            "door": _("Fermer la porte de la base de données"),
        },
        SpaceOperation.Kind.TAKEOUT: {"tell": _("Prévenir les administrateurs")},
        SpaceOperation.Kind.CORRECT: {
            "rows": _("Corriger l’entreprise"),
            "tell": _("Prévenir les administrateurs"),
        },
        SpaceOperation.Kind.ADMINS: {
            "tell": _("Prévenir l’ancienne et la nouvelle administration"),
        },
        SpaceOperation.Kind.GRANT: {"tell": _("Prévenir les administrateurs")},
        SpaceOperation.Kind.REOPEN: {
            "door": _("Rouvrir la porte de la base de données"),
            "tell": _("Prévenir les administrateurs"),
        },
        SpaceOperation.Kind.ARCHIVE: {
            "tell": _("Prévenir les administrateurs"),
            "rows": _("Copier les lignes, telles qu’à un même instant"),
            "files": _("Ajouter les fichiers"),
            "store": _("Ranger l’archive"),
        },
        SpaceOperation.Kind.RESTORE: {
            "check": _("Vérifier chaque morceau de l’archive"),
            "rows": _("Reconstruire l’espace et ses lignes"),
            "files": _("Remettre les fichiers"),
        },
        SpaceOperation.Kind.DELETE: {
            "tell": _("Prévenir les administrateurs"),
            "door": _("Fermer la porte et retirer les tâches"),
            "files": _("Effacer les fichiers et les archives"),
            "store": _("Effacer ce qui n’était gardé que pour un moment"),
            "shared": _("Effacer ce qui se trouvait en commun"),
            "schema": _("Effacer l’espace lui-même et son accès à la base"),
        },
    }
    return titles[kind]


def changes_of(operation: SpaceOperation, *, language: str) -> list[str]:
    """Return a sentence for each change of a correction; empty for other operations."""
    with translation.override(language):
        if operation.kind == SpaceOperation.Kind.CORRECT:
            return _changes_of_company(operation.options)
        if operation.kind == SpaceOperation.Kind.ADMINS:
            return _changes_of_administrators(operation.options)
        return []


def _changes_of_company(options: dict[str, Any]) -> list[str]:
    if options["company"] is None:
        return [
            _("Entreprise ajoutée\u00a0: %(name)s, SIREN %(siren)s, %(heads)s personnes.")
            % {"name": options["name"], "siren": options["siren"], "heads": options["head_count"]}
        ]
    lines = [_("Entreprise\u00a0: %(name)s.") % {"name": options["was"]}]
    if "name" in options:
        lines.append(_("Nouveau nom\u00a0: %(name)s.") % {"name": options["name"]})
    if "siren" in options:
        lines.append(_("Nouveau SIREN\u00a0: %(siren)s.") % {"siren": options["siren"]})
    if "head_count" in options:
        words = _(
            "Effectif\u00a0: %(heads)s au lieu de %(was)s, à partir du %(day)s. "
            "Les commandes en cours gardent le leur."
        )
        day = shortdate(dt.date.fromisoformat(options["from"]))
        heads, was = options["head_count"], options["was_heads"]
        lines.append(words % {"heads": heads, "was": was, "day": day})
    return lines


def _changes_of_administrators(options: dict[str, Any]) -> list[str]:
    lines = []
    if options["appointed"]:
        lines.append(
            _("Administre désormais\u00a0: %(name)s.") % {"name": _named(options, "appointed")}
        )
    if options["ended"]:
        lines.append(_("N’administre plus\u00a0: %(name)s.") % {"name": _named(options, "ended")})
    return lines


def _named(options: dict[str, Any], key: str) -> str:
    return str(options[key]).partition(" (")[0]


def steps_of_work(operation: SpaceOperation, reports: StepReports) -> list[Step]:
    """Return the steps of a work with their state, as far as the job has told of them."""
    moments = {step["step"]: dt.datetime.fromisoformat(step["at"]) for step in reports}
    titles = {
        key: title
        for key, title in titles_of_work(operation.kind).items()
        if operation.state != SpaceOperation.State.DONE or key in moments
    }
    reached = max((number for number, key in enumerate(titles) if key in moments), default=-1)
    return [
        Step(title, _state_of_step(number, reached, operation.state), _seconds(key, moments))
        for number, (key, title) in enumerate(titles.items())
    ]


def _state_of_step(number: int, reached: int, state: str) -> str:
    if number < reached or state == SpaceOperation.State.DONE:
        return "done"
    if number > reached:
        return "waiting"
    return "failed" if state == SpaceOperation.State.FAILED else "running"


def _seconds(key: str, moments: dict[str, dt.datetime]) -> str:
    later = [moment for moment in moments.values() if key in moments and moment > moments[key]]
    if not later:
        return ""
    seconds = (min(later) - moments[key]).total_seconds()
    return _("%(seconds)s s") % {"seconds": f"{seconds:.1f}".replace(".", ",")}


def receipt_of(counted: dict[str, int]) -> list[Receipt]:
    """Return the removed objects of a space as lines, without zero counts."""
    words = {
        "rows": _("lignes"),
        "tables": _("tables"),
        "schemas": _("base de l’espace"),
        "roles": _("accès à la base"),
        "files": _("fichiers"),
        "archives": _("archives"),
        "jobs": _("tâches en attente"),
        "moments": _("valeurs gardées pour un moment"),
        "sites": _("sites"),
        "gates": _("portes"),
        "companies": _("entreprises"),
        "domains": _("noms de domaine"),
        "domain_claims": _("demandes de nom de domaine"),
        "email_domains": _("domaines d’adresses"),
        "email_domain_claims": _("demandes de domaine d’adresses"),
        "changes": _("changements de réglages"),
        "planned_deletions": _("suppression programmée"),
        "foundings": _("création de l’espace"),
        "treaties": _("accords avec d’autres espaces"),
        "enquiries": _("questions entre espaces"),
        "shared_items": _("annonces montrées aux voisins"),
        "works": _("opérations antérieures"),
        "contacts": _("adresses de CSE"),
    }
    return [Receipt(words.get(kind, kind), count) for kind, count in counted.items() if count]
