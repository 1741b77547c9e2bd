"""Legal texts: a version in force never changes."""

import pytest

from saas.kernel.values import legal

DIGESTS = {
    ("cgv", 1): "ab027661a6b2868f653482925e4143fa4f8455ea02b2f4eb80ba70369fc9b397",
    ("cgu", 1): "d43e502f4ec3ed71440c6a7f0651d5bca2a633a4d599a68abe06e1ab786b0dd5",
    ("dpa", 1): "b8b65f6ddf8cf57a60bc4df868b4f497bb875c724fc33e70126d3ba4d26e76bf",
    ("self_billing", 1): "47a66d368987bf49fcb074b4d3f3336e855d73940a371c1d70651a5f3a0e2543",
}


@pytest.mark.parametrize("document", legal.DOCUMENTS, ids=lambda each: each.code)
def test_version_in_force_never_changes(document: legal.Document) -> None:
    digest = legal.digest_of(document.code, document.version)
    assert digest == DIGESTS[document.code, document.version]
