"""Sentences of the faults of a cell, and the step that mends each."""

from django.utils.translation import gettext_lazy as later

from billing.wording.outlook import Sentences
from tenants.spaces.database.cells import faults
from tenants.spaces.database.cells.faults import Fault

_TITLES: Sentences = {
    faults.AWAY: later("%(cell)s injoignable"),
    faults.LOCKS: later("%(cell)s\u00a0: un verrou est ouvert"),
    faults.ORPHAN: later("%(cell)s\u00a0: un schéma sans espace"),
    faults.HALF: later("%(cell)s\u00a0: un acte n’est peut-être gardé qu’à moitié (%(figure)s)"),
    faults.UNSUBSCRIBED: later("%(cell)s n’est pas abonnée"),
    faults.DISABLED: later("%(cell)s\u00a0: son abonnement est arrêté"),
    faults.FAILED: later("%(cell)s n’arrive pas à écrire ce qu’elle reçoit"),
    faults.SLOTLESS: later("%(cell)s\u00a0: rien n’est gardé pour elle"),
    faults.IDLE: later("%(cell)s ne vient plus chercher les nouveautés"),
    faults.LOST: later("%(cell)s\u00a0: des nouveautés sont perdues"),
    faults.LONG: later("%(cell)s\u00a0: %(figure)s\u00a0Mio de nouveautés attendent"),
    faults.SILENT: later("%(cell)s n’entend plus rien depuis %(figure)s\u00a0s"),
}
_AGAIN = later(
    "Lancez «\u00a0manage.py cell add %(cell)s\u00a0»\u00a0: les tables communes y sont "
    "recopiées en quelques secondes, pendant lesquelles des pages de ses espaces peuvent manquer."
)
_STEPS: Sentences = {
    faults.AWAY: later(
        "Relancez PostgreSQL sur sa machine, ou corrigez son adresse (CELLS, CELL_OWNERS). D’ici "
        "là, ses espaces montrent la page de panne\u202f; les autres ne remarquent rien."
    ),
    faults.LOCKS: later(
        "Passez-y infra/database/cluster.sql, locks.sql et access.sql en superutilisateur, puis "
        "lancez «\u00a0manage.py cell add %(cell)s\u00a0»."
    ),
    faults.ORPHAN: later("Une construction interrompue l’a laissé\u00a0: l’horloge le supprime."),
    faults.HALF: later(
        "La maison l’a gardé, l’espace peut-être pas. Lisez dans les journaux ce que cette requête "
        "a fait\u00a0: refaites la part de l’espace, ou reprenez-la à la maison. Puis lancez "
        "«\u00a0manage.py cell settled %(cell)s\u00a0»."
    ),
    faults.UNSUBSCRIBED: _AGAIN,
    faults.DISABLED: later(
        "Lisez le journal de son PostgreSQL, corrigez la ligne qu’il nomme, puis lancez-y "
        "«\u00a0ALTER SUBSCRIPTION troovon_%(cell)s ENABLE\u00a0» avec le compte propriétaire."
    ),
    faults.FAILED: later(
        "Le journal de son PostgreSQL nomme la table et la ligne\u00a0: corrigez-la là-bas avec le "
        "compte propriétaire, et cela repart de soi-même. Sinon, lancez «\u00a0manage.py "
        "prepare\u00a0»."
    ),
    faults.SLOTLESS: _AGAIN,
    faults.IDLE: later(
        "Vérifiez que son serveur atteint celui de la maison à l’adresse de DATABASE_OWNER_URL, et "
        "cherchez «\u00a0logical replication\u00a0» dans le journal de son PostgreSQL."
    ),
    faults.LOST: _AGAIN,
    faults.LONG: later(
        "Corrigez ce qui l’empêche de suivre\u00a0: sinon, le disque de la maison se remplit "
        "jusqu’à max_slot_wal_keep_size."
    ),
    faults.SILENT: later(
        "Vérifiez que son serveur atteint celui de la maison, et lisez le journal de son "
        "PostgreSQL."
    ),
}


def title_of(subject: str, details: str) -> str:
    """Return the title of a fault: the subject of its incident is the cell and the kind."""
    cell, _space, kind = subject.partition(" ")
    return str(_TITLES[kind]) % {"cell": cell, "figure": details}


def advice_of(subject: str) -> str:
    """Return the step that mends a fault."""
    cell, _space, kind = subject.partition(" ")
    return str(_STEPS[kind]) % {"cell": cell}


def of_fault(fault: Fault) -> tuple[str, str]:
    """Return title and step of a fault as it is now."""
    subject = f"{fault.cell} {fault.kind}"
    return title_of(subject, fault.figure), advice_of(subject)
