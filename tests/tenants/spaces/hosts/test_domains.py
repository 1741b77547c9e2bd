"""A company's own name: proven by DNS, looked at again, lost."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.tasks import SCHEMA_HEADER
from tenants.spaces import hosts
from tenants.spaces.actions import addresses
from tenants.spaces.clock import check_domains
from tenants.spaces.models import Change, Domain, DomainClaim
from tenants.spaces.queries import addresses as queries
from tenants.spaces.rules import addresses as rules
from tenants.spaces.tasks import addresses as tasks
from tests.fixtures.people import AT, Browse, SpaceClient
from tests.tenants.spaces.hosts.dns import NAME, Dns, administrator, claimed
from tests.tenants.spaces.wizard import words_of

A_DAY = dt.timedelta(days=1)


def answering() -> str:
    """The space that answers on the name, if any does."""
    card = hosts.find_space(NAME)
    return card.slug if card else ""


def test_a_name_answers_once_dns_proves_it_and_not_before(dns: Dns) -> None:
    claim = claimed(at=AT)
    assert not answering()
    assert dns.check(claim).failure == rules.ABSENT
    assert not answering()

    dns.prove(claim)
    proven = dns.check(claim)
    assert (proven.state, proven.failure, proven.proven_at) == ("proven", "", AT)
    assert answering() == "north"
    assert Change.objects.filter(what="proven", after=NAME, by="DNS").exists()


def test_the_proof_of_something_else_proves_nothing(dns: Dns) -> None:
    claim = claimed(at=AT)
    dns.records[rules.record_name(NAME)] = ["troovon-proof=not-ours"]
    assert dns.check(claim).failure == rules.OTHER
    dns.records = {NAME: [rules.record_value(claim)]}  # written at the name itself
    assert dns.check(claim).failure == rules.ABSENT
    assert not answering()


def test_a_silent_dns_neither_proves_nor_loses_a_name(dns: Dns) -> None:
    claim = claimed(at=AT)
    dns.prove(claim)
    dns.silent = True
    waiting = dns.check(claim)
    assert (waiting.state, waiting.failure) == ("waiting", rules.UNREACHABLE)
    dns.silent = False
    dns.check(claim)
    dns.silent = True
    assert dns.check(claim, after=30 * A_DAY).state == "proven"
    assert answering()


def test_a_claim_alone_blocks_nobody_and_whoever_proves_it_has_the_name(dns: Dns) -> None:
    first = claimed(at=AT)
    second = claimed(space="south", at=AT)
    dns.prove(second)
    assert dns.check(second).state == "proven"
    # The first space could publish its proof too, like a later owner of the name; the name is
    # taken.
    dns.prove(first)
    shown = dns.check(first)
    assert (shown.state, shown.failure) == ("waiting", rules.TAKEN)
    assert answering() == "south"


def test_the_proven_name_of_another_space_is_refused(dns: Dns) -> None:
    dns.proven("south")
    with pytest.raises(Refused, match="déjà celui d’un autre espace"):
        claimed(at=AT)
    assert not DomainClaim.objects.filter(tenant__slug="north").exists()


def test_proof_missing_for_three_days_is_lost_with_a_mail(camille: User, dns: Dns) -> None:
    claim = dns.proven()
    dns.records = {}
    missed = dns.check(claim, after=A_DAY)
    assert (missed.state, missed.missing_since) == ("proven", AT + A_DAY)
    assert answering()

    lost = dns.check(claim, after=4 * A_DAY)
    assert lost.state == "lost"
    assert not answering()
    tasks.mail_lost.apply(args=(NAME,), headers={SCHEMA_HEADER: "north"}, throw=True)
    assert mail.outbox[-1].to == [camille.email]
    assert NAME in str(mail.outbox[-1].body)

    dns.prove(claim)
    assert dns.check(claim, after=5 * A_DAY).state == "proven"
    assert answering()


def test_administrators_are_warned_once_on_the_day_that_the_proof_goes(
    camille: User, dns: Dns, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[tuple[Any, ...]] = []
    claim = dns.proven()
    dns.records = {}
    monkeypatch.setattr(
        "tenants.spaces.tasks.addresses.after_commit",
        lambda task, *args: queued.append((schema.current(), task.name, *args)),
    )
    for hours in (24, 30, 36):
        dns.check(claim, after=dt.timedelta(hours=hours))
    assert queued == [("north", tasks.mail_missing.name, NAME)]

    tasks.mail_missing.apply(args=(NAME,), headers={SCHEMA_HEADER: "north"}, throw=True)
    assert mail.outbox[-1].to == [camille.email]
    assert NAME in str(mail.outbox[-1].body)
    assert "pendant trois jours" in str(mail.outbox[-1].body)


def test_a_mail_about_a_name_that_was_lost_with_its_job_is_sent_again_once(
    camille: User, dns: Dns, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(task: Any, *args: Any, space: str = "") -> None:
        if task in {tasks.mail_missing, tasks.mail_lost}:
            task.apply(args=args, headers={SCHEMA_HEADER: space}, throw=True)

    monkeypatch.setattr("tenants.spaces.tasks.addresses.after_commit", lambda *_: None)
    monkeypatch.setattr("tenants.spaces.clock.send", run)
    claim = dns.proven()
    check_domains.apply(throw=True)
    assert mail.outbox == []
    dns.records = {}
    for days in (1, 4):
        dns.check(claim, after=days * A_DAY)
        mail.outbox.clear()
        for _ in range(2):
            check_domains.apply(throw=True)
        assert [message.to for message in mail.outbox] == [[camille.email]]
        assert NAME in str(mail.outbox[0].body)


def test_a_proof_that_comes_back_in_time_is_not_lost(dns: Dns) -> None:
    claim = dns.proven()
    records, dns.records = dns.records, {}
    dns.check(claim, after=A_DAY)
    dns.records = records
    back = dns.check(claim, after=3 * A_DAY)
    assert (back.state, back.missing_since) == ("proven", None)


@pytest.mark.parametrize(
    ("age", "since", "is_due"),
    [
        (dt.timedelta(minutes=2), dt.timedelta(seconds=50), False),
        (dt.timedelta(minutes=2), dt.timedelta(seconds=61), True),
        (dt.timedelta(hours=8), dt.timedelta(hours=1), False),
        (dt.timedelta(hours=8), dt.timedelta(hours=2), True),
        (dt.timedelta(days=20), dt.timedelta(hours=5), False),
        (dt.timedelta(days=20), dt.timedelta(hours=6), True),
        (dt.timedelta(days=31), dt.timedelta(days=2), False),
    ],
)
def test_a_name_that_waits_is_looked_at_less_and_less_often(
    db: None, age: dt.timedelta, since: dt.timedelta, *, is_due: bool
) -> None:
    claim = claimed(at=AT - age)
    DomainClaim.objects.update(checked_at=AT - since)
    assert queries.due_claims(AT) == ([claim.pk] if is_due else [])


def test_a_proven_name_is_looked_at_every_day(dns: Dns) -> None:
    claim = dns.proven()
    assert queries.due_claims(AT + dt.timedelta(hours=23)) == []
    assert queries.due_claims(AT + dt.timedelta(hours=24)) == [claim.pk]


def test_a_name_that_is_given_up_no_longer_answers(dns: Dns) -> None:
    claim = dns.proven()
    with schema.in_public():
        addresses.withdraw(schema_name="north", domain=NAME, by=administrator(), at=AT)
    assert not answering()
    assert not Domain.objects.filter(domain=NAME).exists()
    # A check that was still queued finds nothing to prove.
    tasks.check_claim.apply(args=(claim.pk,), headers={SCHEMA_HEADER: "public"}, throw=True)
    assert not answering()


def test_nobody_touches_the_names_of_another_space(db: None) -> None:
    claimed(at=AT)
    with schema.in_public():
        for act in (addresses.withdraw, addresses.check_again):
            with pytest.raises(NotAllowed):
                act(schema_name="north", domain=NAME, by=administrator("south"), at=AT)
    assert DomainClaim.objects.count() == 1


def test_proxy_obtains_certificates_for_spaces_and_proven_names_only(dns: Dns) -> None:
    proxy = SpaceClient("127.0.0.1:8000")

    def answer(name: str) -> int:
        return int(proxy.get("/health/tls", {"domain": name}).status_code)

    claim = claimed(at=AT)
    assert answer(NAME) == 404
    dns.prove(claim)
    dns.check(claim)
    assert answer(NAME) == 200
    assert answer(NAME.upper()) == 200
    base = hosts.base_name()
    assert {answer(name) for name in (base, f"ops.{base}", f"north.{base}")} == {200}
    assert {answer(name) for name in (f"nowhere.{base}", "evil.example", "", "a" * 300)} == {404}
    assert SpaceClient(f"north.{hosts.base_name()}").get("/health/tls").status_code != 200


def test_a_space_works_on_its_own_name_with_forms_and_its_own_session(
    camille: User, dns: Dns, browse: Browse
) -> None:
    dns.proven()
    client = SpaceClient(NAME, enforce_csrf_checks=True)
    client.force_login(camille)
    shown = client.get("/me/")
    assert shown.status_code == 200
    token = client.cookies["__Host-csrf"].value
    posted = client.post(
        "/preferences/",
        {"language": "en", "csrfmiddlewaretoken": token, "next": "/me/"},
        headers={"Origin": f"https://{NAME}"},
    )
    assert posted.status_code == 303
    forged = client.post(
        "/preferences/",
        {"language": "fr", "csrfmiddlewaretoken": token},
        headers={"Origin": "https://evil.example"},
    )
    assert forged.status_code == 403
    # The cookies of this host are no way into the subdomain.
    assert SpaceClient(f"north.{hosts.base_name()}").get("/me/").status_code == 302


def test_https_is_asked_for_on_that_name_and_not_on_the_companys_others(
    dns: Dns, monkeypatch: pytest.MonkeyPatch
) -> None:
    dns.proven()

    def promised(host: str) -> Any:
        with_tls = Client(headers={"host": host})
        return with_tls.get("/signin/", secure=True).get("Strict-Transport-Security")

    monkeypatch.setattr(settings, "SECURE_HSTS_SECONDS", 60)
    monkeypatch.setattr(settings, "SECURE_HSTS_INCLUDE_SUBDOMAINS", True)
    assert promised(f"north.{hosts.base_name()}") == "max-age=60; includeSubDomains"
    assert promised(NAME) == "max-age=60"


def test_the_page_refuses_a_name_or_says_what_to_write_and_what_dns_answered(
    camille: User, dns: Dns, browse: Browse
) -> None:
    client = browse(camille)
    refused = client.post("/admin/space/domains/", {"domain": "127.0.0.1"})
    assert refused.status_code == 422
    assert "C’est une adresse IP" in words_of(refused)
    assert 'value="127.0.0.1"' in refused.content.decode()
    assert client.post("/admin/space/domains/", {"domain": "societé.example"}).status_code == 303
    with schema.in_public():
        claim = DomainClaim.objects.get()
    page = client.get("/admin/space/")
    assert f"_troovon.{claim.domain}" in page.content.decode()
    assert rules.record_value(claim) in page.content.decode()
    assert "Relisez chaque lettre" in words_of(page)
    dns.silent = True
    dns.check(claim)
    assert "Nous n’avons pas pu interroger le DNS" in words_of(client.get("/admin/space/"))
    assert client.post(f"/admin/space/domains/{claim.domain}/check/").status_code == 303
    assert client.post(f"/admin/space/domains/{claim.domain}/withdraw/").status_code == 303
    with schema.in_public():
        assert not DomainClaim.objects.exists()


def test_a_seventh_check_in_a_minute_is_refused(db: None) -> None:
    claimed(at=AT)
    with schema.in_public():
        for _ in range(6):
            addresses.check_again(schema_name="north", domain=NAME, by=administrator(), at=AT)
        with pytest.raises(Refused, match="Trop d’essais"):
            addresses.check_again(schema_name="north", domain=NAME, by=administrator(), at=AT)


@pytest.mark.parametrize(
    ("state", "shown", "not_shown"),
    [
        ("proven", "n’est plus visible dans le DNS depuis le", "pas encore visible"),
        ("lost", "l’espace ne répond plus sur ce nom", "cesse de répondre"),
    ],
)
def test_the_page_distinguishes_a_proof_that_went_from_one_never_there(
    camille: User, browse: Browse, *, state: str, shown: str, not_shown: str
) -> None:
    claim = claimed(at=AT)
    with schema.in_public():
        DomainClaim.objects.filter(pk=claim.pk).update(
            state=state, failure=rules.ABSENT, missing_since=AT
        )
    page = browse(camille).get("/admin/space/")
    assert shown in words_of(page)
    assert not_shown not in words_of(page)
    assert rules.record_value(claim) in page.content.decode()
