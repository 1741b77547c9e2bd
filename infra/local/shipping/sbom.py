"""The bill of materials of an installation, as CycloneDX: `python -m infra.local.shipping.sbom`.

Each package is listed with its version and the hashes of `requirements-prod.lock`, checked by pip.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parents[3] / "requirements-prod.lock"
_PACKAGE = re.compile(r"^(?P<name>[a-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^ ;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def described(lock: str) -> dict[str, Any]:
    """Return the packages of a lock file as a CycloneDX document."""
    parts: list[dict[str, Any]] = []
    for line in lock.splitlines():
        if found := _PACKAGE.match(line):
            name, version = found["name"], found["version"]
            purl = f"pkg:pypi/{name}@{version}"
            parts.append(
                {
                    "type": "library",
                    "bom-ref": purl,
                    "name": name,
                    "version": version,
                    "purl": purl,
                    "hashes": [],
                }
            )
        for digest in _HASH.findall(line):
            parts[-1]["hashes"].append({"alg": "SHA-256", "content": digest})
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "troovon"}},
        "components": parts,
    }


def main() -> None:
    """Write the document to the standard output."""
    json.dump(described(LOCK.read_text()), sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
