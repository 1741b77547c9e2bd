"""Alert rules and dashboards: tested by promtool, and compared with /metrics."""

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families as parsed

from saas.kernel.watching import metrics
from saas.monitoring.metrics import exposition
from tests.fixtures.broker import empty_broker
from tests.fixtures.programs import program, run_program
from tests.infra.deploy.services import SERVICES

__all__ = ["empty_broker"]
FOLDER = Path(__file__).resolve().parents[3] / "infra" / "deploy" / "watching"
RULES = yaml.safe_load((FOLDER / "rules.yaml").read_text())["groups"][0]["rules"]
DASHBOARDS = [json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))]
_NAME = re.compile(r"\btroovon_[a-z_]+")


def promtool(*words: str | Path) -> None:
    """Have promtool judge a file."""
    judged = run_program([program("promtool"), *words], env={"PATH": os.environ["PATH"]})
    assert judged.returncode == 0, judged.stdout + judged.stderr


class Case(NamedTuple):
    """Series that raise an alert, and the same that do not."""

    raising: dict[str, str]
    quiet: dict[str, str]


def gauge(series: str, raising: float, quiet: float) -> Case:
    return Case({series: f"{raising}x60"}, {series: f"{quiet}x60"})


def counters(raising: dict[str, int], quiet: dict[str, int]) -> Case:
    """Counters that grow by so much a minute."""
    return Case(
        {series: f"0+{step}x60" for series, step in raising.items()},
        {series: f"0+{step}x60" for series, step in quiet.items()},
    )


PAGES = "troovon_requests_total"
BUCKET = "troovon_request_duration_seconds_bucket"
POOL_WAIT, POOL_REQUESTS = "troovon_pool_wait_seconds_total", "troovon_pool_requests_total"
STRIPE, MAILS = "troovon_stripe_calls_total", "troovon_mails_total"
EVENTS, LEDGER = "troovon_mail_events_total", "troovon_ledger_cents"
CASES = {
    "TroovonAway": gauge('up{job="troovon"}', 0, 1),
    "TroovonPartAway": gauge('troovon_part_up{part="database"}', 0, 1),
    "TroovonPagesFail": counters(
        {PAGES + '{status="500"}': 10, PAGES + '{status="200"}': 90},
        {PAGES + '{status="500"}': 1, PAGES + '{status="200"}': 900},
    ),
    "TroovonPagesSlow": counters(
        {BUCKET + '{route="a",le="0.1"}': 0, BUCKET + '{route="a",le="+Inf"}': 60}
        | {BUCKET + '{route="a",le="5.0"}': 60},
        {BUCKET + '{route="a",le="0.1"}': 60, BUCKET + '{route="a",le="+Inf"}': 60},
    ),
    "TroovonRequestsRefused": counters(
        {'troovon_refused_requests_total{status="503"}': 60},
        {'troovon_refused_requests_total{status="503"}': 1},
    ),
    "TroovonPoolTimeouts": counters(
        {"troovon_pool_timeouts_total": 2}, {"troovon_pool_timeouts_total": 0}
    ),
    "TroovonPoolWaits": counters(
        {POOL_WAIT: 10, POOL_REQUESTS: 100}, {POOL_WAIT: 1, POOL_REQUESTS: 100}
    ),
    "TroovonProcessSilent": gauge('troovon_heartbeat_age_seconds{process="caller"}', 400, 60),
    "TroovonQueueLate": gauge('troovon_queue_age_seconds{queue="owner"}', 1000, 30),
    "TroovonClockStopped": gauge("troovon_clock_age_seconds", 200, 60),
    "TroovonRegularJobLate": gauge(
        'troovon_scheduled_job_age_seconds{job="books"}', 110_000, 80_000
    ),
    "TroovonJobsFail": counters(
        {'troovon_jobs_total{task="a",outcome="failed"}': 1},
        {'troovon_jobs_total{task="a",outcome="done"}': 9},
    ),
    "TroovonJobSetAside": gauge('troovon_open_troubles{kind="set_aside"}', 1, 0),
    "TroovonStripeFails": counters(
        {STRIPE + '{outcome="no_answer"}': 30, STRIPE + '{outcome="200"}': 70},
        {STRIPE + '{outcome="402"}': 30, STRIPE + '{outcome="200"}': 70},
    ),
    "TroovonStripeRefusesKey": gauge('troovon_open_troubles{kind="stripe_halt"}', 1, 0),
    "TroovonStripeCallParked": gauge('troovon_stripe_calls_kept{state="parked"}', 2, 0),
    "TroovonMailsFail": counters(
        {MAILS + '{outcome="failed"}': 1}, {MAILS + '{outcome="refused"}': 9}
    ),
    "TroovonMailsBounce": counters(
        {EVENTS + '{cause="bounced"}': 1, MAILS + '{outcome="sent"}': 5},
        {EVENTS + '{cause="bounced"}': 1, MAILS + '{outcome="sent"}': 500},
    ),
    "TroovonBalanceShort": Case(
        {
            LEDGER + '{account="stripe.balance"}': "1000x60",
            LEDGER + '{account="share.held"}': "-900x60",
            LEDGER + '{account="share.due"}': "-200x60",
        },
        {
            LEDGER + '{account="stripe.balance"}': "1000x60",
            LEDGER + '{account="share.held"}': "-900x60",
            LEDGER + '{account="revenue.placement"}': "-2000x60",
        },
    ),
    # promtool begins its tests at the second 0 of 1970.
    "TroovonBooksNotClosed": gauge("troovon_closing_timestamp_seconds", -110_000, 0),
    "TroovonBackupOld": gauge("troovon_backup_timestamp_seconds", -110_000, 0),
    "TroovonFoundingStuck": gauge('troovon_foundings{state="queued"}', 1, 0),
    "TroovonDiskFull": gauge('troovon_disk_free_bytes{disk="data"}', 1e9, 9e9),
    "TroovonCellFault": gauge('troovon_cell_faults{cell="east"}', 1, 0),
    "TroovonCellBehind": gauge('troovon_cell_lag_bytes{cell="east"}', 1e8, 1e6),
    "TroovonMemoryHigh": gauge('troovon_process_resident_bytes_most{process="web"}', 9e8, 3e8),
    "TroovonBackendsGrow": gauge('troovon_backend_memory_bytes_most{process="web"}', 2e8, 9e7),
    "TroovonScrapeSlow": gauge("troovon_scrape_seconds", 2, 0.1),
}


