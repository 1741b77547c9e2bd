"""The page of a single space: actions on the whole space, for operators only."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404
from django.utils import timezone

from saas.catalogue.placements.actions import campaigns as placements
from saas.kernel.errors import Refused
from tenants.spaces.models import Archive, Change, SpaceOperation, Tenant
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.people import AT, SpaceClient
from tests.tenants.community.council.reading import text_in as words_of


def words(page: Any) -> str:
    return words_of(page.content)


@pytest.fixture
def north(db: None) -> Tenant:
    return Tenant.objects.get(slug="north")


@pytest.fixture
def closed(north: Tenant) -> Tenant:
    north.state, north.closed_at, north.closed_because = "suspended", AT, "Impayés"
    north.save(update_fields=["state", "closed_at", "closed_because"])  # type: ignore[no-untyped-call]
    return north


def archive_of(tenant: Tenant, at: dt.datetime) -> Archive:
    """An archive as the founder writes it; the app itself may only read such rows."""
    return Archive(
        tenant=tenant,
        name=default_storage.save("archives/try.sealed", ContentFile(b"PK rows")),
        made_at=at,
        size_bytes=7,
        sha256="0" * 64,
        migrations_hash="0" * 64,
        files=0,
    )


@pytest.fixture
def archive(north: Tenant, monkeypatch: pytest.MonkeyPatch) -> Archive:
    made = archive_of(north, AT)
    monkeypatch.setattr("tenants.spaces.queries.life.archives_of", lambda _tenant: [made])

    def known(reference: str) -> Archive:
        if reference != made.reference:
            raise Http404
        return made

    monkeypatch.setattr("tenants.spaces.queries.life.archive_at", known)
    return made


def test_list_leads_to_a_space_its_figures_and_state(console: SpaceClient, north: Tenant) -> None:
    assert 'href="/spaces/north/"' in console.get("/spaces/").content.decode()
    page = words(console.get("/spaces/north/"))
    assert [word in page for word in ("Espace north", "430", "Suspendre")] == [True] * 3
    assert "Supprimer" not in page
    Tenant.objects.filter(pk=north.pk).update(state="suspended", closed_at=AT)
    assert "Suspendu" in words(console.get("/spaces/"))


def test_running_placements_are_listed_before_closing(console: SpaceClient, north: Tenant) -> None:
    campaign = make_campaign(make_shop(), {"north": 10_000}, at=AT)
    type(campaign).objects.filter(pk=campaign.pk).update(
        state="paid", paid_at=AT, review="approved", reviewed_at=AT
    )
    assert words(console.get("/spaces/north/")).count(campaign.reference) == 1

    second = campaign.flights.get()
    second.pk, second.reference, second.slot = None, "FL-SECOND", "neighbourhood"
    second.save(force_insert=True)
    assert campaign.flights.count() == 2
    assert words(console.get("/spaces/north/")).count(campaign.reference) == 1


def test_a_deleted_space_says_so_and_offers_no_act(console: SpaceClient, north: Tenant) -> None:
    north.state = "deleted"
    north.save(update_fields=["state"])  # type: ignore[no-untyped-call]
    page = console.get("/spaces/north/")
    assert "supprimé pour de bon. Son reçu dit" in words(page)
    assert "<form" not in page.content.decode().split("<main")[1]
    refused = console.post("/spaces/north/address/", {"slug": "ailleurs"})
    assert "Cet espace a été supprimé" in words(refused)


def test_a_draft_is_no_longer_paid_once_its_space_is_closed(closed: Tenant) -> None:
    campaign = make_campaign(make_shop(), {"north": 10_000, "south": 10_000}, at=AT)
    with pytest.raises(Refused, match="Espace north n’accueille plus"):
        placements.check_out(campaign_id=campaign.pk, at=AT)


def test_suspension_has_reason_and_a_second_act_waits(console: SpaceClient, north: Tenant) -> None:
    refused = console.post("/spaces/north/", {"act": "suspend", "reason": ""})
    assert refused.status_code == 422
    assert "Dites pourquoi" in words(refused)
    refused = console.post("/spaces/north/", {"act": "reopen", "reason": "Par erreur"})
    assert refused.status_code == 422
    assert "suspendu ou archivé" in words(refused)
    assert 'value="Par erreur"' in refused.content.decode()
    done = console.post("/spaces/north/", {"act": "suspend", "reason": "Impayés depuis juin"})
    work = SpaceOperation.objects.get()
    assert (done.status_code, done["Location"]) == (303, f"/works/{work.reference}/")
    assert (work.kind, work.asked_by) == ("suspend", "Agathe Troovon")
    second = console.post("/spaces/north/", {"act": "archive", "reason": "Deux"})
    assert second.status_code == 422
    assert "déjà en cours" in words(second)
    north.refresh_from_db()
    assert (north.state, north.closed_because) == ("suspended", "Impayés depuis juin")


def test_a_space_moves_to_another_web_address(console: SpaceClient, north: Tenant) -> None:
    assert 'action="/spaces/north/address/"' in console.get("/spaces/north/").content.decode()
    done = console.post("/spaces/north/address/", {"slug": "grand-nord"})
    assert (done.status_code, done["Location"]) == (303, "/spaces/grand-nord/")
    change = Change.objects.get(tenant=north)
    assert (change.what, change.before, change.after) == ("address", "north", "grand-nord")
    assert change.by == "Troovon (Agathe Troovon)"


def test_refused_web_address_comes_back_at_its_field(console: SpaceClient, north: Tenant) -> None:
    refusals = {"": "Choisissez une adresse", "south": "prise", "a b": "tiret"}
    for slug, sentence in refusals.items():
        page = console.post("/spaces/north/address/", {"slug": slug})
        assert page.status_code == 422
        assert sentence in words(page)
        assert f'value="{slug}"' in page.content.decode() or not slug
    north.refresh_from_db()
    assert north.slug == "north"


@pytest.mark.parametrize(
    ("act", "closes", "state"), [("export", False, "active"), ("archive", True, "archived")]
)
def test_an_export_closes_nothing_and_an_archive_does(
    console: SpaceClient, north: Tenant, act: str, *, closes: bool, state: str
) -> None:
    console.post("/spaces/north/", {"act": act, "reason": "Demande du client"})
    assert SpaceOperation.objects.get().options["closes"] is closes
    north.refresh_from_db()
    assert north.state == state


def test_running_work_is_polled_without_javascript_too(console: SpaceClient, north: Tenant) -> None:
    console.post("/spaces/north/", {"act": "suspend", "reason": "Pause"})
    work = SpaceOperation.objects.get()
    url = f"/works/{work.reference}/"
    page = console.get(url).content.decode()
    assert f'data-poll-url="{url}"' in page
    assert 'http-equiv="refresh"' in page
    part = console.get(url, headers={"hx-request": "true"}).content.decode()
    assert "data-poll-url" in part
    assert "<html" not in part
    SpaceOperation.objects.update(state="done", done_at=work.asked_at)
    assert "data-poll-url" not in console.get(url).content.decode()


def test_a_failed_work_says_why_and_is_tried_again(console: SpaceClient, north: Tenant) -> None:
    options = {"closes": False, "name": "archives/x.zip"}
    failed = {"state": "failed", "failure": "Le disque est plein."}
    work = work_on(north, AT, kind="archive", options=options, **failed)
    assert "Le disque est plein." in words(console.get(f"/works/{work.reference}/"))
    assert console.post(f"/works/{work.reference}/again/").status_code == 303
    work.refresh_from_db()
    assert (work.state, work.failure) == ("due", "")
    assert console.post(f"/works/{work.reference}/again/").status_code == 422


def test_deletion_shows_what_forbids_it_and_no_button(console: SpaceClient, closed: Tenant) -> None:
    campaign = make_campaign(make_shop(), {"north": 10_000}, at=AT)
    type(campaign).objects.filter(pk=campaign.pk).update(
        state="paid", paid_at=AT, review="approved", reviewed_at=AT
    )
    page = console.get("/spaces/north/delete/")
    assert campaign.reference in words(page)
    assert 'name="confirmation"' not in page.content.decode()
    typed = {"confirmation": "north", "reason": "Fin", "keep_until": ""}
    refused = console.post("/spaces/north/delete/", typed)
    assert refused.status_code == 422
    assert not SpaceOperation.objects.exists()


def test_a_deletion_is_confirmed_by_the_web_address_and_lists_what_is_kept(
    console: SpaceClient, closed: Tenant
) -> None:
    council = make_council("north")
    page = console.get("/spaces/north/delete/")
    assert council.reference in words(page)
    assert "L123-22" in words(page)
    typed = {"confirmation": "norht", "reason": "Fin du contrat", "keep_until": "2027-01-31"}
    refused = console.post("/spaces/north/delete/", typed)
    assert refused.status_code == 422
    assert 'value="Fin du contrat"' in refused.content.decode()
    assert 'value="norht"' in refused.content.decode()
    done = console.post("/spaces/north/delete/", typed | {"confirmation": " North "})
    work = SpaceOperation.objects.get()
    assert done["Location"] == f"/works/{work.reference}/"
    assert (work.kind, work.options) == ("delete", {"keep_until": "2027-01-31"})


def test_archives_are_kept_a_year_at_most(console: SpaceClient, closed: Tenant) -> None:
    typed = {"confirmation": "north", "reason": "Fin"}
    for day in ("2026-11-25", "2028-01-01", "demain"):
        refused = console.post("/spaces/north/delete/", typed | {"keep_until": day})
        assert refused.status_code == 422, day


def test_an_open_space_is_not_deleted(console: SpaceClient, north: Tenant) -> None:
    assert 'name="confirmation"' not in console.get("/spaces/north/delete/").content.decode()
    typed = {"confirmation": "north", "reason": "Fin", "keep_until": ""}
    page = console.post("/spaces/north/delete/", typed)
    assert page.status_code == 422
    assert "Suspendez ou archivez d’abord" in words(page)


def granted(archive: Archive, console: SpaceClient, at: dt.datetime) -> SpaceOperation:
    """Ask for an archive as the page does; the founder has told the administrators."""
    answer: Any = console.post(f"/archives/{archive.reference}/", {"reason": "Litige"})
    assert answer.status_code == 303
    work = SpaceOperation.objects.get(kind=SpaceOperation.Kind.TAKEOUT)
    work.state, work.done_at = SpaceOperation.State.DONE, timezone.now()
    work.result = {"archive": archive.reference}
    work.save()
    return work


def test_no_operator_has_an_archive_without_saying_why_and_for_longer_than_an_hour(
    console: SpaceClient, archive: Archive
) -> None:
    url = f"/archives/{archive.reference}/"
    assert "reçoivent votre nom et votre motif" in words(console.get(url))
    assert console.post(url, {"reason": " "}).status_code == 422
    work = granted(archive, console, AT)
    assert console.get(url)["Content-Type"] == "application/octet-stream"
    SpaceOperation.objects.update(done_at=timezone.now() - dt.timedelta(minutes=61))
    assert "votre motif" in words(console.get(url))
    SpaceOperation.objects.update(done_at=timezone.now(), options={**work.options, "operator": 0})
    assert "votre motif" in words(console.get(url))
    SpaceOperation.objects.update(options=work.options, state=SpaceOperation.State.DUE)
    assert "votre motif" in words(console.get(url))


def test_an_archive_is_downloaded_by_an_operator_and_kept_by_nobody_on_the_way(
    console: SpaceClient, archive: Archive
) -> None:
    assert archive.reference in words(console.get("/spaces/north/"))
    granted(archive, console, AT)
    answer: Any = console.get(f"/archives/{archive.reference}/")
    assert b"".join(answer.streaming_content) == b"PK rows"
    assert answer["Cache-Control"] == "private, no-store"
    assert f"troovon-north-2026-11-25-{archive.reference}.sealed" in answer["Content-Disposition"]
    default_storage.delete(archive.name)
    assert console.get(f"/archives/{archive.reference}/").status_code == 404


def test_archive_is_restored_on_a_free_web_address(console: SpaceClient, archive: Archive) -> None:
    url = f"/archives/{archive.reference}/restore/"
    assert "tel que celui-ci était" in words(console.get(url))
    taken = console.post(url, {"slug": "south", "reason": ""})
    assert taken.status_code == 422
    assert 'value="south"' in taken.content.decode()
    assert console.post(url, {"slug": "retour", "reason": ""}).status_code == 303
    assert SpaceOperation.objects.get().options == {"archive": archive.reference, "slug": "retour"}


FILED = {"what": "Factures", "numbers": ["F2026-7"], "until": "2036-12-31", "why": "L123-22"}
RECEIPTS: list[tuple[str, dict[str, Any], list[str]]] = [
    (
        "delete",
        {
            "removed": {"tables": 14, "files": 3, "jobs": 0},
            "kept": [FILED],
            "address": "north",
            "backups_until": "2026-12-30",
            "archives_until": "2027-01-31",
        },
        ["tables 14", "fichiers 3", "F2026-7", "30/12/2026", "31/01/2027", "31/12/2036"],
    ),
    (
        "archive",
        {"archive": "AR-ABCDEF", "rows": 1200, "files": 12, "bytes": 4096},
        ["AR-ABCDEF", "1 200 lignes", "Télécharger"],
    ),
    (
        "restore",
        {"slug": "retour", "rows": 7, "files": 1, "domains_left_out": ["north.example"]},
        ["north.example", "Voir l’espace"],
    ),
    ("suspend", {"sessions": 2}, ["Suspension"]),
]


def work_on(tenant: Tenant, at: dt.datetime, **columns: Any) -> SpaceOperation:
    return SpaceOperation.objects.create(tenant=tenant, asked_by="X", asked_at=at, **columns)


@pytest.mark.parametrize(("kind", "result", "expected"), RECEIPTS)
def test_a_work_that_is_done_shows_its_receipt(
    console: SpaceClient, north: Tenant, kind: str, result: dict[str, Any], expected: list[str]
) -> None:
    work = work_on(north, AT, kind=kind, state="done", done_at=AT, result=result)
    text = words(console.get(f"/works/{work.reference}/")).replace("\u202f", " ")
    for word in expected:
        assert word in text
