"""Rules of operations on a whole space: their permitted states and their steps."""

import datetime as dt

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from tenants.spaces.models import Archive, PlannedDeletion, SpaceOperation, Tenant

OPERATION_STUCK_AFTER = dt.timedelta(minutes=2)
MOST_TRIES = 5
# An export without closing is fetched within a month, or made again.
EXPORT_RETENTION = dt.timedelta(days=30)
EXPORTS_DAY, MOST_EXPORTS_A_DAY = dt.timedelta(days=1), 3
# The time for an operator to download an archive after the reason was given; then a new reason is
# needed.
TAKEOUT_LASTS = dt.timedelta(hours=1)
LONGEST_RETENTION = dt.timedelta(days=365)
END_OF_WORK = "end"
# An obstacle to a planned deletion on its day moves it by this time.
MOVED_BY = dt.timedelta(days=7)
REMINDED_DAYS = (7, 1)
_State = Tenant.State
CLOSED = frozenset({_State.SUSPENDED, _State.ARCHIVED})


def check_may_suspend(tenant: Tenant) -> None:
    """Raise Refused unless the space is open."""
    if tenant.state != _State.ACTIVE:
        raise Refused(_("Cet espace n’est pas ouvert\u00a0: il n’y a rien à suspendre."))


def check_may_reopen(tenant: Tenant, *, half_gone: bool) -> None:
    """Raise Refused unless the space is closed and not even partly deleted."""
    if tenant.state not in CLOSED:
        raise Refused(_("Seul un espace suspendu ou archivé se rouvre."))
    check_is_not_half_gone(half_gone=half_gone)


def check_may_archive(tenant: Tenant, *, half_gone: bool) -> None:
    """Raise Refused for a space deleted in whole or in part."""
    if tenant.state == _State.DELETED:
        raise Refused(_("Cet espace a été supprimé\u00a0: il n’y a plus rien à archiver."))
    check_is_not_half_gone(half_gone=half_gone)


def check_is_not_half_gone(*, half_gone: bool) -> None:
    """Raise Refused if the space's deletion has begun."""
    if half_gone:
        raise Refused(
            _(
                "Sa suppression a commencé\u00a0: ses fichiers sont déjà effacés."
                " Reprenez-la, ou restaurez une archive."
            )
        )


def check_still_closed(tenant: Tenant) -> None:
    """Raise Refused if the space was reopened after the operation was requested."""
    if tenant.state not in CLOSED:
        raise Refused(_("Cet espace a été rouvert entre-temps\u00a0: rien n’a été fait."))


def check_may_export(tenant: Tenant, *, made: list[SpaceOperation], at: dt.datetime) -> None:
    """Raise Refused for an export of a closed space, or a fourth export within a day."""
    if tenant.state != _State.ACTIVE:
        raise Refused(_("Cet espace n’est pas ouvert."))
    lately = [operation for operation in made if operation.asked_at > at - EXPORTS_DAY]
    if sum(one.state != SpaceOperation.State.FAILED for one in lately) >= MOST_EXPORTS_A_DAY:
        raise Refused(_("Trois copies ont été préparées aujourd’hui. Revenez demain."))


def check_may_take_out(archive: Archive, *, reason: str) -> None:
    """Raise Refused for a removed or unsealed file, or without a reason."""
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
    """Raise Refused for an open space, an obstacle, or a wrong confirmation."""
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
    """Raise Refused with all obstacles to a deletion, so that they can be settled."""
    if obstacles:
        raise Refused(" ".join(obstacles))


def check_may_plan(tenant: Tenant, *, is_planned: bool, name: str) -> None:
    """Raise Refused for a closed space, an existing plan, or a wrong name."""
    if tenant.state != _State.ACTIVE:
        raise Refused(_("Cet espace n’est pas ouvert."))
    if is_planned:
        raise Refused(_("Sa suppression est déjà programmée."))
    if plain_name(name) != plain_name(tenant.name):
        raise Refused(_("Écrivez %(name)s pour confirmer.") % {"name": tenant.name}, field="name")


def check_may_confirm(
    plan: PlannedDeletion | None, *, name: str, by: str, is_council: bool, has_second: bool
) -> PlannedDeletion:
    """Raise Refused for a missing plan, a second confirmation, or a person not entitled to confirm.

    The planner is not entitled, nor is a council's representative if another administrator exists.
    """
    if plan is None:
        raise Refused(_("Aucune suppression n’est demandée\u00a0: l’espace reste."))
    if plan.confirmed_at is not None:
        raise Refused(_("Sa suppression est déjà programmée."))
    if plan.asked_by == by:
        raise Refused(
            _("Une autre personne la confirme\u00a0: personne ne supprime l’espace seul.")
        )
    if is_council and has_second:
        raise Refused(_("Une autre personne de l’administration confirme cette suppression."))
    if plain_name(name) != plain_name(plan.tenant.name):
        raise Refused(
            _("Écrivez %(name)s pour confirmer.") % {"name": plan.tenant.name}, field="name"
        )
    return plan


def plain_name(name: str) -> str:
    """Return a name as anybody types it: any case, any space, a straight apostrophe."""
    return " ".join(name.replace("’", "'").split()).casefold()


def check_may_call_off(plan: PlannedDeletion, *, is_at_work: bool, at: dt.datetime) -> None:
    """Refuse to call off a deletion that the founder has in its hands."""
    if is_at_work and plan.due_at <= at:
        raise Refused(_("Le délai est passé\u00a0: la suppression a commencé."))


def check_is_due(plan: PlannedDeletion | None, *, at: dt.datetime) -> None:
    """Raise Refused if the planned deletion was cancelled or postponed."""
    if plan is None or plan.due_at > at:
        raise Refused(
            _("Cette suppression n’est plus prévue pour aujourd’hui\u00a0: rien n’a été fait.")
        )


def reminder_due(plan: PlannedDeletion, *, at: dt.datetime) -> int | None:
    """Return the days before the deletion if a reminder is due now."""
    reached = [days for days in REMINDED_DAYS if at >= plan.due_at - dt.timedelta(days=days)]
    days = min(reached, default=None)
    return None if days == plan.reminded_days or at >= plan.due_at else days


def check_retention(day: dt.date | None, *, at: dt.datetime) -> None:
    """Refuse to keep the archives of a deleted space in the past, or for ever."""
    if day is not None and not at.date() < day <= (at + LONGEST_RETENTION).date():
        raise Refused(_("Choisissez un jour dans l’année qui vient."), field="keep_until")


def check_may_try_again(operation: SpaceOperation) -> None:
    """Raise Refused unless the operation has failed."""
    if operation.state != SpaceOperation.State.FAILED:
        raise Refused(_("Cette opération n’a pas échoué\u00a0: rien n’est à reprendre."))
