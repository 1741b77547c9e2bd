import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from pytest_django import DjangoCaptureOnCommitCallbacks

from saas.accounts import actions, queries, rules, tasks
from saas.accounts.models import Pass, User
from saas.accounts.rules import SignInHost
from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.secrets import hashing, tokens
from tests.fixtures.people import AT, PASSWORD, make_user
from tests.saas.accounts.jobs import run_in

HOST = SignInHost("space", "Les Trois-Moulins", "https://north.example", "/")
MINUTE = dt.timedelta(minutes=1)


def pass_of(user: User, at: dt.datetime, lifetime: dt.timedelta = rules.CROSSING) -> str:
    return actions.issue_pass(user=user, purpose="crossing", lifetime=lifetime, at=at)


def test_a_pass_lets_its_person_in_once_before_it_ends(owner: User) -> None:
    token = pass_of(owner, AT)
    with pytest.raises(Refused, match="a expiré"):
        actions.use_pass(token=token, at=AT + rules.CROSSING)
    assert actions.use_pass(token=token, at=AT + MINUTE) == owner
    with pytest.raises(Refused, match="a déjà servi"):
        actions.use_pass(token=token, at=AT + MINUTE)
    with pytest.raises(Refused, match="n’ouvre rien ici"):
        actions.use_pass(token="x" * 43, at=AT)


def test_the_database_keeps_only_the_hash_of_256_bits(owner: User) -> None:
    token = pass_of(owner, AT)

    entry = Pass.objects.get()
    assert len(token) == 43
    assert token != pass_of(owner, AT)
    assert entry.token_hash == tokens.hashed(token)
    assert token not in {str(getattr(entry, field.attname)) for field in Pass._meta.fields}


def test_leaver_comes_in_neither_by_an_old_pass_nor_by_the_right_password(owner: User) -> None:
    token = pass_of(owner, AT)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    with pytest.raises(Refused, match="n’ouvre rien ici"):
        actions.use_pass(token=token, at=AT)
    with pytest.raises(Refused, match="ne vont pas ensemble"):
        actions.recognise(email=owner.email, password=PASSWORD, network="n10", at=AT)


def test_pass_and_password_of_south_are_worthless_in_the_north(owner: User, stranger: User) -> None:
    with schema.inside("south"):
        token = pass_of(stranger, AT)
    with pytest.raises(Refused, match="n’ouvre rien ici"):
        actions.use_pass(token=token, at=AT)
    with pytest.raises(Refused, match="ne vont pas ensemble"):
        actions.recognise(email=stranger.email, password=PASSWORD, network="n9", at=AT)


def test_the_same_row_stands_for_another_token_in_another_space(db: None) -> None:
    with schema.inside("south"):
        user = make_user("Solene")
        pass_of(user, AT)
        nonce = Pass.objects.get().nonce
        there = rules.token_for("crossing", nonce)
    with schema.inside("north"):
        assert rules.token_for("crossing", nonce) != there


def test_a_pass_leads_only_to_a_path_of_its_host(owner: User) -> None:
    crossing: dict[str, Any] = {"purpose": "crossing", "lifetime": MINUTE, "at": AT}
    for wanted, stored in (("/welcome/", "/welcome/"), ("//evil.example/", "")):
        entry = queries.pass_of(actions.issue_pass(user=owner, leads_to=wanted, **crossing))
        assert entry
        assert entry.leads_to == stored