def test_every_alert_is_tried() -> None:
    assert [rule["alert"] for rule in RULES] == list(CASES)


def test_alert_rises_when_it_should_and_at_no_other_time(tmp_path: Path) -> None:
    groups = [
        {
            "name": f"{alert} {'rises' if is_raised else 'stays away'}",
            "interval": "1m",
            "input_series": [{"series": one, "values": text} for one, text in series.items()],
            "promql_expr_test": [
                {
                    "expr": f'count(ALERTS{{alertname="{alert}", alertstate="firing"}})',
                    "eval_time": "40m",
                    "exp_samples": [{"labels": "{}", "value": 1}] if is_raised else [],
                }
            ],
        }
        for alert, case in CASES.items()
        for is_raised, series in ((True, case.raising), (False, case.quiet))
    ]
    rules = shutil.copy(FOLDER / "rules.yaml", tmp_path)
    file = tmp_path / "tests.yaml"
    file.write_text(yaml.safe_dump({"rule_files": [str(rules)], "tests": groups}))
    promtool("test", "rules", file)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_alert_has_a_sentence_and_a_first_step(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"page", "ticket"}
    for name in ("summary", "step"):
        assert rule["annotations"][name].endswith("."), name


def test_prometheus_reads_the_shipped_files() -> None:
    promtool("check", "config", "--syntax-only", FOLDER / "prometheus.yaml")


@pytest.fixture
def alertmanager(tmp_path: Path) -> Path:
    """The configuration as the container of compose writes it, by the very command."""
    service = SERVICES["alertmanager"]
    given = {name: f"{name.lower()}@a.example" for name in service["environment"]}
    given["ALERT_MAIL_HOST"] = "mail.example:587"
    written = tmp_path / "alertmanager.yaml"
    [words] = service["command"]
    command = words.partition(" && ")[0].replace("$$", "$")
    command = command.replace("/etc/alertmanager/template.yaml", str(FOLDER / "alertmanager.yaml"))
    command = command.replace("/tmp/alertmanager.yaml", str(written))  # noqa: S108 - of a container
    filled = run_program(
        [*service["entrypoint"], command], env={"PATH": os.environ["PATH"], **given}
    )
    assert filled.returncode == 0, filled.stderr
    return written


