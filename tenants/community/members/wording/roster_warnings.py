"""Warnings about a list of staff before it is confirmed; none refuses it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saas.kernel.display.writing import num
from tenants.spaces.rules.workplaces import domain_of, is_free_mail

MOST_NAMED = 5


def of(
    addresses: Sequence[str],
    *,
    new: Sequence[str],
    domains: Mapping[str, int | None],
    own: str,
) -> list[str]:
    """Return what may be wrong with a list: its file, its domains, its own administrator."""
    found = []
    listed = {domain_of(address) for address in addresses}
    if domains and addresses and not listed & domains.keys():
        found.append(
            _(
                "Aucune adresse de cette liste n’est d’un domaine de votre espace\u00a0: "
                "est-ce bien votre fichier\u202f?"
            )
        )
    elif addresses and own not in addresses:
        found.append(
            _("Votre propre adresse n’est pas dans cette liste\u00a0: est-elle complète\u202f?")
        )
    return [*found, *_of_free_mail(new)]


def of_others(new: Collection[str], elsewhere: Collection[str]) -> str:
    """Return the sentence on addresses in domains that other spaces have proven, or ""."""
    many = sum(domain_of(address) in elsewhere for address in new)
    words = ngettext(
        "%(many)s adresse est d’un domaine prouvé par un autre espace (%(domains)s).",
        "%(many)s adresses sont de domaines prouvés par d’autres espaces (%(domains)s).",
        many,
    )
    return words % {"many": num(many), "domains": _listed(elsewhere)} if many else ""


def _of_free_mail(new: Sequence[str]) -> list[str]:
    counts = Counter(domain_of(address) for address in new)
    free = {domain: many for domain, many in counts.items() if is_free_mail(domain)}
    total = sum(free.values())
    if not total:
        return []
    words = ngettext(
        "%(many)s adresse est d’une messagerie ouverte à tous (%(domains)s)\u00a0: elle reste à la "
        "personne après son départ.",
        "%(many)s adresses sont de messageries ouvertes à tous (%(domains)s)\u00a0: elles restent "
        "aux personnes après leur départ.",
        total,
    )
    return [words % {"many": num(total), "domains": _listed(free)}]


def _listed(domains: Collection[str]) -> str:
    shown = sorted(domains)[:MOST_NAMED]
    return ", ".join(shown) + ("…" if len(domains) > MOST_NAMED else "")
