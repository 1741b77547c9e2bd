"""Wording of an invoice's sheet, for the template to set."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from billing.papers.rules.papers import LANGUAGE, Kind, Paper, PaperLine, Party
from billing.papers.wording.mentions import fictional, mentions_of
from saas.kernel.display import writing

_BRAND = "Troovon"
_NONE = "–"


def invoice_words(paper: Paper) -> dict[str, Any]:
    """Return the texts of a paper in French, the language of French accounts, for any reader."""
    with translation.override(LANGUAGE):
        name = name_of(paper.kind)
        return {
            "title": f"{name} {paper.number}",
            "heading": f"{name} {paper.number}",
            "author": paper.seller.name,
            "description": _("%(name)s %(of_seller)s pour %(buyer)s")
            % {
                "name": name,
                "of_seller": writing.elided(paper.seller.name, "de"),
                "buyer": paper.buyer.name,
            },
            "lang": LANGUAGE,
            "region": "fr",
            "number": paper.number,
            "brand": _BRAND,
            "badge": _badge(paper),
            "warning": fictional(paper),
            "parties": [
                _party(_("Vendeur"), paper.seller),
                _party(_("Client"), paper.buyer),
            ],
            "facts": _facts(paper),
            "columns": _columns(paper),
            "lines": [_line(paper, line) for line in paper.lines],
            "totals": _totals(paper),
            "mentions": [
                mention.text for mention in mentions_of(paper) if mention.subject != "SUR"
            ],
            "footer": _(
                "Facture électronique Factur-X\u00a0: ce PDF porte ses données, profil EN 16931."
            ),
        }


def name_of(kind: Kind) -> str:
    """Name a paper as its title does."""
    return _("Avoir") if kind.is_credit else _("Facture")


def _badge(paper: Paper) -> str:
    if paper.kind.is_self_billed:
        return _("Autofacturation")
    return "" if paper.kind.is_credit else _("Acquittée")


def _party(title: str, party: Party) -> dict[str, Any]:
    name = party.name
    if party.trade_name and party.trade_name != name:
        name = f"{name} ({party.trade_name})"
    lines = [
        party.street,
        " ".join(part for part in (party.postcode, party.city, _country(party.country)) if part),
        f"SIREN {writing.siren(party.siren)}" if party.siren else "",
        party.rcs,
        _("TVA %(number)s") % {"number": writing.vat_number(party.vat_number)}
        if party.vat_number
        else "",
        party.email,
    ]
    return {"title": title, "name": name, "lines": [line for line in lines if line]}


def _country(code: str) -> str:
    return f"({code})" if code else ""


def _facts(paper: Paper) -> list[tuple[str, str]]:
    period = f"{writing.shortdate(paper.first_day)} – {writing.shortdate(paper.last_day)}"
    facts = [
        (_("Date d’émission"), writing.shortdate(paper.issued_on)),
        (_("Période de la prestation"), period),
        (_("Nature de l’opération"), _("prestation de services")),
    ]
    if not paper.kind.is_credit:
        facts.append((_("Échéance"), _due(paper)))
    if paper.order_reference:
        facts.append((_("Commande"), paper.order_reference))
    if paper.corrects:
        day = writing.shortdate(paper.corrects.issued_on)
        facts.append((_("Facture corrigée"), f"{paper.corrects.number} · {day}"))
    return facts


def _due(paper: Paper) -> str:
    if paper.due_on is not None:
        return writing.shortdate(paper.due_on)
    return _("réglée le %(day)s") % {"day": writing.shortdate(paper.paid_on)}


def _has_discounts(paper: Paper) -> bool:
    return any(line.discount_cents for line in paper.lines)


def _columns(paper: Paper) -> list[str]:
    discount = [_("Remise")] if _has_discounts(paper) else []
    return [
        _("Désignation"),
        _("Quantité"),
        _("Prix unitaire HT"),
        *discount,
        _("TVA"),
        _("Montant HT"),
    ]


def _line(paper: Paper, line: PaperLine) -> list[str]:
    rate = _("autoliquidée") if paper.is_reverse_charge else writing.rate(line.vat_rate_bp)
    return [
        line.description,
        writing.num(line.quantity),
        writing.eur(line.unit_cents),
        *([_discount(line)] if _has_discounts(paper) else []),
        rate,
        writing.eur(line.net_cents),
    ]


def _discount(line: PaperLine) -> str:
    if not line.discount_cents:
        return _NONE
    return "\n".join(
        part for part in (writing.eur(-line.discount_cents), line.discount_reason) if part
    )


def _totals(paper: Paper) -> list[dict[str, Any]]:
    rows = [_total(_("Total HT"), paper.net_cents)]
    for tax in paper.taxes:
        words = {"rate": writing.rate(tax.vat_rate_bp), "base": writing.eur(tax.net_cents)}
        name = (
            _("TVA, autoliquidée par le client")
            if paper.is_reverse_charge
            else _("TVA %(rate)s sur %(base)s")
        )
        rows.append(_total(name % words, tax.vat_cents))
    if paper.kind.is_credit:
        return [*rows, _total(_("Total TTC de l’avoir"), paper.gross_cents, strong=True)]
    return [
        *rows,
        _total(_("Total TTC"), paper.gross_cents, strong=True),
        _total(_("Déjà réglé"), 0 if paper.due_on else paper.gross_cents),
        _total(_("Reste à payer"), paper.gross_cents if paper.due_on else 0),
    ]


def _total(name: str, cents: int, *, strong: bool = False) -> dict[str, Any]:
    return {"name": name, "value": writing.eur(cents), "strong": strong}
