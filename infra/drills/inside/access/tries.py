"""Rate limits: by account, by network, in any process, and the same for all addresses."""

import re
from typing import NamedTuple

from infra.drills.inside.access import limits
from infra.drills.inside.access.asking import Asker, plain, work_of
from infra.drills.inside.access.entrances import NOBODY, PASSWORD, Entrance, office
from infra.drills.inside.access.people import HOME
from infra.drills.inside.access.touring import Answer, Try
from infra.drills.inside.access.web_client import WebClient
from saas.accounts import actions as accounts
from saas.accounts import rules
from saas.accounts.access import SPACE
from saas.accounts.models import Pass
from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.secrets import tokens
from saas.kernel.web import rate_limit

# More tries in a quarter of an hour than any person needs.
MOST = 30
OFFICE = 200
PASSWORDS = 1_000
# The limits that count a network's tries at entrances for a whole office.
NETWORK_LIMITS = {
    "sign-in of a space": "signin_network",
    "link of a space": "link_network",
    "joining": "join",
    "joining by invitation": "join_code",
    "finding a space": "find_network",
}
_ENTERED = (302, 303)
_TOO_MANY = re.compile("Trop d’essais")


class Limit(NamedTuple):
    """The number of tries before an entrance refuses an address, and the response."""

    tries: int
    answer: str


def of_accounts(asker: Asker, entrances: list[Entrance]) -> list[str]:
    """Return entrances with an unequal number of tries before an address is refused."""
    found = []
    for entrance in entrances:
        limits.forget()
        reached = {kind: _exhaust(asker, entrance, kind) for kind in (NOBODY, entrance.kinds[0])}
        for kind, limit in reached.items():
            if limit is None:
                found.append(f"{entrance.name}: no limit by account for {kind} in {MOST} tries")
        if len(set(reached.values())) > 1:
            counts = {kind: limit and limit.tries for kind, limit in reached.items()}
            found.append(f"{entrance.name}: the limit tells who has an account: {counts}")
    return found


def _exhaust(asker: Asker, entrance: Entrance, kind: str) -> Limit | None:
    email = asker.accounts.address(kind, entrance)
    asker.client = WebClient(asker.client.port, network="127.0.1.1")
    for number in range(MOST):
        answer, _seconds = asker.knock(entrance, email)
        if _TOO_MANY.search(answer.text):
            spent = work_of(answer)["hashes"]
            return Limit(number, f"{spent} hashes\n{plain(answer, email)}")
    return None


def of_processes(asker: Asker, sign_in: Entrance) -> list[str]:
    """Return a finding if an address used up in the web process is not refused in this process."""
    limits.forget()
    email = asker.accounts.address("known", sign_in)
    for _ in range(rules.TRIES_OF_AN_ACCOUNT):
        asker.knock(sign_in, email)
    with schema.inside(HOME):
        try:
            network = asker.client.network
            accounts.recognise(
                email=email, password=PASSWORD, network=network, at=asker.accounts.at
            )
        except Refused as refusal:
            if _TOO_MANY.search(refusal.sentence):
                return []
    return ["a second process counts the tries of an account anew"]


def after_a_success(asker: Asker, sign_in: Entrance) -> list[str]:
    """Return a finding if strangers can notice a used-up address's sign-in by a link."""
    limits.forget()
    answers = {}
    for kind in (NOBODY, "known"):
        email = asker.accounts.address(kind, sign_in)
        for _ in range(rules.TRIES_OF_AN_ACCOUNT):
            asker.knock(sign_in, email)
        if kind == "known":
            _enter_by_link(asker)
            # The device that came in has a count of its own; strangers beside it have not.
            asker.client = WebClient(asker.client.port, network=asker.client.network)
        answers[kind] = plain(asker.knock(sign_in, email)[0], email)
    if len(set(answers.values())) > 1:
        return ["after somebody has signed in, their limit begins anew, and tells that they did"]
    return []


