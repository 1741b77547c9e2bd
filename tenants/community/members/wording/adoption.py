"""Sentences about the usage of a space, with advice if it falls."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from saas.kernel.display.writing import num
from tenants.community.members.wording.ideas import Idea

HALF = 50
WHERE_IT_IS_QUIET = Idea(
    "sprout",
    gettext_lazy("Semez de quoi commencer"),
    gettext_lazy("L’accueil propose des idées\u202f; quelques objets à prêter suffisent."),
    "members:welcome",
)
WHERE_IT_FADES = (
    Idea(
        "utensils",
        gettext_lazy("Proposez un rendez-vous"),
        gettext_lazy("Un déjeuner ou une marche à places comptées ramène du monde en une semaine."),
        "gatherings:announce",
    ),
    Idea(
        "hand-helping",
        gettext_lazy("Faites prêter le CSE"),
        gettext_lazy(
            "Une raclette, un nettoyeur\u00a0: ce que tout le monde cherche fait revenir."
        ),
        "lending:offer",
    ),
    Idea(
        "image",
        gettext_lazy("Dites-le dans le hall"),
        gettext_lazy("Un message sur les écrans touche aussi qui n’ouvre pas l’espace."),
        "kiosk:messages",
    ),
)


def thanks() -> str:
    """Name the thanks among the rooms."""
    return _("Mercis")


def week_columns() -> list[str]:
    """Name the columns of a week, before those of the rooms."""
    return [_("Semaine du"), _("Personnes actives")]


def arrivals() -> str:
    """Return the heading of the column of new members."""
    return _("Arrivées")


def room_columns() -> list[str]:
    """Name the columns of a room."""
    return [_("Rubrique"), _("Actifs, 7 jours"), _("Actifs, 30 jours")]


def company_columns() -> list[str]:
    """Name the columns of a company."""
    return [
        _("Entreprise"),
        _("Effectif déclaré"),
        _("Membres"),
        _("Membres actifs, 30 jours"),
    ]


def month_columns() -> list[str]:
    """Name the columns of a month."""
    return [_("Mois"), _("Membres à la fin du mois"), _("Arrivées"), _("Membres actifs")]


def site_columns() -> list[str]:
    """Name the columns of a site."""
    return [_("Site"), _("Effectif déclaré"), _("Membres"), _("Membres actifs, mois dernier")]


def few_joined(members: int, employees: int) -> Idea:
    """Return the advice for a space that most employees have not joined."""
    values = {"members": num(members), "employees": num(employees)}
    return Idea(
        "megaphone",
        ngettext(
            "%(members)s membre pour %(employees)s salariés déclarés",
            "%(members)s membres pour %(employees)s salariés déclarés",
            members,
        )
        % values,
        _("Une affiche à la cafétéria, un lien par e-mail\u00a0: on entre en une minute."),
        "members:invitations",
    )


def advice(
    *,
    few: Idea | None,
    quiet_sites: Sequence[str],
    quiet: bool,
    fades: bool,
    unused: Sequence[str],
) -> list[Idea]:
    """Return advice if few members joined, hardly any are active, usage falls or rooms are idle."""
    far = Idea(
        "map-pin",
        _("Un site en retrait\u00a0: %(sites)s") % {"sites": ", ".join(quiet_sites)},
        _("Imprimez l’affiche de ce site, et proposez-y un premier rendez-vous."),
        "members:invitations",
    )
    idle = Idea(
        "eye-off",
        _("Presque personne ici depuis un mois\u00a0: %(rooms)s") % {"rooms": ", ".join(unused)},
        _("Lancez la rubrique vous-même, ou éteignez-la\u00a0: un menu court se lit mieux."),
        "spaces:modules",
    )
    return [
        *([few] if few else []),
        *([far] if quiet_sites else []),
        *([WHERE_IT_IS_QUIET] if quiet else []),
        *(WHERE_IT_FADES if fades or quiet else []),
        *([idle] if unused else []),
    ]
