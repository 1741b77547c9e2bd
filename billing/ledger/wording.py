"""Advice to operators about a difference, or about a file of the bank that cannot be read."""

from django.utils.translation import gettext as _

from billing.models import Case
from saas.kernel.sandbox.verdicts import HEAVY


def advice(case: Case) -> str:
    """Return the operator's next step for a difference."""
    if case.kind == Case.Kind.PAYMENT_MISMATCH and case.subject.startswith(("du_", "dp_")):
        return _(
            "L’appel a rendu l’argent d’une facture dont l’avoir est déjà parti\u00a0: le montant "
            "de cet avoir est à facturer de nouveau, hors de Troovon, comme dit ci-dessous."
        )
    return {
        Case.Kind.MISSING: _(
            "Cherchez ce mouvement chez Stripe. S’il est à nous, l’événement est repris chaque "
            "nuit\u202f; s’il vient d’ailleurs, dites d’où en classant."
        ),
        Case.Kind.EXTRA: _(
            "Nos livres disent qu’un mouvement a eu lieu, Stripe ne le connaît pas. Vérifiez le "
            "compte et le jour\u00a0: rien ne part plus sur cette base."
        ),
        Case.Kind.AMOUNT: _(
            "Les deux côtés connaissent le mouvement pour des montants différents. L’écriture "
            "juste s’ajoute, l’ancienne reste."
        ),
        Case.Kind.UNKNOWN_KIND: _(
            "Stripe nomme ce mouvement d’un mot que nous ne savons pas encore comptabiliser."
        ),
        Case.Kind.CURRENCY: _("Nos livres sont en euros\u00a0: remboursez-le depuis Stripe."),
        Case.Kind.LATE_FEE: _(
            "Stripe n’a pas dit ses frais après trois jours. La question est reposée chaque nuit."
        ),
        Case.Kind.BALANCE: _(
            "Tous les mouvements connus s’expliquent, et pourtant les soldes diffèrent\u00a0: un "
            "mouvement plus ancien que nos comparaisons manque d’un côté."
        ),
        Case.Kind.PAYMENT_MISMATCH: _(
            "Ce que Stripe a encaissé ne correspond pas à la commande\u00a0: rien n’est "
            "comptabilisé ni diffusé. Si la commande a été corrigée, relisez Stripe\u00a0: le cas "
            "s’explique de lui-même. Sinon remboursez le paiement depuis Stripe, puis classez."
        ),
        Case.Kind.UNREQUESTED_REVERSAL: _(
            "Quelqu’un a repris cette part dans le tableau de bord de Stripe. Elle compte pour ce "
            "que le commerçant récupère ensuite, et le cas s’explique alors de lui-même. Sinon "
            "réglez-la au CSE sur pièce, depuis sa page, ou expliquez pourquoi en classant."
        ),
        Case.Kind.FAILING_STEP: _(
            "Cette étape échoue de notre côté, les autres continuent. Le journal du serveur dit "
            "pourquoi."
        ),
        Case.Kind.PAPER: _(
            "Le fichier gardé n’a plus l’empreinte qu’il avait quand il a été fait\u00a0: il n’est "
            "remis à personne. Cherchez qui a pu l’altérer, puis refaites-le\u00a0: redessiné à "
            "l’identique, il prend sa place\u202f; l’autre reste pour l’examen."
        ),
        Case.Kind.ESTABLISHMENT: _(
            "Ce commerçant a payé sans TVA française, puis a changé de pays, de numéro, d’adresse "
            "ou de repère moins de quatre-vingt-dix jours après. Vérifiez où il est établi\u00a0: "
            "s’il l’était en France, la TVA est due sur cette commande. Écrivez votre conclusion "
            "en classant."
        ),
        Case.Kind.STRANDED: _(
            "Une banque a rendu ce virement, et Stripe a fermé le compte du CSE\u00a0: il n’en "
            "part plus rien. Demandez l’argent à Stripe, et réglez le CSE sur pièce depuis sa "
            "page\u00a0: le cas se classe alors de lui-même. La somme attend au compte 471 ce que "
            "Stripe rendra."
        ),
        Case.Kind.BANK_LINE: _(
            "Cette ligne du relevé ne répond à aucun virement connu\u00a0: elle attend au compte "
            "471. Passez-la d’un geste ci-dessous, ou par une écriture manuelle, puis classez."
        ),
    }[Case.Kind(case.kind)]


def step_is_retried() -> str:
    """Return the sentence on the retry of a failed step."""
    return _(
        "Elle est reprise à chaque passage\u00a0: le cas s’explique de lui-même dès "
        "qu’elle réussit."
    )


def unread_statement(failure: str) -> str:
    """Return why a statement of the bank could not be read, with the remedy."""
    sentences = {
        "empty": _("Ce relevé n’a aucune ligne comptabilisée."),
        "too_many_lines": _("Ce relevé est trop lourd\u00a0: demandez-le mois par mois."),
        HEAVY: _(
            "Ce relevé demande trop de mémoire ou de temps\u00a0: nous l’avons essayé deux fois. "
            "Demandez-le mois par mois."
        ),
        "sum": _("Les lignes de ce relevé ne font pas la différence de ses deux soldes."),
        "currency": _("Ce relevé n’est pas en euros."),
        "accounts": _("Ce fichier mêle plusieurs comptes\u00a0: envoyez un compte à la fois."),
        "amount": _("Un montant de ce relevé n’est pas un nombre."),
        "day": _("Une date de ce relevé est illisible."),
        "not_a_statement": _(
            "Nous ne reconnaissons pas ce relevé\u00a0: CAMT.053, ou un CSV avec date, libellé et "
            "montant (ou débit et crédit)."
        ),
    }
    return sentences.get(failure) or _("Ce fichier est illisible.")
