"""Subdomains, SIREN keys, walks and round numbers, over many values."""

import random
import string
from collections.abc import Iterator
from itertools import islice

import pytest

from saas.kernel.errors import Refused
from saas.kernel.values.points import metres
from tenants.spaces import hosts
from tenants.spaces.models import Tenant
from tenants.spaces.rules import slugs, walks, workplaces

PLAIN = string.ascii_lowercase + string.digits


def labels(count: int, seed: int) -> Iterator[str]:
    """Give random labels, most of them of the right form."""
    draw = random.Random(seed)  # noqa: S311 - the same labels each time
    for _ in range(count):
        size = draw.randint(1, 45)
        yield "".join(draw.choice(PLAIN + "-") for _ in range(size))


def is_accepted(slug: str, taken: set[str]) -> bool:
    try:
        slugs.check_slug(slug, taken=taken, paths={"orders"})
    except Refused as refusal:
        return refusal.field != "slug"
    return True


def test_accepted_slug_fits_the_table_and_a_host() -> None:
    assert "a_slug_is_a_plain_host_label" in {one.name for one in Tenant._meta.constraints}
    for slug in labels(3_000, 1):
        if is_accepted(slug, set()):
            assert 3 <= len(slug) <= 40
            assert slug == slug.lower()
            assert "--" not in slug
            assert slug.strip("-") == slug
            assert any(sign.isalpha() for sign in slug)


def test_nobody_gets_a_label_that_looks_like_one_that_is_taken() -> None:
    twins = {"o": "0", "0": "o", "l": "1", "1": "i", "i": "l", "m": "rn", "w": "vv"}
    draw = random.Random(2)  # noqa: S311 - the same labels each time
    tried = 0
    for slug in labels(2_000, 3):
        if not is_accepted(slug, set()):
            continue
        places = [place for place, sign in enumerate(slug) if sign in twins]
        if not places:
            continue
        place = draw.choice(places)
        other = slug[:place] + twins[slug[place]] + slug[place + 1 :]
        assert not is_accepted(other, {slug}), (slug, other)
        tried += 1
    assert tried > 300


def test_hyphens_make_no_difference_to_the_eye() -> None:
    for slug in ("trois-moulins", "troismoulins", "tr-oismoulins"):
        assert not is_accepted(slug, {"trois-moulin-s"})
    assert is_accepted("deux-moulins", {"trois-moulins"})


@pytest.mark.parametrize(
    "name",
    [
        *(
            "www",
            "ops",
            "sso",
            "null",
            "mta-sts",
            "0ps",
            "adm1n",
            "ad-min",
            "rnail",
            "stat1c",
            "API",
        ),
        *("troovon-support", "le-tr00von", "stripe-status"),
        *("h\u0435lvane", "hélvane", "\uff48\uff45lvane\u0662", "helvane\u3002x", "xn--hlvane-bva"),
    ],
)
def test_our_names_and_signs_their_twins_and_other_alphabets_are_refused(name: str) -> None:
    assert not is_accepted(slugs.normal_slug(name), set())
    assert is_accepted("troovonnais", set())


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("  Helvane ", "helvane"),
        ("\uff28\uff25\uff2c\uff36\uff21\uff2e\uff25", "helvane"),
        ("\ufb01lature", "filature"),
    ],
)
def test_compatible_forms_are_read_as_one(typed: str, read: str) -> None:
    assert slugs.normal_slug(typed) == read
    assert is_accepted(slugs.normal_slug(typed), set())


def test_proposals_hold_three_free_slugs() -> None:
    taken: set[str] = set()
    for _ in range(60):
        offered = slugs.proposals("moulins", name="Les Moulins", city="Saint-Avel", postcode="38")
        free = list(islice((slug for slug in offered if is_accepted(slug, taken)), 3))
        assert len(free) == 3
        taken.add(free[0])


def test_a_long_proposal_ends_with_a_whole_word() -> None:
    offered = slugs.proposals(
        "chantier", name="Chantier du Pont Neuf", city="Saint-Avel-sur-Loge", postcode="37000"
    )
    assert list(islice(offered, 3))[2] == "chantier-du-pont-neuf-saint-avel-sur"


@pytest.mark.parametrize("wanted", ["", "é", "a", "x" * 60, "---", "東京"])
def test_proposals_are_plain_whatever_was_typed(wanted: str) -> None:
    offered = slugs.proposals(wanted, name="", city="", postcode="")
    free = [slug for slug in islice(offered, 12) if is_accepted(slug, set())]
    assert len(free) >= 3


def objection(siren: str) -> str:
    return workplaces.objection_to_siren(siren)


def test_wrong_digit_breaks_the_key_of_a_siren() -> None:
    draw = random.Random(4)  # noqa: S311 - the same numbers each time
    for _ in range(300):
        body = "".join(draw.choice(string.digits) for _ in range(8))
        right = next(body + key for key in string.digits if not objection(body + key))
        place = draw.randrange(9)
        wrong = str((int(right[place]) + draw.randint(1, 9)) % 10)
        assert "clé de contrôle" in objection(right[:place] + wrong + right[place + 1 :])


def test_known_sirens_have_their_key_and_nine_zeros_are_none() -> None:
    for siren in ("732829320", "552100554", "443061841"):
        workplaces.check_siren(siren)
    with pytest.raises(Refused):
        workplaces.check_siren("000000000")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("73282932000074", "C’est un SIRET"),
        ("73282932000079", "celui-ci en a 14"),
        ("35600000012345", "celui-ci en a 14"),
        ("35600000000048", "C’est un SIRET"),
        ("7328293", "celui-ci en a 7"),
        ("73282932O", "que des chiffres"),
    ],
)
def test_number_that_is_no_siren_says_what_it_is(typed: str, words: str) -> None:
    assert words in objection(typed)


@pytest.mark.parametrize(
    ("domain", "free"),
    [
        ("gmail.com", True),
        ("yahoo.co.uk", True),
        ("hotmail.fr", True),
        ("orange.fr", True),
        ("helvane.example", False),
        ("live.helvane.example", False),
        ("gmail.helvane.fr", False),
    ],
)
def test_a_domain_where_anybody_gets_a_mailbox_proves_nothing(domain: str, *, free: bool) -> None:
    assert workplaces.is_free_mail(domain) is free


def test_a_walk_is_counted_from_the_nearest_gate() -> None:
    shop = (45.1900, 5.7245)
    near, far = (45.1885, 5.7245), (45.1700, 5.7245)
    assert 160 < metres(shop, near) < 175
    assert metres(shop, near) == pytest.approx(metres(near, shop))
    assert walks.walking_minutes(shop, [far, near]) == walks.walking_minutes(shop, [near]) == 3
    assert walks.walking_minutes(near, [near]) == 1


@pytest.mark.parametrize(
    ("heads", "shown"),
    [(1, 10), (14, 10), (96, 100), (310, 300), (826, 850), (1_240, 1_200), (12_345, 12_300)],
)
def test_a_head_count_is_shown_as_about_so_many(heads: int, shown: int) -> None:
    assert walks.rounded(heads) == shown


def test_no_space_is_called_like_the_first_part_of_a_path() -> None:
    assert not is_accepted("orders", set())
    assert is_accepted("orders-lyon", set())
    assert {"classifieds", "desk", "health", "orders", "signin"} <= hosts.path_words()
