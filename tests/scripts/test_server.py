"""script/server, run for the first time after cloning the repository."""

import os
import signal
import socket
import stat
import subprocess

import pytest

from tests.scripts.installation import Installation, Run, password_in

# These tests start complete installations several times.
pytestmark = [pytest.mark.once, pytest.mark.timeout(400)]

HOSTS = [
    "Anika Rao",
    "Daniel Osei",
    "Farah Siddiqui",
    "Lakshmi Venkataraman",
    "Mei-Ling Tan",
    "Tomás Herrera",
]


def end_of(script: str, installation: Installation, **environment: str) -> subprocess.CompletedProcess[str]:
    """The result of a script that cannot run here."""
    command = [installation.folder / "script" / script]
    own = {**installation.environment, **environment}
    return subprocess.run(command, check=False, env=own, capture_output=True, text=True)


@pytest.fixture(scope="module")
def installation(tmp_path_factory) -> Installation:
    return Installation(tmp_path_factory.mktemp("clone") / "entry")


@pytest.fixture(scope="module")
def first_run(installation) -> Run:
    """The first run, from another folder, ended by Ctrl-C."""
    return installation.run()


@pytest.fixture(scope="module")
def second_run(installation, first_run) -> Run:
    """A later run, ended by the system."""
    return installation.run(end_by=signal.SIGTERM)


def test_the_first_run_adds_six_hosts_and_prints_a_managers_login(installation, first_run):
    assert installation.hosts() == HOSTS
    assert "user name  manager" in first_run.output
    assert len(password_in(first_run.output)) == 16


def test_ctrl_c_stops_web_and_worker(first_run):
    assert first_run.status == 128 + signal.SIGINT
    assert first_run.survivors == []
    assert "Traceback" not in first_run.output


def test_the_secret_key_is_random_and_readable_to_its_owner_alone(installation, first_run):
    file = installation.folder / ".env"
    (line,) = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("SECRET_KEY=")]

    assert len(line.partition("=")[2]) > 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_second_run_keeps_everything_and_prints_no_login(installation, second_run):
    assert installation.hosts() == HOSTS
    assert "password" not in second_run.output


def test_a_stop_by_the_system_is_no_failure(second_run):
    assert (second_run.status, second_run.survivors) == (0, [])


def test_when_the_worker_is_killed_the_web_process_stops_with_a_message(installation, second_run):
    run = installation.run(victim="worker")

    assert (run.status, run.survivors) == (1, [])
    assert "The worker process has ended" in run.output


def test_without_samples_the_first_run_adds_nobody(tmp_path):
    installation = Installation(tmp_path / "entry")

    run = installation.run("--no-sample")

    assert "password" not in run.output
    assert installation.hosts() == []


def test_a_taken_port_is_said_in_one_sentence(installation):
    with socket.create_server(("127.0.0.1", installation.port)):
        process = installation.start()
        output, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    assert output == (
        f"Port {installation.port} is taken: stop what uses it, or choose another, "
        f"as in PORT={installation.port + 1} script/server.\n"
    )


def test_a_port_that_is_none_is_said_in_one_sentence(installation):
    ended = end_of("server", installation, PORT="http")

    assert (ended.returncode, ended.stderr) == (1, "PORT must be a number from 1 to 65535, but is “http”.\n")


@pytest.mark.parametrize("script", ["server", "test"])
def test_a_python_too_old_is_said_in_one_sentence(tmp_path, script):
    installation = Installation(tmp_path / "entry")
    (installation.folder / ".venv" / "bin" / "python").unlink()
    for name in ["python", "python3", *(f"python3.{minor}" for minor in range(11, 15))]:
        old = tmp_path / "bin" / name
        old.parent.mkdir(exist_ok=True)
        old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 || exit 1\n', encoding="utf-8")
        old.chmod(0o755)

    ended = end_of(script, installation, PATH=f"{tmp_path / 'bin'}:{os.environ['PATH']}")

    assert ended.returncode == 1
    assert ended.stderr == "Python 3.11 or newer is needed, but this machine has Python 3.9.2.\n"
