"""A council's statement as PDF, to be put into its accounts, and as a sheet for its spreadsheet."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing.councils.rules.budgets import Budgets
from billing.councils.rules.statements import Movement, StatementPage, is_provisional
from billing.papers.rules.papers import Party
from saas.kernel.display import printing, writing
from saas.kernel.values import cells


def file_name(page: StatementPage, extension: str) -> str:
    """Name the file of a statement: CO7K3M9-2026-11-01-2026-11-30.pdf."""
    return f"{page.council_reference}-{page.first_day}-{page.last_day}.{extension}"


def csv(page: StatementPage, *, at: dt.datetime) -> str:
    """Return a statement made `at` as CSV: each movement, then the pending shares."""
    return cells.sheet(_rows(page, at))


def pdf(page: StatementPage, *, at: dt.datetime, reference: str = "") -> bytes:
    """Draw a statement as PDF, dated `at`, in the reader's language."""
    return printing.draw("statement", _words(page, at, reference), at=at)


def _rows(page: StatementPage, at: dt.datetime) -> Iterator[list[str]]:
    yield [
        _("Date"),
        _("Nature"),
        _("Commerçant"),
        _("Campagne"),
        _("Conditions"),
        _("Part"),
        _("Numéro Stripe"),
        _("AEP"),
        _("ASC"),
        _("Montant"),
        _("Solde"),
        _("En attente"),
    ]
    opening = _("Solde au début de la période")
    yield _balance_row(page.first_day, opening, page.opening)
    for line in page.movements:
        yield _movement_row(line)
    yield _balance_row(page.last_day, _closing(page, at), page.closing)
    for waiting in page.waiting:
        about = waiting.about
        yield [
            _iso(page.last_day),
            cells.text(_("En attente\u00a0: %(why)s") % {"why": waiting.why}),
            cells.text(about.merchant),
            cells.text(about.headline),
            "",
            about.share_reference,
            *[""] * 5,
            cells.amount(waiting.cents),
        ]


def _closing(page: StatementPage, at: dt.datetime) -> str:
    if is_provisional(page.last_day, timezone.localdate(at)):
        return _("Solde provisoire\u00a0: la période n’est pas finie")
    return _("Solde à la fin de la période")


def _movement_row(line: Movement) -> list[str]:
    return [
        _iso(line.at),
        cells.text(line.words),
        cells.text(line.about.merchant),
        cells.text(line.about.headline),
        cells.text(_terms(line)),
        line.about.share_reference,
        cells.text(line.stripe_id),
        *_amounts(line.amount),
        cells.amount(line.balance.cents),
        "",
    ]


def _balance_row(day: dt.date, words: str, balance: Budgets) -> list[str]:
    return [
        _iso(day),
        words,
        *[""] * 5,
        cells.amount(balance.aep_cents),
        cells.amount(balance.asc_cents),
        "",
        cells.amount(balance.cents),
        "",
    ]


def _amounts(amount: Budgets) -> list[str]:
    return [cells.amount(part) for part in (amount.aep_cents, amount.asc_cents, amount.cents)]


def _iso(day: dt.date) -> str:
    return writing.shortdate(day)


def _terms(line: Movement) -> str:
    if not line.about.terms_version:
        return ""
    return _("%(rate)s du HT, conditions n°\u00a0%(version)s") % {
        "rate": writing.rate(line.about.rate_bp),
        "version": line.about.terms_version,
    }


