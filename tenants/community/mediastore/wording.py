"""Sentences about media: reasons of a rejection, how to read, the use of the daily code."""

from django.utils.translation import gettext as _

from saas.kernel.notifying import Words
from saas.kernel.sandbox.openers.limits import MOST_PAGES
from tenants.community.mediastore.rules.files import MEGABYTE, MOST_RECORDING, TOO_HEAVY


def failure(reason: str) -> str:
    """Return the reason why a provider's medium was rejected, and how to mend it."""
    sentences = {
        "locked": _(
            "Ce fichier est protégé par un mot de passe ou un verrou numérique : demandez à "
            "l’éditeur un fichier sans verrou."
        ),
        "too_long": _(
            "Ce fichier est trop long (%(pages)d pages au plus pour un PDF). Coupez-le en volumes."
        )
        % {"pages": MOST_PAGES},
        TOO_HEAVY: _(
            "Ce fichier demande trop de mémoire ou de temps\u00a0: nous l’avons essayé deux fois. "
            "Retirez-le, puis ajoutez-en un plus léger."
        ),
        "too_large": _("Le flux ou un enregistrement dépasse %(limit)d Mo.")
        % {"limit": MOST_RECORDING // MEGABYTE},
        "unreadable": _("Ce fichier est endommagé : vérifiez qu’il s’ouvre, puis renvoyez-le."),
        "empty": _("Il n’y a rien à lire ni à écouter dedans."),
        "virus": _("L’antivirus l’a refusé : ne l’ouvrez pas, et prévenez qui vous l’a donné."),
        "wrong_type": _("Ce n’est pas un enregistrement que les navigateurs lisent."),
        "unreachable": _("Cette adresse ne répond pas : vérifiez-la, puis recommencez."),
        "internal": _("Cette adresse ne mène pas à un site public en https."),
    }
    return sentences.get(reason, sentences["unreadable"])


def is_open_to_all(title: str) -> Words:
    """Return the notification that a medium no longer needs to be borrowed."""
    text = _("«\u00a0%(title)s\u00a0» s’ouvre maintenant sans l’emprunter.") % {"title": title}
    return Words(_("Vous n’avez plus à attendre"), text, _("Ouvrir"))


def is_gone(title: str) -> Words:
    """Return the notification that a medium was withdrawn, and its loans and waiting list ended."""
    text = _(
        "«\u00a0%(title)s\u00a0» a été retiré de la médiathèque\u00a0: votre emprunt, ou votre "
        "place dans la file, a pris fin."
    ) % {"title": title}
    return Words(_("Un média n’est plus en rayon"), text, _("Voir le rayon"))


def opens_on_site() -> str:
    """Return the explanation shown beside the code of the day."""
    return _("Il ouvre ce qui se lit sur place.")
