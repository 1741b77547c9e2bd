"""Sentences about the charter and about a case: its state, its notifications, its mails."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saas.kernel.notifying import Words
from tenants.community.moderation.models import Case, Decision, Reason

State = Case.State
Outcome = Decision.Outcome

KINDS: dict[str, str | Promise] = {
    "classified": gettext_lazy("Annonce"),
    "thing": gettext_lazy("Objet prêté"),
    "gathering": gettext_lazy("Activité"),
    "ride": gettext_lazy("Trajet"),
    "deal": gettext_lazy("Bon plan"),
    "medium": gettext_lazy("Média du rayon"),
    "message": gettext_lazy("Message"),
    "profile": gettext_lazy("Profil"),
    "picture": gettext_lazy("Photo"),
    "neighbour": gettext_lazy("Chez un voisin"),
}
KIND_CHOICES = [(kind, kind) for kind in KINDS]
SYMBOLS: dict[str, str] = {
    "classified": "tag",
    "thing": "hand-helping",
    "gathering": "calendar-days",
    "ride": "car",
    "deal": "ticket",
    "medium": "book-open",
    "message": "message-circle",
    "profile": "user",
    "picture": "image",
    "neighbour": "handshake",
}
REASON_SYMBOLS: dict[str, str] = {
    Reason.WEAPON: "shield",
    Reason.MEDICINE: "pill",
    Reason.TOBACCO: "cigarette",
    Reason.ANIMAL: "paw-print",
    Reason.COUNTERFEIT: "copy",
    Reason.SCAM: "triangle-alert",
    Reason.HATE: "message-circle",
    Reason.HARASSMENT: "megaphone",
    Reason.PRIVACY: "lock",
    Reason.BUSINESS: "store",
    Reason.MISPLACED: "map-pin",
    Reason.OTHER: "ellipsis",
}

COMMON_RULES = (
    gettext_lazy("On échange entre collègues, pas pour un métier."),
    gettext_lazy("Chaque chose à sa place, décrite comme elle est."),
    gettext_lazy("On se parle et on se montre avec respect."),
    gettext_lazy(
        "Ni arme, ni médicament, ni tabac, ni animal, ni contrefaçon, ni rien que la loi interdit."
    ),
    gettext_lazy("Ce que l’on lit ici reste ici."),
)
SOURCES: dict[str, str | Promise] = {
    Reason.WEAPON: gettext_lazy("code de la sécurité intérieure, art. L. 313-2"),
    Reason.MEDICINE: gettext_lazy("code de la santé publique, art. L. 4211-1 et L. 4211-2"),
    Reason.TOBACCO: gettext_lazy("code général des impôts, art. 568 et 568 ter"),
    Reason.ANIMAL: gettext_lazy("code rural et de la pêche maritime, art. L. 214-8, VI"),
    Reason.COUNTERFEIT: gettext_lazy(
        "code de la propriété intellectuelle, art. L. 716-9 ; code pénal, art. 321-1"
    ),
    Reason.SCAM: gettext_lazy("code pénal, art. 313-1"),
    Reason.HATE: gettext_lazy("loi du 29 juillet 1881, art. 33"),
    Reason.HARASSMENT: gettext_lazy("code pénal, art. 222-33-2-2"),
    Reason.PRIVACY: gettext_lazy("code civil, art. 9 ; RGPD, art. 6"),
    Reason.BUSINESS: gettext_lazy("règle 1 : on échange entre collègues, pas pour un métier"),
    Reason.MISPLACED: gettext_lazy("règle 2 : chaque chose à sa place, décrite comme elle est"),
    Reason.OTHER: gettext_lazy("règle 3 : on se parle et on se montre avec respect"),
}


def source_of(rule: str) -> str:
    """Return the law, or the rule of the charter, behind a reason."""
    return str(SOURCES.get(rule, ""))


def kind_of(kind: str) -> str:
    """Return the word for the kind of a reported item."""
    return str(KINDS.get(kind, kind))


def symbol_of(kind: str) -> str:
    """Return the icon for the kind of a reported item."""
    return SYMBOLS.get(kind, "flag")


def state_of(case: Case, last: Decision | None) -> str:
    """Return the text for a case's state."""
    if case.state == State.APPEALED:
        return _("Second avis demandé")
    if last is None:
        return _("À examiner")
    return _("Retiré par la modération") if last.outcome == Outcome.REMOVE else _("Gardé en ligne")