def _words(page: StatementPage, at: dt.datetime, reference: str) -> dict[str, Any]:
    language = (get_language() or "fr")[:2]
    goes_on = is_provisional(page.last_day, timezone.localdate(at))
    words = _("Relevé provisoire du %(first)s au %(last)s")
    title = (words if goes_on else _("Relevé du %(first)s au %(last)s")) % {
        "first": writing.shortdate(page.first_day),
        "last": writing.shortdate(page.last_day),
    }
    return {
        "title": f"{title}, {page.council.name}",
        "heading": title,
        "author": page.seller.name,
        "description": _("Ce que les commerçants ont apporté à %(council)s")
        % {"council": page.council.name},
        "lang": language,
        "region": "gb" if language == "en" else "fr",
        "number": reference or page.council_reference,
        "brand": "Troovon",
        "badge": _("Provisoire") if goes_on else "",
        "goes_on": goes_on,
        "warning": _fictional(page),
        "parties": [
            _party(_("Établi pour"), page.council, page.council_reference),
            _party(_("Établi par"), page.seller, ""),
        ],
        "facts": _facts(page),
        "columns": [
            _("Date"),
            _("Mouvement"),
            _("AEP"),
            _("ASC"),
            _("Montant"),
            _("Solde"),
        ],
        "opening": [_("Solde au début de la période"), *_signed(page.opening, with_sign=False)],
        "lines": [_line(line) for line in page.movements],
        "closing": [_closing(page, at), *_signed(page.closing, with_sign=False)],
        "none": _("Aucun mouvement pendant cette période."),
        "waiting_title": _("Ce qui attend, et pourquoi"),
        "waiting": [
            [waiting.about.merchant, waiting.about.headline, waiting.why, _eur(waiting.cents)]
            for waiting in page.waiting
        ],
        "mentions": [*([_to_be_made_again()] if goes_on else []), *_mentions()],
        "footer": _("Établi le %(day)s par %(seller)s, d’après son grand livre.")
        % {"day": writing.shortdate(at), "seller": page.seller.name},
    }


def _party(title: str, party: Party, reference: str) -> dict[str, Any]:
    lines = [
        party.street,
        f"{party.postcode} {party.city}".strip(),
        f"SIREN {writing.siren(party.siren)}" if party.siren else "",
        _("TVA %(number)s") % {"number": writing.vat_number(party.vat_number)}
        if party.vat_number
        else "",
        party.email,
        _("Référence %(reference)s") % {"reference": reference} if reference else "",
    ]
    return {"title": title, "name": party.name, "lines": [line for line in lines if line]}


def _facts(page: StatementPage) -> list[tuple[str, str]]:
    facts = [
        (_("Solde au début"), page.opening),
        (_("Gagné, remboursements déduits"), page.earned),
        (_("Reversé sur le compte"), page.sent),
        (_("Solde à la fin"), page.closing),
    ]
    if page.others.cents:
        facts.insert(3, (_("TVA, abandons"), page.others))
    return [(name, _eur(amount.cents)) for name, amount in facts]


def _line(line: Movement) -> dict[str, Any]:
    about = line.about
    parts = [about.merchant, about.headline]
    if line.kind == "shared":
        parts.append(_terms(line))
    return {
        "date": writing.shortdate(line.at),
        "words": line.words,
        "told": " · ".join(part for part in parts if part),
        "stripe": line.stripe_id,
        "amounts": [*_signed(line.amount), _eur(line.balance.cents)],
    }


def _signed(amount: Budgets, *, with_sign: bool = True) -> list[str]:
    parts = amount.aep_cents, amount.asc_cents, amount.cents
    return [_eur(part, with_sign=with_sign) for part in parts]


def _eur(cents: int, *, with_sign: bool = False) -> str:
    return f"{'+' if with_sign and cents > 0 else ''}{writing.eur(cents)}"


def _fictional(page: StatementPage) -> str:
    if not page.is_fictional:
        return ""
    return _(
        "Document de démonstration\u00a0: le vendeur est fictif, aucun argent n’a circulé, "
        "ce papier n’a aucune valeur."
    )


def _to_be_made_again() -> str:
    return _(
        "Relevé provisoire\u00a0: il est fait avant la fin de la période. "
        "Refaites-le une fois qu’elle est finie pour vos comptes."
    )


def _mentions() -> list[str]:
    return [
        _(
            "AEP\u00a0: budget de fonctionnement (article L2315-61 du code du travail). "
            "ASC\u00a0: activités sociales et culturelles (article L2312-81). "
            "Les deux budgets se tiennent séparément."
        ),
        _(
            "La part est comptée sur ce qui a été encaissé, avant TVA, aux conditions en vigueur "
            "le jour du paiement. Un remboursement est une ligne négative, jamais une correction."
        ),
    ]
