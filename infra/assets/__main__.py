"""`python -m infra.assets`: build the assets that pages need beside the style sheet."""

import sys

from infra.assets.build import ASSETS, build

if __name__ == "__main__":
    build(ASSETS)
    sys.stdout.write(f"{ASSETS}\n")
