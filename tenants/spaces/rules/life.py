"""Rules of acts on a whole space: which ones, in which state, and in which steps."""

import datetime as dt
from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from tenants.spaces.models import Archive, SpaceOperation, Tenant
from tenants.spaces.rules.foundings import Said, Step

OPERATION_STUCK_AFTER = dt.timedelta(minutes=2)
MOST_TRIES = 5
# An export without closing is fetched within a month, or made again.
EXPORT_KEPT = dt.timedelta(days=30)
EXPORTS_DAY, MOST_EXPORTS_A_DAY = dt.timedelta(days=1), 3
# What an operator said why for is theirs to fetch for so long; then they say it again.
TAKEOUT_LASTS = dt.timedelta(hours=1)
LONGEST_KEPT = dt.timedelta(days=365)
END_OF_WORK = "end"
_State, _Kind = Tenant.State, SpaceOperation.Kind
CLOSED = frozenset({_State.SUSPENDED, _State.ARCHIVED})


class Receipt(NamedTuple):
    """One line of a receipt: how many of something were removed or kept."""

    words: str
    number: int


def check_may_suspend(tenant: Tenant) -> None:
    """Refuse to suspend what is not open."""
    if tenant.state != _State.ACTIVE:
        raise Refused(_("Cet espace n’est pas ouvert\u00a0: il n’y a rien à suspendre."))


def check_may_reopen(tenant: Tenant, *, half_gone: bool) -> None:
    """Refuse to reopen what is open, or gone, be it in part."""
    if tenant.state not in CLOSED:
        raise Refused(_("Seul un espace suspendu ou archivé se rouvre."))
    _check_whole(half_gone=half_gone)


def check_may_archive(tenant: Tenant, *, half_gone: bool) -> None:
    """Refuse to archive what is gone, be it in part."""
    if tenant.state == _State.DELETED:
        raise Refused(_("Cet espace a été supprimé\u00a0: il n’y a plus rien à archiver."))
    _check_whole(half_gone=half_gone)


def _check_whole(*, half_gone: bool) -> None:
    if half_gone:
        raise Refused(
            _(
                "Sa suppression a commencé\u00a0: ses fichiers sont déjà effacés."
                " Reprenez-la, ou restaurez une archive."
            )
        )


def check_still_closed(tenant: Tenant) -> None:
    """Refuse to do to an open space what was asked for while it was closed."""
    if tenant.state not in CLOSED:
        raise Refused(_("Cet espace a été rouvert entre-temps\u00a0: rien n’a été fait."))


def check_may_export(tenant: Tenant, *, made: list[SpaceOperation], at: dt.datetime) -> None:
    """Refuse an export of what is closed, or a fourth one within a day."""
    if tenant.state != _State.ACTIVE:
        raise Refused(_("Cet espace n’est pas ouvert."))
    if sum(operation.asked_at > at - EXPORTS_DAY for operation in made) >= MOST_EXPORTS_A_DAY:
        raise Refused(_("Trois copies ont été préparées aujourd’hui. Revenez demain."))


def check_may_take_out(archive: Archive, *, reason: str) -> None:
    """Refuse to hand out a file that was removed, or to somebody who does not say why."""
    _check_stands(archive)
    if not archive.is_export and not archive.name.endswith(archive.SEALED):
        raise Refused(
            _("Cette archive est d’une ancienne forme, sans sceau\u00a0: elle ne sort pas d’ici.")
        )
    if not reason.strip():
        raise Refused(
            _("Dites pourquoi\u00a0: les administrateurs de l’espace le liront."), field="reason"
        )


def check_may_restore(archive: Archive) -> None:
    """Refuse to restore from a file that was removed, or that was made to be read."""
    _check_stands(archive)
    if archive.is_export:
        raise Refused(
            _("Cette copie est faite pour être lue\u00a0: restaurez une archive complète.")
        )


def _check_stands(archive: Archive) -> None:
    if archive.removed_at is not None:
        raise Refused(_("Le fichier de cette archive a été supprimé."))


