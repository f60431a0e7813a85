"""The container files of `deploy/`: read as their tools read them, and their commands run as they stand there.

No image is built. What the Containerfile copies is copied, its commands run in the copy, and then those of the compose
file and of the Kubernetes example, with an environment in which nothing is set but what these set.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml
from django.db import connection

from tests.services.databases import empty_database
from tests.services.inbox import free_port, until
from tests.services.product import ROOT, START_SECONDS, Process, settings_named
from tests.services.redis import Redis

COMPOSE = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
KUBERNETES = [*yaml.safe_load_all((ROOT / "deploy/kubernetes.yaml").read_text(encoding="utf-8"))]
PODS = {
    each["metadata"]["name"]: each["spec"]["template"]["spec"]
    for each in KUBERNETES
    if "template" in each.get("spec", {})
}
CONTAINERS = [each for pod in PODS.values() for each in [*pod.get("initContainers", []), *pod["containers"]]]
WEB = PODS["entry-web"]["containers"][0]
CHECK = PODS["entry-web"]["initContainers"][0]["command"]
# Where the packages are in the image, and here.
PACKAGES = "/srv/venv/bin"


def instructions() -> list[tuple[str, str]]:
    """The instructions of the last stage of the Containerfile, which makes the image."""
    text = (ROOT / "deploy/Containerfile").read_text(encoding="utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    first = max(number for number, line in enumerate(lines) if line.startswith("FROM "))
    return [(word, rest) for word, _space, rest in (line.partition(" ") for line in lines[first + 1 :])]


def ignored(folder: str, names: list[str]) -> set[str]:
    """What `.dockerignore` keeps out of an image, of these names in a folder of the repository."""
    patterns = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    everywhere = [pattern.removeprefix("**/") for pattern in patterns if pattern.startswith("**/")]
    at_the_top = [pattern for pattern in patterns if pattern and pattern[0] not in "#*"] if folder == str(ROOT) else []
    return {name for name in names if name in at_the_top or any(fnmatch(name, pattern) for pattern in everywhere)}


@dataclass
class Image:
    """What stands in for the image: the folder of the program, the environment, and the command that it runs."""

    folder: Path
    environment: dict[str, str]
    command: list[str]

    def run(self, command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command in it, to its end."""
        everything = {**self.environment, **environment}
        return subprocess.run(command, check=False, cwd=self.folder, env=everything, capture_output=True, text=True)

    def files(self) -> dict[str, int]:
        """Everything in it, with the times of the last changes."""
        return {str(path): path.lstat().st_mtime_ns for path in self.folder.rglob("*")}


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """The image, as the Containerfile makes it."""
    folder = tmp_path_factory.mktemp("image") / "entry"
    image = Image(folder, {}, [])
    for word, rest in instructions():
        if (word, rest) == ("COPY", ". ."):
            shutil.copytree(ROOT, folder, ignore=ignored)
        elif word == "ENV":
            pairs = dict(pair.split("=", 1) for pair in rest.split())
            image.environment |= {
                name: value.replace(PACKAGES, str(Path(sys.executable).parent)) for name, value in pairs.items()
            }
        elif word == "RUN":
            done = image.run(["sh", "-c", rest])
            assert done.returncode == 0, done.stderr
        elif word == "CMD":
            image.command = json.loads(rest)
    return image


@dataclass
class Installation:
    """Web process and worker in the image, as compose starts them."""

    image: Image
    environment: dict[str, str]
    port: int
    web: Process
    worker: Process

    def ask(self, path: str) -> int:
        """The status with which the web process answers."""
        with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as response:
            return int(response.status)

    def here(self, command: list[str]) -> list[str]:
        """The same command at the port of this test."""
        return [part.replace("8000", str(self.port)) for part in command]


