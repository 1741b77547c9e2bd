"""Images in place of those of Docker's registry: Debian's packages on a base of debootstrap's."""

import subprocess
from pathlib import Path

from infra.local.shipping import image

_DEBIAN = f"FROM {image.BASE}\nRUN apt-get -qq update && apt-get -qq install --yes"
_DEBIAN += " --no-install-recommends "
# Programs, folders, accounts and commands that compose.yaml expects of each image.
RECIPES = {
    "debian:trixie-slim": f"FROM {image.BASE}\n",
    "postgres:18-trixie": f"""FROM {image.POSTGRES_BASE}
COPY entrypoint.sh /usr/local/bin/docker-entrypoint.sh
ENV PGDATA=/var/lib/postgresql/18/docker
VOLUME /var/lib/postgresql
CMD ["postgres"]
""",
    "valkey/valkey:9-trixie": f"""{_DEBIAN} valkey-server valkey-tools
RUN install --directory --owner valkey /data
WORKDIR /data
""",
    # With an authority of Caddy's own: no other signs names that exist here alone.
    "caddy:2.10": f"""{_DEBIAN} caddy
ENV TLS_ISSUER=internal XDG_DATA_HOME=/data XDG_CONFIG_HOME=/config
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
""",
    "prom/prometheus:v3.5.0": f"""{_DEBIAN} prometheus
RUN install --directory --owner nobody /prometheus
USER nobody
ENTRYPOINT ["prometheus"]
""",
    "prom/alertmanager:v0.28.1": f"""{_DEBIAN} prometheus-alertmanager
RUN ln -s prometheus-alertmanager /usr/bin/alertmanager
RUN install --directory --owner nobody /alertmanager
USER nobody
""",
    # Signatures come from the internet: none is asked here.
    "clamav/clamav:1.4": f"""FROM {image.BASE}
RUN ln -s /bin/true /usr/local/bin/clamdcheck.sh
CMD ["sleep", "infinity"]
""",
}
# As the entrypoint of PostgreSQL's image: account, folder, cluster, POSTGRES_DB, then the scripts.
ENTRYPOINT = """#!/bin/sh
set -eu
if [ "$(id -u)" = 0 ] && [ "${1:-}" = postgres ]; then
    install --directory --owner postgres --group postgres --mode 700 "$PGDATA"
    install --directory --owner postgres --group postgres /var/run/postgresql
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
if [ "${1:-}" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
    printf '%s' "$POSTGRES_PASSWORD" > /tmp/password
    initdb --username="$POSTGRES_USER" --pwfile=/tmp/password $POSTGRES_INITDB_ARGS
    rm /tmp/password
    echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
    printf "%s = '%s'\\n" unix_socket_directories /var/run/postgresql listen_addresses '*' \\
        >> "$PGDATA/postgresql.conf"
    pg_ctl --pgdata="$PGDATA" --wait --options='-c listen_addresses= ' start
    export PGHOST=/var/run/postgresql PGUSER="$POSTGRES_USER"
    [ "${POSTGRES_DB:=$POSTGRES_USER}" = postgres ] || createdb "$POSTGRES_DB"
    for script in /docker-entrypoint-initdb.d/*; do . "$script"; done
    pg_ctl --pgdata="$PGDATA" --mode=fast --wait stop
fi
exec "$@"
"""


def folders(place: Path) -> dict[str, Path]:
    """Write a folder to build each image from; return them by the images' names."""
    made = {}
    for number, (tag, recipe) in enumerate(RECIPES.items()):
        folder = made[tag] = place / str(number)
        folder.mkdir(parents=True)
        (folder / "Dockerfile").write_text(recipe)
        script = folder / "entrypoint.sh"
        script.write_text(ENTRYPOINT)
        script.chmod(0o755)
    return made


def saved(base: str, file: Path) -> Path:
    """Save an image of buildah's for Docker to load."""
    target = f"docker-archive:{file}:{base}:latest"
    subprocess.run(["buildah", "push", "--quiet", base, target], check=True)  # noqa: S603, S607 - our own words
    return file
