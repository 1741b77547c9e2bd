"""Sentences about media: why one was refused, how one is read, what the code of the day opens."""

from django.utils.translation import gettext as _

from tenants.community.mediastore.rules.files import MEGABYTE, MOST_PAGES, MOST_RECORDING


def failure(reason: str) -> str:
    """Say to whoever put a medium on the shelf why it cannot stand there, and what to do."""
    sentences = {
        "locked": _(
            "Ce fichier est protégé par un mot de passe ou un verrou numérique : demandez à "
            "l’éditeur un fichier sans verrou."
        ),
        "too_long": _("Ce fichier est trop long : %(pages)d pages au plus. Coupez-le en volumes.")
        % {"pages": MOST_PAGES},
        "too_large": _("Le flux ou un enregistrement dépasse %(limit)d Mo.")
        % {"limit": MOST_RECORDING // MEGABYTE},
        "unreadable": _("Ce fichier est abîmé : ouvrez-le chez vous, puis renvoyez-le."),
        "empty": _("Il n’y a rien à lire ni à écouter dedans."),
        "virus": _("L’antivirus l’a refusé : ne l’ouvrez pas, et prévenez qui vous l’a donné."),
        "wrong_type": _("Ce n’est pas un enregistrement que les navigateurs lisent."),
        "unreachable": _("Cette adresse ne répond pas : vérifiez-la, puis recommencez."),
        "internal": _("Cette adresse ne mène pas à un site public en https."),
    }
    return sentences.get(reason, sentences["unreadable"])


def opens_on_site() -> str:
    """Say beside the code of the day what it is for."""
    return _("Il ouvre ce qui se lit sur place.")
