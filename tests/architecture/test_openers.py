"""Files of strangers are parsed by openers in a child process alone."""

import ast

from tests.architecture.source import nodes_of, sources

SERVED = ("saas/", "tenants/", "billing/", "api/")
OPENERS = "saas/kernel/sandbox/openers/"
PARSERS = frozenset(
    [
        "anymail.inbound",
        "bz2",
        "csv",
        "email.parser",
        "gzip",
        "html.parser",
        "lzma",
        "openpyxl",
        "plistlib",
        "tarfile",
        "xml",
        "zipfile",
        "zlib",
    ]
)
WRITES, OWN = "it writes such files", "files of the installation, by a command"
# Modules outside openers that import a parser, with the reason.
BESIDE = {
    "billing/councils/files/dac7.py": WRITES,
    "billing/councils/settlement/bundles.py": WRITES,
    "billing/papers/files/cii.py": WRITES,
    "saas/geocoding/reading.py": OWN,
    "saas/kernel/uploads/sheets.py": WRITES,
    "saas/kernel/values/cells.py": WRITES,
    "saas/kernel/values/csv_files.py": OWN,
    "tenants/community/conversations/gateway.py": "mails, parsed within limits",
    "tenants/community/personal_data/queries.py": WRITES,
    "tenants/community/sso/gateway/saml.py": "it packs our own request",
    "tenants/spaces/actions/register.py": OWN,
    "tenants/spaces/archives.py": WRITES,
    "tenants/spaces/exporting.py": WRITES,
    "tenants/spaces/restoring.py": "archives sealed here, by an operator's command or the founder",
}


def modules_in(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def is_parser(module: str) -> bool:
    return module in PARSERS or module.partition(".")[0] in PARSERS


def test_parsers_are_imported_by_openers_or_with_a_reason() -> None:
    found = {
        source.name
        for source in sources()
        if source.name.startswith(SERVED)
        and not source.name.startswith(OPENERS)
        and any(is_parser(name) for node in nodes_of(source.tree) for name in modules_in(node))
    }
    assert found == set(BESIDE)