def test_alertmanager_reads_its_configuration(alertmanager: Path) -> None:
    checked = run_program([program("amtool"), "check-config", alertmanager])
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "${" not in alertmanager.read_text().partition("global:")[2]
    [target] = yaml.safe_load((FOLDER / "prometheus.yaml").read_text())["alerting"]["alertmanagers"]
    assert target["static_configs"] == [{"targets": ["alertmanager:9093"]}]


@pytest.mark.parametrize("severity", ["page", "ticket"])
def test_alert_of_each_severity_reaches_operators(alertmanager: Path, severity: str) -> None:
    words = ["config", "routes", "test", f"--config.file={alertmanager}", f"severity={severity}"]
    routed = run_program([program("amtool"), *words])
    assert routed.stdout.strip() == {"page": "on-call", "ticket": "operators"}[severity]


def queries_of(dashboard: dict[str, Any]) -> list[str]:
    return [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]


def test_metrics_of_rules_and_dashboards_exist(db: None, empty_broker: None, settings: Any) -> None:
    settings.BACKUPS_ARE_MADE = True
    labels = {"site": "space", "route": "a"}
    for metric in metrics.EVERY:
        words = [labels.get(name, "a") for name in metric.labels]
        if metric.buckets:
            metrics.observe(metric, 0.1, *words)
        else:
            metrics.count(metric, *words)
    text = exposition.exposition(at=timezone.now()).decode()
    shown = {sample.name for family in parsed(text) for sample in family.samples}
    # Metrics without a value before their first event: a closing of the books, the clock's beat;
    # and those of cells, which tests/tenants/spaces/cells reads.
    shown |= {"troovon_closing_timestamp_seconds", "troovon_clock_age_seconds"}
    shown |= {"troovon_scheduled_job_age_seconds", "troovon_heartbeat_age_seconds"}
    shown |= {"troovon_ledger_cents", "troovon_backends"}
    shown |= {"troovon_cell_faults", "troovon_cell_lag_bytes"}
    queries = [rule["expr"] for rule in RULES]
    queries += [query for dashboard in DASHBOARDS for query in queries_of(dashboard)]
    used = {name for query in queries for name in _NAME.findall(query)}
    assert used <= shown
    drawn = {
        name for one in DASHBOARDS for query in queries_of(one) for name in _NAME.findall(query)
    }
    families = {re.sub(r"_(bucket|sum|count|created)\Z", "", name) for name in shown}
    # The faults of cells are alerts and a page of the console; most installations have no cell.
    alone = {"troovon_cell_faults", "troovon_cell_lag_bytes"}
    assert families - alone == {re.sub(r"_(bucket|sum|count)\Z", "", name) for name in drawn}


def test_two_dashboards_are_shipped_and_their_queries_parse(tmp_path: Path) -> None:
    assert [one["uid"] for one in DASHBOARDS] == ["troovon-business", "troovon-service"]
    rules = [
        {"record": f"troovon:query{number}", "expr": query}
        for number, query in enumerate(query for one in DASHBOARDS for query in queries_of(one))
    ]
    file = tmp_path / "queries.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}))
    promtool("check", "rules", file)


def test_compose_has_prometheus_read_any_web_process_once() -> None:
    """Each web process answers for all: two targets would count everything twice."""
    [job] = yaml.safe_load((FOLDER / "prometheus.yaml").read_text())["scrape_configs"]
    assert job["static_configs"] == [{"targets": ["web:8000"]}]
    for name in ("web-a", "web-b"):
        assert SERVICES[name]["networks"]["default"]["aliases"] == ["web"]
    assert job["authorization"]["credentials_file"] == "/run/secrets/metrics_token"
    assert SERVICES["prometheus"]["secrets"] == ["metrics_token"]
    assert "ports" not in SERVICES["prometheus"]
