"""The pages of the mediastore for readers and keepers."""

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.mediastore.models import Medium, PassCode, Progress
from tenants.community.mediastore.queries.slides import slides
from tenants.community.mediastore.rules import shelf as rules
from tests.fixtures.people import Browse, SameCost, SpaceClient
from tests.tenants.community.mediastore.making import make_keeper, make_medium, pdf, prepare


def typed(**changes: Any) -> dict[str, Any]:
    """A browser's entries for a complete form."""
    usual = {"kind": "guide", "provider": "council", "title": "Balades", "language": "fr"}
    return usual | {"access": "members", "loan_days": "14"} | changes


def test_screens_show_the_code_of_each_day_once_something_is_read_on_site(
    browse: Browse, owner: User, teammate: User
) -> None:
    make_medium(owner)
    at = timezone.now()
    assert slides(at) == []
    make_medium(owner, access="on_site")
    today, tomorrow, _later = slides(at)
    assert today.starts_at <= at < today.ends_at == tomorrow.starts_at
    code = rules.gate_code_of(timezone.localdate(at))
    assert today.title == f"Code du jour : {code[:3]} {code[3:]}"
    assert f'value="{code}"' in browse(teammate).get(today.url).text
    assert today.title != tomorrow.title


def test_three_media_cost_what_one_costs(
    his: SpaceClient, same_cost: SameCost, owner: User
) -> None:
    make_medium(owner)
    with same_cost(his, "/media/"):
        for _number in range(2):
            make_medium(owner, copies=2)


def test_keeper_puts_a_file_on_the_shelf_and_a_member_reads_it(
    browse: Browse, owner: User, teammate: User
) -> None:
    keeper = browse(make_keeper(owner))
    assert "Le rayon est vide" in browse(teammate).get("/media/").text
    assert browse(teammate).get("/media/keep/new/").status_code == 403
    sent = SimpleUploadedFile("x.pdf", pdf(2))
    assert keeper.post("/media/keep/new/", typed(file=sent)).status_code == 303
    medium = Medium.objects.get()
    assert "En préparation" in keeper.get("/media/keep/").text
    assert "En préparation" in keeper.get(f"/media/keep/{medium.reference}/state/").text
    prepare(medium)
    client, url = browse(teammate), medium.get_absolute_url()
    assert "Balades" in client.get("/media/?q=balade").text
    text = client.get(f"{url}read/1/").text
    assert f"{url}file/1/" in text
    assert "1 / 2" in text
    assert client.get(f"{url}read/3/").status_code == 404
    assert client.get(f"{url}file/1/")["Content-Type"] == "image/webp"


def test_mistake_is_shown_and_what_was_typed_stays(browse: Browse, owner: User) -> None:
    keeper, no_pdf = browse(make_keeper(owner)), SimpleUploadedFile("x.pdf", b"MZ no pdf")
    mistakes: list[tuple[dict[str, Any], str]] = [
        ({}, "Choisissez le fichier"),
        ({"kind": "podcast"}, "adresse du flux"),
        ({"kind": "podcast", "feed": "http://p.example/f"}, "commence par https"),
        ({"kind": "podcast", "feed": "ftp://p.example/f"}, "commence par https"),
        ({"kind": "podcast", "feed": "https://user:pw@p.example/f"}, "ni nom ni mot de passe"),
        ({"kind": "podcast", "feed": "https://p.example:8443/f"}, "Le port est 443"),
        ({"kind": "podcast", "feed": "https://[fec0::1]/f"}, "est interne"),
        ({"kind": "pass", "codes": " \n"}, "un par ligne"),
        ({"title": ""}, "Donnez un titre"),
        ({"ends_on": "2020-01-01"}, "Ce jour est passé"),
        ({"file": no_pdf}, "quel que soit son nom"),
    ]
    for changes, sentence in mistakes:
        form = typed(creator="Office de tourisme", **changes)
        text = keeper.refused("/media/keep/new/", form)
        assert sentence in text
        assert "Office de tourisme" in text
    assert not Medium.objects.exists()


