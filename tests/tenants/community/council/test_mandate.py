"""The page of a mandate: minutes are submitted and answered, members read why money waits."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from billing.councils import tasks
from billing.councils.actions.mandates import confirm_mandate, refuse_mandate
from billing.councils.queries import mandates as queries
from billing.models import Council, CouncilMandate
from infra.drills.inside.access.uploads import telephone
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.sandbox import runner
from tenants.community.members.models import Role
from tests.factories.billing import make_council, make_merchant_user
from tests.factories.mandates import PDF
from tests.fixtures.people import AT, Browse, SpaceClient, make_user
from tests.tenants.community.council.reading import text_in, text_of

PAGE = "/council/mandate/"
WAITS = "L’élection du CSE n’est pas encore confirmée : la part attend, rien n’est perdu."


@pytest.fixture
def council(in_north: None) -> Council:
    """Return the north's council, not confirmed."""
    with schema.in_public():
        return make_council("north", confirmed=False, accepted=False)


@pytest.fixture
def secretary(in_north: None) -> User:
    """The secretary of the council."""
    user = make_user("Noé", last_name="Lambert")
    Role.objects.create(user=user, role=Role.Kind.SECRETARY, given_at=AT)
    return user


def minutes(treasurer: User, secretary: User) -> dict[str, object]:
    return {
        "treasurer": treasurer.reference,
        "secretary": secretary.reference,
        "elected_on": "01/10/2026",
        "ends_on": "30/09/2030",
        "paper": SimpleUploadedFile("pv.pdf", PDF, "application/pdf"),
    }


def mandate() -> CouncilMandate:
    with schema.in_public():
        return CouncilMandate.objects.select_related("council__tenant").get()


def test_minutes_are_submitted_and_wait(
    browse: Browse, treasury: SpaceClient, treasurer: User, secretary: User, council: Council
) -> None:
    assert "Déposer un procès-verbal" in text_of(treasury, PAGE)
    answer = treasury.post(f"{PAGE}{council.reference}/", minutes(treasurer, secretary))
    assert answer.status_code == 303
    row = mandate()
    assert (row.treasurer_reference, row.secretary_name) == (treasurer.reference, "Noé Lambert")
    assert row.paper.startswith("public/mandates/")
    assert "répond avant le" in text_of(treasury, PAGE)
    assert WAITS in text_of(browse(make_user("Lou")), "/council/")


def sent_photo(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("pv.heic", content, "image/heic")


def test_request_opens_no_photo_of_minutes_and_a_job_draws_it(
    monkeypatch: pytest.MonkeyPatch,
    treasury: SpaceClient,
    treasurer: User,
    secretary: User,
    council: Council,
) -> None:
    opened = runner.opened
    monkeypatch.setattr(runner, "opened", lambda *_: pytest.fail("a file was opened"))
    typed = minutes(treasurer, secretary) | {"paper": sent_photo(telephone.lying())}
    assert treasury.post(f"{PAGE}{council.reference}/", typed).status_code == 303
    assert "est en préparation" in text_of(treasury, PAGE)
    with schema.in_public():
        operator = make_merchant_user("Agathe")
        with pytest.raises(Refused, match="en préparation"):
            confirm_mandate(mandate=mandate(), by=operator, at=AT)
        assert queries.paper_content(mandate()) is None

        monkeypatch.setattr(runner, "opened", opened)
        tasks.draw_paper.run(mandate().pk)
        row = mandate()
        content = queries.paper_content(row)
    assert row.paper.endswith(".webp")
    assert content is not None
    assert hashlib.sha256(content).hexdigest() == row.paper_sha256
    assert content[8:12] == b"WEBP"
    assert "est en préparation" not in text_of(treasury, PAGE)


def test_council_and_operator_read_that_a_photo_of_minutes_is_unreadable(
    treasury: SpaceClient, treasurer: User, secretary: User, council: Council
) -> None:
    typed = minutes(treasurer, secretary) | {"paper": sent_photo(telephone.lying()[:600])}
    treasury.post(f"{PAGE}{council.reference}/", typed)
    with schema.in_public():
        tasks.draw_paper.run(mandate().pk)
        assert mandate().paper_failure == "unreadable"
        with pytest.raises(Refused, match="illisible"):
            confirm_mandate(mandate=mandate(), by=make_merchant_user("Agathe"), at=AT)
    assert "est illisible" in text_of(treasury, PAGE)


def test_refused_minutes_say_what_to_do_and_confirmed_ones_until_when(
    treasury: SpaceClient, treasurer: User, secretary: User, council: Council
) -> None:
    url = f"{PAGE}{council.reference}/"
    with schema.in_public():
        operator = make_merchant_user("Agathe")
    treasury.post(url, minutes(treasurer, secretary))
    with schema.in_public():
        refuse_mandate(mandate=mandate(), reason="La page 2 manque.", by=operator, at=AT)
    page = text_of(treasury, PAGE)
    assert "La page 2 manque." in page
    assert "Déposez-en un autre" in page
    assert treasury.post(url, minutes(treasurer, secretary)).status_code == 303
    with schema.in_public():
        waiting = CouncilMandate.objects.get(state="waiting")
        confirm_mandate(mandate=waiting, by=operator, at=AT)
    assert "Le mandat va jusqu’au 30/09/2030." in text_of(treasury, PAGE)
    assert WAITS not in text_of(treasury, "/council/")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"paper": SimpleUploadedFile("pv.pdf", PDF[:20], "application/pdf")}, "est incomplet"),
        ({"paper": SimpleUploadedFile("pv.png", b"no picture", "image/png")}, "illisible"),
        ({"paper": ""}, "Joignez le procès-verbal."),
        ({"ends_on": "30/09/2033"}, "quatre ans au plus"),
        ({"secretary": "M-NOBODY"}, "choix valide"),
        ({"elected_on": "hier"}, "Écrivez un jour"),
    ],
)
def test_wrong_minutes_get_a_sentence(
    treasury: SpaceClient,
    treasurer: User,
    secretary: User,
    council: Council,
    changes: dict[str, object],
    sentence: str,
) -> None:
    sent = minutes(treasurer, secretary) | changes
    answer = treasury.post(f"{PAGE}{council.reference}/", sent)
    assert answer.status_code == 422
    assert sentence in text_in(answer.content)


def test_two_accounts_of_one_mailbox_are_not_two_people(
    treasury: SpaceClient, treasurer: User, secretary: User, council: Council
) -> None:
    name, _at, domain = treasurer.email.partition("@")
    User.objects.filter(pk=secretary.pk).update(email=f"{name}+cse@{domain}")
    answer = treasury.post(f"{PAGE}{council.reference}/", minutes(treasurer, secretary))
    assert answer.status_code == 422
    assert "même boîte aux lettres" in text_in(answer.content)


def test_minutes_need_two_roles_first(treasury: SpaceClient, council: Council) -> None:
    page = text_of(treasury, PAGE)
    assert "donnez d’abord ici le rôle" in page
    assert "Déposer un procès-verbal" not in page


def test_members_without_role_do_not_submit(
    browse: Browse, treasurer: User, secretary: User, council: Council
) -> None:
    client = browse(make_user("Lou"))
    assert client.get(PAGE).status_code == 403
    answer = client.post(f"{PAGE}{council.reference}/", minutes(treasurer, secretary))
    assert answer.status_code == 403