@pytest.fixture(scope="module")
def installation(
    image: Image, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """Both on an empty database: PostgreSQL and Redis as in the examples, or SQLite and no Redis on a volume."""
    volume = tmp_path_factory.mktemp("volume")
    with ExitStack() as stack:
        url = stack.enter_context(empty_database(volume))
        given = {"SECRET_KEY": secrets.token_urlsafe(50), "SITE_URL": "https://visit.example.com"}
        environment = {**image.environment, **COMPOSE["x-product"]["environment"], **given, "DATABASE_URL": url}
        del environment["REDIS_URL"]
        if connection.vendor == "postgresql":
            redis = Redis(volume)
            stack.callback(redis.process.stop, signal.SIGKILL)
            redis.start()
            environment["REDIS_URL"] = redis.url
        port = free_port()
        at = [part.replace("8000", str(port)) for part in image.command]
        installation = Installation(
            image,
            environment,
            port,
            Process(at, environment, volume / "web.log", image.folder),
            Process(SERVICES["worker"]["command"], environment, volume / "worker.log", image.folder),
        )
        assert image.run(CHECK, **environment).returncode == 1
        migrated = image.run(SERVICES["migrate"]["command"], **environment)
        assert migrated.returncode == 0, migrated.stderr
        before = image.files()
        for process in (installation.web, installation.worker):
            process.start()
            stack.callback(process.stop)
        yield installation
        # The root file system can be read-only.
        assert image.files() == before


def test_the_image_has_the_static_files_and_nothing_of_this_machine(image):
    names = {path.name for path in image.folder.iterdir()}

    assert (image.folder / "staticfiles/staticfiles.json").is_file()
    assert not names & {".env", ".git", ".venv", "db.sqlite3", "tests"}


def test_what_waits_for_the_migrations_goes_on_after_the_job(installation):
    assert installation.image.run(CHECK, **installation.environment).returncode == 0


def test_every_probe_is_answered_and_the_worker_runs(installation):
    probes = [WEB[name]["httpGet"]["path"] for name in ("startupProbe", "livenessProbe", "readinessProbe")]

    def is_up() -> bool:
        installation.web.fail_if_gone()
        return installation.image.run(health, **installation.environment).returncode == 0

    health = installation.here(SERVICES["web"]["healthcheck"]["test"][1:])
    assert until(is_up, START_SECONDS), installation.web.log.read_text()
    assert [installation.ask(path) for path in probes] == [200] * 3

    def worker_runs() -> bool:
        installation.worker.fail_if_gone()
        query = "from notifications.workers import running; print(running())"
        said = installation.image.run(["python", "manage.py", "shell", "-c", query], **installation.environment)
        return said.stdout.split()[-1:] == ["1"]

    assert until(worker_runs, START_SECONDS), installation.worker.log.read_text()


def test_a_health_check_of_a_process_that_is_away_fails(image):
    check = [part.replace("8000", str(free_port())) for part in SERVICES["web"]["healthcheck"]["test"][1:]]

    assert image.run(check).returncode == 1


@pytest.mark.once
def test_both_examples_run_the_same_commands_as_the_image():
    (image,) = [json.loads(rest) for word, rest in instructions() if word == "CMD"]
    worker, migrate = PODS["entry-worker"]["containers"][0], PODS["entry-migrate"]["containers"][0]

    assert WEB["command"] == image
    assert "command" not in SERVICES["web"]
    assert worker["command"] == SERVICES["worker"]["command"]
    assert migrate["command"] == SERVICES["migrate"]["command"]
    assert {tuple(pod["initContainers"][0]["command"]) for name, pod in PODS.items() if name != "entry-migrate"} == {
        tuple(CHECK)
    }


@pytest.mark.once
def test_no_container_of_the_product_may_write_or_gain_rights():
    assert ("USER", "10001:10001") in instructions()
    for name in ("migrate", "web", "worker"):
        service = SERVICES[name]
        assert (service["read_only"], service["cap_drop"], service["tmpfs"]) == (True, ["ALL"], ["/tmp"]), name
        assert service["security_opt"] == ["no-new-privileges:true"], name
    for container in CONTAINERS:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, container["name"]
        assert container["volumeMounts"] == [{"name": "tmp", "mountPath": "/tmp"}], container["name"]
    for pod in PODS.values():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["volumes"] == [{"name": "tmp", "emptyDir": {}}]


@pytest.mark.once
def test_a_container_is_given_longer_to_end_than_its_process_takes():
    def seconds(text: str) -> int:
        return int(text.removesuffix("s"))

    # Ten seconds for the web process, and 30 for what a worker is sending.
    assert seconds(SERVICES["web"]["stop_grace_period"]) > 10
    assert seconds(SERVICES["worker"]["stop_grace_period"]) > 30
    waits = int(WEB["lifecycle"]["preStop"]["exec"]["command"][1])
    assert PODS["entry-web"]["terminationGracePeriodSeconds"] > waits + 10
    assert PODS["entry-worker"]["terminationGracePeriodSeconds"] > 30


@pytest.mark.once
def test_every_setting_of_the_examples_is_one_of_the_product():
    (config,) = [each["data"] for each in KUBERNETES if each["kind"] == "ConfigMap"]
    secret = re.findall(r"--from-literal=(\w+)=", (ROOT / "deploy/kubernetes.yaml").read_text(encoding="utf-8"))

    assert {*config, *secret, *COMPOSE["x-product"]["environment"]} <= settings_named()
