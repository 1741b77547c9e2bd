"""The board's pages: who sees what, and what each click does."""

import pytest

from tests.tenants.community.classifieds.making import make_classified, make_picture


@pytest.mark.parametrize(
    "url", ["/classifieds/", "/classifieds/new/", "/classifieds/mine/", "/messages/"]
)
def test_pages_open(browse, teammate, url):
    r = browse(teammate).get(url)
    assert r.status_code == 200, r.content[:500]


def test_detail(browse, owner, teammate):
    c = make_classified(owner)
    make_picture(owner, c)
    make_picture(owner, c, position=1)
    for u in (owner, teammate):
        r = browse(u).get(c.get_absolute_url())
        assert r.status_code == 200
