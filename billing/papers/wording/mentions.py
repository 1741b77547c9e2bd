"""Sentences required on an invoice by French law, each with its source.

Code général des impôts (CGI), annexe II, article 242 nonies A: 1° names, SIREN and addresses; 2°
and 4° VAT numbers; 6° the day of issue; 7° a number of an unbroken sequence; 8° quantity, name,
price before tax and rate of each service; 9° discounts; 10° the day of the service; 11° the tax and
the total by rate; 12° the rule of an exemption; 13° « Autoliquidation »; 14° « Autofacturation »;
and, since decree 2022-1299 of 7 October 2022, the category of the operation and the option for the
tax on debits. Code de commerce, article L441-9: the due day, discounts for early payment, penalties
for late payment, and the fixed sum for recovery. Articles R123-237 and R123-238: registration
(RCS), legal form and capital on a company's papers.
"""

from typing import NamedTuple

from django.utils.translation import gettext as _

from billing.papers.rules.papers import Paper, Party
from saas.kernel.display import writing


class Mention(NamedTuple):
    """A sentence, and its subject's code in UNTDID 4451, as EN 16931 (BT-21) writes it."""

    subject: str
    text: str


def mentions_of(paper: Paper) -> list[Mention]:
    """Return all sentences of a paper, in reading order."""
    found = [
        Mention("AAI", settled(paper)),
        Mention("TXD", tax_words(paper)),
        Mention("AAB", early_payment()),
        Mention("PMD", late_payment()),
        Mention("PMT", recovery()),
        Mention("REG", self_billed(paper)),
        Mention("ABL", registration(paper.seller)),
        Mention("SUR", fictional(paper)),
    ]
    return [mention for mention in found if mention.text]


def settled(paper: Paper) -> str:
    """Return how and when it was paid or refunded (Code de commerce, L441-9 I)."""
    day = writing.shortdate(paper.paid_on)
    if paper.corrects is not None and paper.due_on is None:
        return _(
            "Avoir sur la facture %(number)s du %(day)s, rendu par le moyen de paiement d’origine. "
            "Le client qui a déduit la TVA correspondante la régularise (article 272 du CGI)."
        ) % {
            "number": paper.corrects.number,
            "day": writing.shortdate(paper.corrects.issued_on),
        }
    if paper.due_on is not None:
        return _("Reversé par Stripe après le délai de remboursement, au plus tard le %(day)s.") % {
            "day": writing.shortdate(paper.due_on)
        }
    ways = {"card": _("par carte bancaire"), "sepa_debit": _("par prélèvement SEPA")}
    way = ways.get(paper.method, _("en ligne"))
    return _("Facture acquittée le %(day)s %(way)s.") % {"day": day, "way": way}


def tax_words(paper: Paper) -> str:
    """Return the sentence on the party that owes the tax, and its moment.

    Reverse charge: CGI 283-2; articles 44 and 196 of Directive 2006/112/EC. Tax on debits: CGI
    269-2 c; without the option the tax on services is due when they are paid.
    """
    if paper.is_reverse_charge:
        return _(
            "Autoliquidation\u00a0: TVA due par le preneur (article 283-2 du CGI, "
            "articles 44 et 196 de la directive 2006/112/CE)."
        )
    if paper.is_vat_on_debits:
        return _("Option pour le paiement de la taxe d’après les débits.")
    return _("TVA exigible à l’encaissement (article 269-2 c du CGI).")


def early_payment() -> str:
    """Return the sentence: no discount for early payment (Code de commerce, L441-9 I)."""
    return _("Pas d’escompte pour paiement anticipé.")


def late_payment() -> str:
    """Return the sentence on penalties for late payment (Code de commerce, L441-10 II)."""
    return _(
        "En cas de retard\u00a0: pénalités au taux de refinancement de la Banque centrale "
        "européenne majoré de 10 points (article L441-10 du code de commerce)."
    )


def recovery() -> str:
    """Name the fixed sum for recovery (Code de commerce, L441-10 II and D441-5)."""
    return _(
        "Indemnité forfaitaire de 40\u00a0€ pour frais de recouvrement "
        "(article D441-5 du code de commerce)."
    )


def self_billed(paper: Paper) -> str:
    """Return the sentence on self-billing by written mandate (CGI 289 I-2; 242 nonies A I 14°)."""
    if not paper.kind.is_self_billed:
        return ""
    return _(
        "Autofacturation\u00a0: facture établie par %(buyer)s au nom et pour le compte de "
        "%(seller)s, en vertu d’un mandat écrit préalable%(version)s (article 289 I-2 du CGI)."
    ) % {
        "buyer": paper.buyer.name,
        "seller": paper.seller.name,
        "version": _(", version %(number)d") % {"number": paper.mandate_version}
        if paper.mandate_version
        else "",
    }


def registration(party: Party) -> str:
    """Return a company's legal form and registration (Code de commerce, R123-237)."""
    capital = _("au capital de %(capital)s") % {"capital": party.capital} if party.capital else ""
    form = " ".join(part for part in (party.legal_form, capital) if part)
    iban = f"IBAN {party.iban}" if party.iban else ""
    known = [part for part in (form, party.rcs, iban) if part]
    return f"{party.name}, {', '.join(known)}." if known else ""


def fictional(paper: Paper) -> str:
    """Return the sentence that marks a paper of the demonstration as worthless."""
    if not paper.is_fictional:
        return ""
    return _(
        "Document de démonstration\u00a0: le vendeur est fictif, aucun argent n’a circulé, "
        "ce papier n’a aucune valeur."
    )
