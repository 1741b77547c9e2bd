"""Sentences of an incident: its title, its remedy, and the console's page for it."""

from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from billing.models import Case, StripeCall
from billing.wording.outlook import Sentences
from saas.monitoring import cell_wording, queries
from saas.monitoring.models import Trouble


class Words(NamedTuple):
    """A trouble in the reader's language; `page` is the path of its page on the console."""

    title: str
    advice: str
    page: str


PAGES: dict[str, str] = {
    Trouble.Kind.STRIPE_HALT: "ops:jobs",
    Trouble.Kind.PARKED_CALL: "ops:jobs",
    Trouble.Kind.PARKED_EVENT: "ops:jobs",
    Trouble.Kind.OPEN_CASE: "ops:case",
    Trouble.Kind.SHORT_BALANCE: "ops:transfers",
    Trouble.Kind.CLOCK: "ops:troubles",
    Trouble.Kind.JOB: "ops:troubles",
    Trouble.Kind.DISK: "ops:troubles",
    Trouble.Kind.PROCESS: "ops:troubles",
    Trouble.Kind.QUEUE: "ops:troubles",
    Trouble.Kind.BACKUP: "ops:troubles",
    Trouble.Kind.SET_ASIDE: "ops:jobs",
    Trouble.Kind.CELL: "ops:cells",
}
_TITLES: Sentences = {
    Trouble.Kind.STRIPE_HALT: later("Stripe refuse notre clé"),
    Trouble.Kind.PARKED_CALL: later("Appel à Stripe arrêté\u00a0: %(what)s"),
    Trouble.Kind.PARKED_EVENT: later("Événement de Stripe arrêté\u00a0: %(what)s"),
    Trouble.Kind.OPEN_CASE: later("Écart à examiner\u00a0: %(what)s"),
    Trouble.Kind.SHORT_BALANCE: later("Le solde Stripe est trop bas"),
    Trouble.Kind.CLOCK: later("L’horloge est arrêtée"),
    Trouble.Kind.JOB: later("Tâche en retard\u00a0: %(what)s"),
    Trouble.Kind.DISK: later("Disque presque plein\u00a0: %(what)s"),
    Trouble.Kind.PROCESS: later("Processus arrêté\u00a0: %(what)s"),
    Trouble.Kind.QUEUE: later("File en attente\u00a0: %(what)s"),
    Trouble.Kind.BACKUP: later("Aucune sauvegarde vérifiée depuis plus d’un jour"),
    Trouble.Kind.SET_ASIDE: later("Tâche mise de côté\u00a0: %(what)s"),
    Trouble.Kind.CELL: later("Cellule %(what)s"),
}
_ADVICE: Sentences = {
    Trouble.Kind.STRIPE_HALT: later(
        "Plus rien n’est envoyé à Stripe\u00a0: ni paiement, ni reversement, ni remboursement. "
        "Vérifiez STRIPE_SECRET_KEY (révoquée, expirée, restreinte\u202f?), relancez Troovon si "
        "elle change, puis cliquez «\u00a0reprendre\u00a0» dans Tâches."
    ),
    Trouble.Kind.PARKED_CALL: later(
        "Il ne repart pas seul. Lisez sa raison dans Tâches, corrigez, puis réessayez-le\u00a0: "
        "rien n’est fait deux fois."
    ),
    Trouble.Kind.PARKED_EVENT: later(
        "Il ne repart pas seul. Lisez sa raison dans Tâches, corrigez, puis réessayez-le."
    ),
    Trouble.Kind.OPEN_CASE: later(
        "Stripe et nos livres ne disent pas la même chose. Ouvrez l’écart\u00a0: il se clôt seul "
        "s’il s’explique, sinon classez-le avec son motif."
    ),
    Trouble.Kind.SHORT_BALANCE: later(
        "Il ne couvre pas ce qui est dû aux CSE. Ajoutez des fonds au solde depuis le tableau de "
        "bord de Stripe\u00a0: ce qui attend repart de soi-même dans l’heure."
    ),
    Trouble.Kind.CLOCK: later(
        "Plus rien ne commence de soi-même\u00a0: parts, relances, rapprochement. Relancez les "
        "processus beat et worker\u202f; les nuits manquées se rattrapent seules."
    ),
    Trouble.Kind.JOB: later(
        "Elle échoue ou ne commence plus. Lisez le journal du worker à son nom\u202f; elle est "
        "refaite à son heure, et cette alerte se ferme dès qu’elle réussit."
    ),
    Trouble.Kind.DISK: later(
        "Il ne reste que %(free)s\u00a0Mio. Libérez de la place ou agrandissez le disque avant que "
        "plus rien ne puisse s’écrire."
    ),
    Trouble.Kind.PROCESS: later(
        "Il ne donne plus signe de vie. Relancez-le et lisez son journal\u00a0: ce qui attend dans "
        "sa file n’est pas perdu, et repart de soi-même."
    ),
    Trouble.Kind.QUEUE: later(
        "Des tâches y attendent depuis plus d’un quart d’heure. Si son processus tourne, il est "
        "trop lent ou bloqué\u00a0: lisez son journal, ou lancez-en un de plus."
    ),
    Trouble.Kind.BACKUP: later(
        "Si le serveur se perdait maintenant, ce qui s’est écrit depuis ne reviendrait peut-être "
        "pas. Lancez «\u00a0manage.py backup nightly\u00a0» et lisez ce qu’elle répond\u00a0: le "
        "dépôt est plein, hors d’atteinte, ou la dernière restauration d’essai a échoué."
    ),
    Trouble.Kind.SET_ASIDE: later(
        "Elle a tué son processus deux fois, et ne repart pas seule. Lisez le journal à cette "
        "heure (mémoire, bibliothèque), corrigez, puis réessayez-la dans Tâches."
    ),
}
_DISKS: Sentences = {
    queries.DATA: later("les fichiers (DATA_DIR)"),
    queries.DATABASE: later("la base PostgreSQL"),
}
_DUTIES: Sentences = {
    "worker": later("worker (e-mails et documents, file default)"),
    "caller": later("caller (Stripe et paiements, file calls)"),
    "fetcher": later("fetcher (serveurs d’autres, file fetches)"),
    "founder": later("founder (construction des espaces, file owner)"),
    "beat": later("beat (horloge)"),
    "web": later("web (pages)"),
}
_WHAT: dict[str, Callable[[str, str], str]] = {
    Trouble.Kind.PARKED_CALL: lambda _, details: _label(StripeCall.Kind, details),
    Trouble.Kind.PARKED_EVENT: lambda _, details: details,
    Trouble.Kind.OPEN_CASE: lambda _, details: _label(Case.Kind, details),
    Trouble.Kind.JOB: lambda subject, _: subject,
    Trouble.Kind.PROCESS: lambda subject, _: str(_DUTIES.get(subject, subject)),
    Trouble.Kind.QUEUE: lambda subject, details: f"{subject} ({details})",
    Trouble.Kind.SET_ASIDE: lambda _, details: details,
    Trouble.Kind.CELL: cell_wording.title_of,
    Trouble.Kind.DISK: lambda subject, _: str(_DISKS.get(subject, subject)),
}


