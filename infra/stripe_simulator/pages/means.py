"""The choice of a test card or of a debit, as the payment page and the portal offer it."""

from collections.abc import Sequence

from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.objects.payments import ibans
from infra.stripe_simulator.objects.payments.cards import (
    CHALLENGED,
    DECLINED,
    FAILS_LATER,
    GOOD,
    NO_FUNDS,
    Card,
)
from infra.stripe_simulator.objects.payments.choices import CARD, DEBIT, Choice
from infra.stripe_simulator.pages.layout import choice, esc
from infra.stripe_simulator.pages.words import Speaker

Cards = Sequence[tuple[Card, str]]
TO_PAY = (
    (GOOD, "card_paid"),
    (DECLINED, "card_declined"),
    (NO_FUNDS, "card_funds"),
    (CHALLENGED, "card_secure"),
)
TO_SUBSCRIBE = (*TO_PAY, (FAILS_LATER, "card_later"))
TO_KEEP = (
    (GOOD, "card_kept"),
    (FAILS_LATER, "card_later"),
    (DECLINED, "card_declined"),
)
OFFERED: dict[str, Cards] = {"payment": TO_PAY, "subscription": TO_SUBSCRIBE, "setup": TO_KEEP}
DEBITS = (DEBIT, "sepa_debit_fails", "sepa_debit_sent_back")


def choices(
    speaker: Speaker, cards: Cards, *, allowed: list[str], wrong: Choice | None = None
) -> str:
    """Return the payment options: the first selected, or the submitted option with a wrong IBAN."""
    shown = ""
    if CARD in allowed:
        options = "".join(
            choice("card", card.number, speaker.say(key), hint=_spaced(card.number),
                   checked=card is GOOD and wrong is None)
            for card, key in cards
        )  # fmt: skip
        title = esc(speaker.say("card"))
        hint = f'<p class="hint">{esc(speaker.say("card_hint"))}</p>'
        shown += f"<fieldset><legend>{title}</legend>{hint}{options}</fieldset>"
    if DEBIT in allowed:
        first = wrong is not None or CARD not in allowed
        shown += _debits(speaker, first=first, wrong=wrong)
    return shown


def _debits(speaker: Speaker, *, first: bool, wrong: Choice | None) -> str:
    options = "".join(
        choice("card", name, speaker.say(f"choice_{name}"), hint=speaker.say(f"hint_{name}"),
               checked=first and name == DEBIT)
        for name in DEBITS
    )  # fmt: skip
    iban = wrong.iban if wrong else ibans.GOOD.number
    marked = ' aria-invalid="true" aria-describedby="problem"' if wrong else ""
    field = (
        f'<label class="field"><span>{esc(speaker.say("iban"))}</span><input type="text" '
        f'name="iban" value="{esc(iban)}" autocomplete="off" maxlength="60" '
        f'spellcheck="false"{marked}></label><p class="hint">{esc(speaker.say("iban_hint"))}</p>'
    )
    title = esc(speaker.say("debit"))
    return f"<fieldset><legend>{title}</legend>{options}{field}</fieldset>"


def _spaced(number: str) -> str:
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def read(given: JSON) -> Choice:
    """Return the choice from a submitted form."""
    return Choice(card=str(given.get("card", ""))[:40], iban=str(given.get("iban", ""))[:60])


def refused(speaker: Speaker, why: str) -> str:
    """Return the notice of a refused payment, with the next step."""
    text = f"{why} {speaker.say('refused_next')}"
    return _problem(speaker.say("refused"), text)


def wrong_iban(speaker: Speaker) -> str:
    """Return the notice of an invalid IBAN."""
    return _problem(speaker.say("iban_wrong"), speaker.say("iban_again"))


def _problem(title: str, text: str) -> str:
    return (
        f'<div class="refused" role="alert" id="problem"><strong>{esc(title)}</strong>'
        f"<p>{esc(text)}</p></div>"
    )