def waiting(case: Case) -> Words:
    """Return a moderator's notification about a pending case or appeal."""
    if case.state == State.APPEALED:
        return Words(
            _("Un second avis est demandé"),
            _("La décision sur « %(title)s » (%(what)s) est contestée. À vous de la revoir.")
            % _named(case),
            _("Revoir"),
        )
    return Words(
        _("Un signalement attend la modération"),
        _("Un collègue a signalé « %(title)s » (%(what)s). À vous de regarder.") % _named(case),
        _("Examiner"),
    )


def nobody_decides() -> Words:
    """Return the administrators' notification about a case that no moderator may decide."""
    return Words(
        _("Personne ne peut traiter un signalement"),
        _(
            "Un dossier attend, et personne de la modération ne peut en décider sans être partie "
            "ou l’avoir déjà fait. Donnez le rôle « modération » à une personne de plus."
        ),
        _("Donner le rôle"),
    )


def hidden(case: Case) -> Words:
    """Return the owner's notification that the item is hidden until a decision."""
    return Words(
        _("Masqué le temps d’une vérification : %(title)s") % _named(case),
        _(
            "Trois collègues ont signalé « %(title)s » (%(what)s). Personne n’a encore décidé : "
            "c’est masqué en attendant qu’une personne de la modération regarde. Sa décision vous "
            "sera envoyée."
        )
        % _named(case),
        _("Voir pourquoi"),
    )


def decided_for_owner(case: Case, decision: Decision) -> Words:
    """Return the owner's notification of the decision."""
    words, second = _named(case), decision.instance == Decision.Instance.APPEAL
    if decision.outcome == Outcome.KEEP:
        sentence = (
            _("Le second avis est rendu : « %(title)s » (%(what)s) est visible.")
            if second
            else _(
                "La modération a regardé « %(title)s » (%(what)s), que des collègues avaient "
                "signalé. C’est visible, vous n’avez rien à faire."
            )
        )
        return Words(
            _("Gardé en ligne : %(title)s") % words, sentence % words, _("Lire la décision")
        )
    sentence = (
        _("Le second avis est rendu : « %(title)s » (%(what)s) n’est plus visible.")
        if second
        else _(
            "La modération a retiré « %(title)s » (%(what)s). Les raisons, et comment demander un "
            "second avis, sont sur la page."
        )
    )
    return Words(_("Retiré : %(title)s") % words, sentence % words, _("Lire la décision"))


def decided_for_reporter(case: Case, decision: Decision) -> Words:
    """Return the reporter's notification of the decision."""
    words, removed = _named(case), decision.outcome == Outcome.REMOVE
    if decision.instance == Decision.Instance.APPEAL:
        sentence = (
            _("Le second avis est rendu : « %(title)s » (%(what)s) n’est plus visible.")
            if removed
            else _("Le second avis est rendu : « %(title)s » (%(what)s) est visible.")
        )
        return Words(_("Le second avis est rendu"), sentence % words, _("Lire la décision"))
    sentence = (
        _(
            "Vous aviez signalé « %(title)s » (%(what)s). "
            "La modération a retiré cette publication. Merci."
        )
        if removed
        else _(
            "Vous aviez signalé « %(title)s » (%(what)s). La modération l’a gardé en ligne et dit "
            "pourquoi. Vous pouvez demander un second avis."
        )
    )
    return Words(_("Votre signalement a sa réponse"), sentence % words, _("Lire la décision"))


def _named(case: Case) -> dict[str, str]:
    return {"what": kind_of(case.kind).lower(), "title": case.title[:60]}