def of_trouble(trouble: Trouble) -> Words:
    """Return an incident's title, remedy and page."""
    kind = Trouble.Kind(trouble.kind)
    arguments = [trouble.subject] if kind == Trouble.Kind.OPEN_CASE else []
    return Words(
        title=title_of(trouble.kind, trouble.subject, trouble.details),
        advice=_advice(kind, trouble),
        page=reverse(PAGES[kind], args=arguments, urlconf=settings.OPERATOR_URLCONF),
    )


def _advice(kind: str, trouble: Trouble) -> str:
    if kind == Trouble.Kind.CELL:
        return cell_wording.advice_of(trouble.subject)
    return str(_ADVICE[kind]) % {"free": trouble.details}


def title_of(kind: str, subject: str, details: str) -> str:
    """Return the short title of an incident."""
    what = _WHAT[kind](subject, details) if kind in _WHAT else ""
    return str(_TITLES[kind]) % {"what": what}


def page_of_all() -> str:
    """Return the path of the console's page of all troubles."""
    return reverse("ops:troubles", urlconf=settings.OPERATOR_URLCONF)


def subject_of(words: list[Words], *, ended: bool) -> str:
    """Return a mail's subject: the title of a single incident, or the number of incidents."""
    if len(words) == 1:
        title = {"title": words[0].title}
        return (
            _("Réglé\u00a0: %(title)s") % title if ended else _("Alerte\u00a0: %(title)s") % title
        )
    count = {"count": len(words)}
    return _("%(count)d alertes réglées") % count if ended else _("%(count)d alertes") % count


def _label(choices: type[StripeCall.Kind] | type[Case.Kind], value: str) -> str:
    """Return a choice's label, or the value of a choice unknown to this release."""
    return str(dict(choices.choices).get(value, value))