def check_may_delete(tenant: Tenant, *, confirmation: str, obstacles: list[str]) -> None:
    """Refuse to delete what is open, what something stands against, or what was not named."""
    if tenant.state == _State.DELETED:
        raise Refused(_("Cet espace est déjà supprimé."))
    if tenant.state not in CLOSED:
        raise Refused(_("Suspendez ou archivez d’abord cet espace."))
    check_nothing_stands_against(obstacles)
    if confirmation.strip().lower() != tenant.slug:
        raise Refused(
            _("Écrivez %(slug)s pour confirmer.") % {"slug": tenant.slug}, field="confirmation"
        )


def check_nothing_stands_against(obstacles: list[str]) -> None:
    """Refuse with everything that stands against a deletion, so that it can be settled."""
    if obstacles:
        raise Refused(" ".join(obstacles))


def check_kept_until(day: dt.date | None, *, at: dt.datetime) -> None:
    """Refuse to keep the archives of a deleted space in the past, or for ever."""
    if day is not None and not at.date() < day <= (at + LONGEST_KEPT).date():
        raise Refused(_("Choisissez un jour dans l’année qui vient."), field="keep_until")


def check_may_try_again(operation: SpaceOperation) -> None:
    """Refuse to try again what has not failed."""
    if operation.state != SpaceOperation.State.FAILED:
        raise Refused(_("Cette opération n’a pas échoué\u00a0: rien n’est à reprendre."))


def titles_of_work(kind: str) -> dict[str, str]:
    """Return the steps of a operation in their order, in words."""
    titles: dict[str, dict[str, str]] = {
        _Kind.SUSPEND: {
            "tell": _("Prévenir les administrateurs"),
            "door": _("Fermer la porte de la base de données"),
        },
        _Kind.TAKEOUT: {"tell": _("Prévenir les administrateurs")},
        _Kind.REOPEN: {"door": _("Rouvrir la porte de la base de données")},
        _Kind.ARCHIVE: {
            "tell": _("Prévenir les administrateurs"),
            "rows": _("Copier les lignes, telles qu’à un même instant"),
            "files": _("Ajouter les fichiers"),
            "store": _("Ranger l’archive"),
        },
        _Kind.RESTORE: {
            "check": _("Vérifier chaque morceau de l’archive"),
            "rows": _("Reconstruire l’espace et ses lignes"),
            "files": _("Remettre les fichiers"),
        },
        _Kind.DELETE: {
            "tell": _("Prévenir les administrateurs"),
            "door": _("Fermer la porte et retirer les tâches"),
            "files": _("Effacer les fichiers et les archives"),
            "store": _("Effacer ce qui n’était gardé que pour un moment"),
            "shared": _("Effacer ce qui se trouvait en commun"),
            "schema": _("Effacer l’espace lui-même et son accès à la base"),
        },
    }
    return titles[kind]


def steps_of_work(operation: SpaceOperation, said: Said) -> list[Step]:
    """Return the steps of a work with their state, as far as the job has told of them."""
    heard = {step["step"]: dt.datetime.fromisoformat(step["at"]) for step in said}
    titles = {
        key: title
        for key, title in titles_of_work(operation.kind).items()
        if operation.state != SpaceOperation.State.DONE or key in heard
    }
    reached = max((number for number, key in enumerate(titles) if key in heard), default=-1)
    return [
        Step(title, _state_of_step(number, reached, operation.state), _seconds(key, heard))
        for number, (key, title) in enumerate(titles.items())
    ]


def _state_of_step(number: int, reached: int, state: str) -> str:
    if number < reached or state == SpaceOperation.State.DONE:
        return "done"
    if number > reached:
        return "waiting"
    return "failed" if state == SpaceOperation.State.FAILED else "running"


def _seconds(key: str, heard: dict[str, dt.datetime]) -> str:
    later = [moment for moment in heard.values() if key in heard and moment > heard[key]]
    if not later:
        return ""
    seconds = (min(later) - heard[key]).total_seconds()
    return _("%(seconds)s s") % {"seconds": f"{seconds:.1f}".replace(".", ",")}


def receipt_of(counted: dict[str, int]) -> list[Receipt]:
    """Return what was removed of a space, in words, without what there was none of."""
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
        "foundings": _("création de l’espace"),
        "treaties": _("accords avec d’autres espaces"),
        "shared_items": _("annonces montrées aux voisins"),
        "works": _("opérations antérieures"),
        "contacts": _("adresses de CSE"),
    }
    return [Receipt(words.get(kind, kind), count) for kind, count in counted.items() if count]
