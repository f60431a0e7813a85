"""The product as in production: Daphne and the Huey worker as separate processes, on the test database."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import OperationalError, connection
from huey.contrib.djhuey import HUEY
from huey.storage import BaseStorage
from pytest_django import DjangoDbBlocker, Settings

from notifications.models import Notification, State
from tests.services.counts import forget_counts
from tests.services.inbox import PATIENCE_SECONDS, free_port, listens, until
from tests.services.mail import Mailbox
from tests.services.twilio import TwilioStandIn

ROOT = Path(__file__).parents[2]
# Two seconds on an idle machine, much longer on a loaded one.
START_SECONDS = 60
FLUSH_TRIES = 5


class Process:
    """One process of the product, which can be stopped, killed and started again. Its output goes to a file."""

    def __init__(self, command: list[str], environment: Mapping[str, str], log: Path, folder: Path = ROOT) -> None:
        self._command = command
        self._folder = folder
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self.log = log

    @property
    def pid(self) -> int:
        """The process id; fails when it is not running."""
        assert self._process is not None, "not started"
        return self._process.pid

    def start(self) -> None:
        """Start it, unless it is running."""
        if self._process is None:
            with self.log.open("ab") as output:
                self._process = subprocess.Popen(
                    self._command, cwd=self._folder, env=self._environment, stdout=output, stderr=subprocess.STDOUT
                )

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Send it a signal, such as SIGKILL for a crash, and wait until it is gone."""
        if self._process is not None:
            self._process.send_signal(how)
            try:
                self._process.wait(timeout=PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
                raise
            finally:
                self._process = None

    def ask_to_stop(self) -> None:
        """Send it the signal of a process manager, and wait for nothing."""
        os.kill(self.pid, signal.SIGTERM)

    def exit_code(self, seconds: float) -> int:
        """The code with which it has ended by itself; raises `subprocess.TimeoutExpired` unless within `seconds`."""
        assert self._process is not None, "not started"
        code = self._process.wait(timeout=seconds)
        self._process = None
        return code

    def another(self, *arguments: str) -> Process:
        """Another process like this one, not started, with additional arguments."""
        return Process([*self._command, *arguments], self._environment, self.log, self._folder)

    def fail_if_gone(self) -> None:
        """Fail with the process's output when it has exited by itself."""
        if self._process is not None and self._process.poll() is not None:
            raise AssertionError(f"{self._command} ended with {self._process.returncode}:\n{self.log.read_text()}")


class Product:
    """The web process and the worker, with additional settings, and with options of the web process.

    `name` is a name or an address of this machine, under which it is asked for.
    """

    def __init__(
        self, folder: Path, environment: Mapping[str, str], options: Sequence[str] = (), name: str = "127.0.0.1"
    ) -> None:
        self.port = free_port()
        self.url = f"http://{name}:{self.port}"
        self.database_url = test_database_url()
        everything = {**os.environ, "DATABASE_URL": self.database_url, "SITE_URL": self.url, **environment}
        web = ["entrymgmt.edge", "--bind", "127.0.0.1", "--port", str(self.port), "--no-server-name", *options]
        self.web = Process([sys.executable, "-m", *web], everything, folder / "web.log")
        self.worker = Process([sys.executable, str(ROOT / "manage.py"), "run_huey"], everything, folder / "worker.log")

    def start(self) -> None:
        """Start the processes that are not running, and wait until pages are served."""
        self.web.start()
        self.worker.start()
        self.wait_until_up()

    def wait_until_up(self) -> None:
        """Wait until the web process accepts connections."""

        def is_up() -> bool:
            self.web.fail_if_gone()
            return listens(self.port)

        assert until(is_up, START_SECONDS), f"not up after {START_SECONDS} s:\n{self.web.log.read_text()}"

    def stop(self) -> None:
        """Stop both as a process manager does."""
        self.web.stop()
        self.worker.stop()


def settings_named() -> set[str]:
    """Every setting of the product, as `.env.example` names them."""
    return set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))


def test_database_url() -> str:
    """The `DATABASE_URL` of the database that this test process works on."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def let_the_worker_rest() -> None:
    """Cancel queued messages and wait for those being sent, so that none of this test reaches the next one."""
    Notification.objects.filter(state=State.QUEUED).update(state=State.CANCELLED, due_at=None)
    until(lambda: not Notification.objects.filter(state=State.SENDING).exists())


@pytest.fixture(scope="session")
def running_product(
    django_db_setup: None,
    tmp_path_factory: pytest.TempPathFactory,
    mail_server: Mailbox,
    twilio_server: TwilioStandIn,
) -> Iterator[Product]:
    """One web process and one worker for all the tests of this session; `server` is what a test asks for."""
    product = Product(
        tmp_path_factory.mktemp("product"),
        {
            "EMAIL_URL": mail_server.url,
            "DEFAULT_FROM_EMAIL": "Meridian House <reception@meridianhouse.example>",
            **twilio_server.environment,
        },
    )
    try:
        product.start()
        yield product
    finally:
        product.stop()


@pytest.fixture
def server(
    transactional_db: None,
    running_product: Product,
    mailbox: Mailbox,
    twilio: TwilioStandIn,
    settings: Settings,
) -> Iterator[Product]:
    """The product, running on the test database; `mailbox` and `twilio` receive what it sends."""
    settings.SITE_URL = running_product.url
    forget_counts()
    running_product.start()
    before = {process: len(process.log.read_text()) for process in (running_product.web, running_product.worker)}
    yield running_product
    let_the_worker_rest()
    for process, length in before.items():
        output = process.log.read_text()[length:]
        assert "Traceback (most" not in output, output


@pytest.fixture(scope="session")
def unread_queue() -> Iterator[BaseStorage]:
    """A queue from which no worker takes tasks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HUEY, "name", f"unread-{secrets.token_hex(8)}")
        storage = HUEY.create_storage()
    yield storage
    storage.flush_all()
    storage.close()


@pytest.fixture(autouse=True)
def queue(request: pytest.FixtureRequest, unread_queue: BaseStorage, monkeypatch: pytest.MonkeyPatch) -> BaseStorage:
    """The queue: the workers’ for a test with a running product, else an empty one that nobody reads."""
    if "running_product" not in request.fixturenames:
        monkeypatch.setattr(HUEY, "name", unread_queue.name)
        monkeypatch.setattr(HUEY, "storage", unread_queue)
        unread_queue.flush_all()
    return HUEY.storage


@pytest.fixture(scope="session", autouse=True)
def keep_what_migrations_filled() -> Iterator[None]:
    """Exclude content types, permissions and groups from the flush between tests.

    Migrations fill these tables, and the running product caches the ids of content types, which never change in
    production.
    """
    kept = {"django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}
    introspection = type(connection.introspection)
    original = introspection.django_table_names

    def without_kept(self, *args, **kwargs):
        return [name for name in original(self, *args, **kwargs) if name not in kept]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(introspection, "django_table_names", without_kept)
        yield


@pytest.fixture(scope="session", autouse=True)
def flush_in_spite_of_the_worker() -> Iterator[None]:
    """Retry a flush after a deadlock: it locks the tables in another order than the running worker does."""
    operations = type(connection.ops)
    original = operations.execute_sql_flush

    def patient(self, statements):
        for _try in range(FLUSH_TRIES - 1):
            with suppress(OperationalError):
                return original(self, statements)
        return original(self, statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", patient)
        yield


@pytest.fixture(scope="session", autouse=True)
def leave_the_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Close the connections of the sockets' threads, because PostgreSQL drops no database with open connections."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