def test_pass_is_borrowed_and_only_its_borrower_sees_the_code(
    browse: Browse, owner: User, teammate: User
) -> None:
    keeper = browse(make_keeper(owner))
    keeper.post("/media/keep/new/", typed(kind="pass", codes="MUS-1\nMUS-1\n"))
    medium = Medium.objects.get()
    assert (medium.state, medium.copies, PassCode.objects.count()) == ("ready", 1, 1)
    client, url = browse(teammate), medium.get_absolute_url()
    assert client.post(f"{url}borrow/").status_code == 303
    assert "MUS-1" in client.get(url).text
    assert keeper.post(f"{url}borrow/").status_code == 303
    text = keeper.get(url).text
    assert "MUS-1" not in text
    assert "1 personne attend" in text
    client.post(f"{url}give-back/")
    assert "MUS-1" in keeper.get(url).text


def test_copy_is_read_only_by_who_holds_it(his: SpaceClient, owner: User) -> None:
    url = make_medium(owner, copies=1).get_absolute_url()
    assert his.get(f"{url}read/1/").status_code == 422
    his.post(f"{url}borrow/")
    assert his.get(f"{url}read/1/").status_code == 200


def test_code_of_the_day_opens_what_is_read_on_site_and_is_not_guessed(
    his: SpaceClient, owner: User
) -> None:
    url = make_medium(owner, access="on_site").get_absolute_url()
    assert his.get(f"{url}read/1/").status_code == 422
    assert "Je suis sur place" in his.get(url).text
    assert his.post("/media/here/", {"code": "12"}).status_code == 422
    code = rules.gate_code_of(timezone.localdate())
    assert his.post("/media/here/", {"code": f"{code[:3]} {code[3:]}"}).status_code == 303
    assert his.get(f"{url}read/1/").status_code == 200
    for _guess in range(10):
        his.post("/media/here/", {"code": "000000"})
    assert "Trop d’essais" in his.post("/media/here/", {"code": code}).text


def test_mark_is_kept_for_its_reader_alone(browse: Browse, owner: User, teammate: User) -> None:
    url = make_medium(owner, pages=3).get_absolute_url()
    client = browse(teammate)
    assert client.post(f"{url}mark/", {"number": "2"})["Location"] == f"{url}read/2/"
    assert client.post(f"{url}mark/", {"number": "x"}).status_code == 422
    assert Progress.objects.get().reader_id == teammate.pk
    assert f"{url}read/2/" in client.get(url).text
    assert "Reprendre" not in browse(owner).get(url).text


def test_player_gets_the_piece_that_it_asks_for(
    browse: Browse, his: SpaceClient, owner: User
) -> None:
    film = b"\0\0\0\x18ftypmp42" + bytes(range(200))
    keeper = browse(make_keeper(owner))
    sent = SimpleUploadedFile("x.mp4", film)
    keeper.post("/media/keep/new/", typed(kind="video", file=sent))
    medium = Medium.objects.get()
    prepare(medium)
    url = f"{medium.get_absolute_url()}file/1/"
    piece = his.get(url, headers={"range": "bytes=4-11"})
    assert (piece.status_code, piece.content) == (206, film[4:12])
    assert piece["Content-Range"] == f"bytes 4-11/{len(film)}"
    assert his.get(url, headers={"range": "bytes=-4"}).content == film[-4:]
    assert his.get(url, headers={"range": "bytes=9999-"}).status_code == 416
    assert his.get(url, headers={"range": "x"}).getvalue() == film


def test_withdrawn_or_expired_medium_is_gone(browse: Browse, his: SpaceClient, owner: User) -> None:
    over = make_medium(owner, ends_on=timezone.localdate() - dt.timedelta(days=1))
    assert his.get(over.get_absolute_url()).status_code == 404
    medium = make_medium(owner)
    keeper = browse(make_keeper(owner))
    assert keeper.get(f"/media/keep/{medium.reference}/").status_code == 200
    keeper.post(f"/media/keep/{medium.reference}/", typed(title="Corrigé"))
    assert "Corrigé" in his.get(medium.get_absolute_url()).text
    assert keeper.post(f"/media/keep/{medium.reference}/withdraw/").status_code == 303
    assert his.get(medium.get_absolute_url()).status_code == 404


def test_file_that_was_refused_says_why_and_is_tried_again(browse: Browse, owner: User) -> None:
    medium = make_medium(owner, state="failed", failure="locked", upload="north/mediastore/x")
    keeper = browse(make_keeper(owner))
    assert "sans verrou" in keeper.get("/media/keep/").text
    assert keeper.post(f"/media/keep/{medium.reference}/again/").status_code == 303
    medium.refresh_from_db()
    assert medium.state == "waiting"