def of_strangers(asker: Asker, sign_in: Entrance) -> list[str]:
    """Return a finding if two networks can lock out an address's owner in a third network."""
    limits.forget()
    email = asker.accounts.address("known", sign_in)
    for number in range(2 * rules.TRIES_OF_AN_ACCOUNT):
        asker.client = WebClient(asker.client.port, network=f"127.0.5.{number % 2 + 1}")
        asker.knock(sign_in, email)
    asker.client = WebClient(asker.client.port, network="127.0.6.1")
    answer, _seconds = asker.knock(sign_in, email, password=PASSWORD)
    return [] if answer.status in _ENTERED else ["strangers' tries shut the owner out"]


def _enter_by_link(asker: Asker) -> None:
    with schema.inside(HOME):
        token = accounts.issue_pass(
            user=asker.accounts.people["known"],
            purpose=Pass.Purpose.SIGN_IN,
            lifetime=rules.MAILED,
            at=asker.accounts.at,
        )
    answer = asker.client.call(Try("space", "known", "POST", f"/enter/{token}/"))
    if answer.status not in _ENTERED:
        raise RuntimeError(f"a link opened nothing: {answer.status}")


def of_an_office(asker: Asker, sign_in: Entrance, *, rounds: int) -> list[str]:
    """Return a finding if colleagues in a network, each with a typing error, cannot sign in.

    They are two hundred, or `rounds` if fewer; the others are only counted.
    """
    limits.forget()
    people = min(rounds, OFFICE)
    asker.client = WebClient(asker.client.port, network="127.0.2.1")
    _count_tries(sign_in, asker.client.network, 2 * (OFFICE - people))
    shut_out = 0
    for email in office(asker.accounts, people):
        asker.knock(sign_in, email)
        answer, _seconds = asker.knock(sign_in, email, password=PASSWORD)
        shut_out += answer.status not in _ENTERED
    return [f"{shut_out} of {people} colleagues of one office were shut out"] if shut_out else []


def of_a_launch(asker: Asker, entrances: list[Entrance], *, rounds: int) -> list[str]:
    """Return a finding if newcomers of an office are refused at an entrance within the same hour.

    They are two hundred, or `rounds` if fewer; the others are only counted.
    """
    found = []
    people = min(rounds, OFFICE)
    asker.client = WebClient(asker.client.port, network="127.0.4.1")
    for entrance in entrances:
        if entrance.name not in NETWORK_LIMITS or "sign-in" in entrance.name:
            continue
        limits.forget()
        _count_tries(entrance, asker.client.network, OFFICE - people)
        refused = _count_refused(asker, entrance, people)
        if refused:
            found.append(f"{entrance.name}: an office of {OFFICE} is refused")
    return found


def of_a_network(asker: Asker, sign_in: Entrance, *, rounds: int) -> list[str]:
    """Return a finding if a network may try a thousand passwords, each at another address.

    Only the last `rounds` are really tried; the others are only counted.
    """
    limits.forget()
    last = min(rounds, PASSWORDS // 2)
    asker.client = WebClient(asker.client.port, network="127.0.3.1")
    _count_tries(sign_in, asker.client.network, PASSWORDS - last)
    refused = _count_refused(asker, sign_in, last)
    return [] if refused else [f"one network tried {PASSWORDS} passwords"]


def _count_refused(asker: Asker, entrance: Entrance, tries: int) -> int:
    answers = [
        asker.knock(entrance, asker.accounts.address(NOBODY, entrance))[0] for _ in range(tries)
    ]
    return sum(_refused(answer) for answer in answers)


def _count_tries(entrance: Entrance, network: str, tries: int) -> None:
    """Count tries of a network as another process of the product does, without the work."""
    with schema.inside(HOME if entrance.host == SPACE else schema.PUBLIC):
        for _ in range(tries):
            rate_limit.check(
                NETWORK_LIMITS[entrance.name],
                tokens.hashed(network),
                most=PASSWORDS,
                per_seconds=rules.TRY_SECONDS,
                when_silent=rate_limit.Silent.REFUSE,
            )


def _refused(answer: Answer) -> bool:
    return bool(_TOO_MANY.search(answer.text))
