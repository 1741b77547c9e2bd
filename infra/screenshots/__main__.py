"""`troovon screenshots DIR`: walk over all pages of a demo, picture each, list the faults."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from infra.local import interruption
from infra.local.words import Trouble
from infra.screenshots import readme, running_demo
from infra.screenshots.camera import Camera, chromium, name_of
from infra.screenshots.findings import Findings


def main(argv: Sequence[str] | None = None) -> int:
    """Run the walk; return 1 if a page has a fault."""
    parsed = _parser().parse_args(argv)
    interruption.listen()
    try:
        with running_demo.running(parsed.stack) as stack:
            if parsed.readme:
                readme.take(stack, parsed.to)
                return 0
            return _walk(stack, parsed)
    except interruption.Interrupted:
        return interruption.EXIT_CODE
    except Trouble as trouble:
        sys.stderr.write(f"{trouble.sentence.en}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="troovon screenshots", description=__doc__)
    parser.add_argument("to", type=Path, help="where the pictures go (with --readme: one file)")
    parser.add_argument("--stack", type=Path, help="what `troovon demo --json` said, in a file")
    parser.add_argument("--lang", choices=["fr", "en"], default="fr")
    parser.add_argument("--only", default="", help="pages whose name contains this")
    parser.add_argument("--readme", action="store_true", help="only the picture of the README")
    return parser


def _walk(stack: dict[str, Any], parsed: argparse.Namespace) -> int:
    parsed.to.mkdir(parents=True, exist_ok=True)
    pages = running_demo.pages(stack, parsed.lang)
    wrong = 0
    stops = [stop for stop in pages["stops"] if parsed.only in name_of(stop)]
    with chromium() as browser:
        camera = Camera(
            browser,
            people=stack["people"],
            sessions=pages["sessions"],
            folder=parsed.to,
            lang=parsed.lang,
        )
        for stop in stops:
            wrong += not _report(camera.visit(stop))
        camera.finish()
    _say(f"{wrong} pages to look after" if wrong else "all pages are as they should be")
    return 1 if wrong else 0


def _report(findings: Findings) -> bool:
    _say(findings.line())
    for detail in findings.details():
        _say(f"    {detail}")
    return findings.fine


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