def test_the_mailed_link_lets_its_reader_in(
    owner: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        actions.ask_for_link(email=f" {owner.email.upper()} ", host=HOST, network="n1", at=AT)

    assert len(callbacks) == 1
    waiting = Pass.objects.get()
    run_in("north", tasks.mail_link_of_a_space, waiting.pk)
    message = mail.outbox[0]
    url = next(word for word in str(message.body).split() if word.startswith("https://"))
    assert message.to == [owner.email]
    assert url.startswith("https://north.example/enter/")
    assert actions.use_pass(token=url.rstrip("/").rpartition("/")[2], at=AT + MINUTE) == owner


def test_an_unknown_address_costs_the_same_and_gets_the_same_answer(
    owner: User, statements: Callable[[Callable[[], None]], list[str]]
) -> None:
    def ask(email: str) -> None:
        actions.ask_for_link(email=email, host=HOST, network="n2", at=AT)

    known = statements(lambda: ask(owner.email))
    unknown = statements(lambda: ask("nobody@elsewhere.example"))

    assert [sql.split()[0] for sql in known] == [sql.split()[0] for sql in unknown]
    waiting = Pass.objects.get(user=None)
    assert not queries.passes_to_mail().filter(pk=waiting.pk).exists()
    run_in("north", tasks.mail_link_of_a_space, waiting.pk)
    assert mail.outbox == []


def test_too_many_links_for_an_address_are_refused(owner: User) -> None:
    for _ in range(rules.LINKS_OF_AN_ADDRESS):
        actions.ask_for_link(email=owner.email, host=HOST, network="n3", at=AT)

    with pytest.raises(Refused, match="Trop d’essais"):
        actions.ask_for_link(email=owner.email, host=HOST, network="n3", at=AT)


def test_strangers_links_neither_shut_the_owner_out_nor_flood_their_mailbox(owner: User) -> None:
    most = rules.LINKS_OF_AN_ADDRESS
    for number in range(2 * most):
        actions.ask_for_link(email=owner.email, host=HOST, network=f"n{number // 3}", at=AT)

    mailed = Pass.objects.filter(user=owner)
    assert mailed.count() == most, "those in the mailbox let in for longer than the limit lasts"
    assert rules.MAILED.total_seconds() > rules.TRY_SECONDS
    actions.ask_for_link(email=owner.email, host=HOST, network="n99", at=AT, device="d1")
    assert mailed.count() == most + 1, "a device that the owner came in by gets its own"
    elsewhere = HOST._replace(origin="https://south.example")
    actions.ask_for_link(email=owner.email, host=elsewhere, network="n99", at=AT)
    assert mailed.count() == most + 2, "links of one host do not use up those of another"


def test_too_many_tries_from_a_network_are_refused(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "TRIES_OF_A_NETWORK", 2)
    for number in range(2):
        with pytest.raises(Refused, match="ne vont pas ensemble"):
            actions.recognise(email=f"a{number}@x.example", password="?", network="n5", at=AT)

    with pytest.raises(Refused, match="Trop d’essais"):
        actions.recognise(email=owner.email, password=PASSWORD, network="n5", at=AT)


def guess(email: str, times: int, network: str, device: str = "") -> None:
    for _ in range(times):
        with pytest.raises(Refused, match="ne vont pas ensemble"):
            actions.recognise(email=email, password="wrong", network=network, device=device, at=AT)


def test_only_wrong_passwords_count_and_after_too_many_the_right_one_fails_too(owner: User) -> None:
    for _ in range(rules.TRIES_OF_AN_ACCOUNT + 3):
        found = actions.recognise(email=owner.email, password=PASSWORD, network="n6", at=AT)
    assert found == owner
    guess(owner.email, rules.TRIES_OF_AN_ACCOUNT, "n6")
    with pytest.raises(Refused, match="Trop d’essais"):
        actions.recognise(email=owner.email, password=PASSWORD, network="n6", at=AT)


def test_strangers_wrong_passwords_do_not_shut_the_owner_out(owner: User) -> None:
    guess(owner.email, rules.TRIES_OF_AN_ACCOUNT, "stranger")
    assert actions.recognise(email=owner.email, password=PASSWORD, network="home", at=AT) == owner


def test_guesses_from_many_networks_end_and_known_devices_and_links_go_on(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "TRIES_OF_AN_ADDRESS", 4)
    for number in range(4):
        guess(owner.email, 1, f"n{number}")
    with pytest.raises(Refused, match="Recevez un lien"):
        actions.recognise(email=owner.email, password=PASSWORD, network="n9", at=AT)
    known: dict[str, Any] = {"network": "n9", "device": "d1", "at": AT}
    assert actions.recognise(email=owner.email, password=PASSWORD, **known) == owner
    guess(owner.email, rules.TRIES_OF_AN_ACCOUNT, "n9", device="d1")
    with pytest.raises(Refused, match="Trop d’essais"):
        actions.recognise(email=owner.email, password=PASSWORD, **known)
    actions.ask_for_link(email=owner.email, host=HOST, network="n9", at=AT)
    assert Pass.objects.filter(user=owner).exists()


def test_sign_in_replaces_an_older_hash(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "is_outdated", lambda _encoded: True)
    before = owner.password
    actions.recognise(email=owner.email, password=PASSWORD, network="n12", at=AT)
    owner.refresh_from_db()
    assert owner.password != before
    assert owner.check_password(PASSWORD)


def test_a_used_up_address_does_not_show_that_its_person_has_come_in(owner: User) -> None:
    def sentence_of(email: str) -> str:
        with pytest.raises(Refused) as caught:
            actions.recognise(email=email, password="wrong", network="n11", at=AT)
        return caught.value.sentence

    for email in (owner.email, "nobody@north.example"):
        for _ in range(rules.TRIES_OF_AN_ACCOUNT):
            sentence_of(email)
    owner.last_login = AT
    owner.save()

    assert sentence_of(owner.email) == sentence_of("nobody@north.example")


def test_preferences_that_are_not_sent_stay(owner: User) -> None:
    actions.choose_preferences(by=owner, language="en", theme="", at=AT)
    actions.choose_preferences(by=owner, language="", theme="dark", at=AT)

    owner.refresh_from_db()
    assert (owner.language, owner.theme) == ("en", "dark")


@pytest.mark.parametrize(("current", "proven"), [(PASSWORD, False), ("", True)])
def test_new_password_needs_the_old_or_a_proof(owner: User, *, current: str, proven: bool) -> None:
    new = "trois mots et un moulin"
    actions.choose_password(by=owner, password=new, current=current, proven=proven, at=AT)

    owner.refresh_from_db()
    assert owner.check_password(new)


@pytest.mark.parametrize(
    ("new", "current", "proven", "field"),
    [
        pytest.param(
            "trois mots et un moulin", "", False, "current", id="nobody knows the old one"
        ),
        pytest.param("trois mots et un moulin", "wrong", False, "current", id="a wrong one"),
        pytest.param("court", "", True, "password", id="too short"),
    ],
)
def test_no_password_is_changed_in_a_session_left_open_or_to_a_short_one(
    owner: User, new: str, current: str, *, proven: bool, field: str
) -> None:
    with pytest.raises(Refused) as caught:
        actions.choose_password(by=owner, password=new, current=current, proven=proven, at=AT)
    assert caught.value.field == field
    assert owner.check_password(PASSWORD)


def test_passes_are_forgotten_a_week_after_their_end(owner: User) -> None:
    pass_of(owner, AT - rules.RETENTION_AFTER_EXPIRY - dt.timedelta(hours=1))
    pass_of(owner, AT)

    assert actions.forget_lapsed(at=AT) == 1
    assert Pass.objects.count() == 1


@pytest.mark.parametrize("who", ["known", "unknown", "by link only", "gone"])
def test_a_wrong_answer_costs_the_same_whoever_it_is_about(
    owner: User, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    """Check that a wrong password costs a hash for any address.

    A hash takes a fifth of a second: response times must not reveal members.
    """
    if who == "by link only":
        owner.set_unusable_password()
    owner.is_active = who != "gone"
    owner.save()
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def count(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return str(encode(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    email = "nobody@north.example" if who == "unknown" else owner.email
    with pytest.raises(Refused):
        actions.recognise(email=email, password="wrong", network="n11", at=AT)

    assert hashed == ["wrong"]
