"""Killed workers and web processes, and a lost queue: no message is lost, and none is sent twice."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from notifications.models import Attempt, Notification, State
from notifications.outbox import record
from tests.cast import make_appointment
from tests.notifications.test_providers_failing import notice_to
from tests.notifications.waiting import eventually, outcomes
from tests.services.product import ROOT
from tests.services.twilio import HANG

HOST, HOST_PHONE = "anika@meridianhouse.example", "+919876543201"
# Starting ten processes on two cores takes long.
CROWD_SECONDS = 300


def to(recipient):
    return Notification.objects.filter(recipient=recipient)


def let_leases_run_out():
    """Let all leases expire, as if their time had passed."""
    Notification.objects.filter(state=State.SENDING).update(due_at=timezone.now())


def test_a_message_recorded_while_no_worker_runs_is_sent_once(server, mailbox, twilio, host):
    server.worker.stop(signal.SIGKILL)
    appointment = make_appointment(host)

    server.worker.start()

    eventually(appointment.notifications.all(), count=4, state=State.SENT)
    assert (len(mailbox.messages), len(twilio.texts)) == (2, 2)


def test_a_worker_killed_before_the_provider_took_the_text_is_replaced(server, twilio, host):
    twilio.answer_number(HOST_PHONE, HANG)
    make_appointment(host)
    twilio.wait_for_requests(1)
    eventually(to(HOST_PHONE), state=State.SENDING)

    server.worker.stop(signal.SIGKILL)
    twilio.reset()
    let_leases_run_out()
    server.worker.start()

    [sent] = eventually(to(HOST_PHONE), state=State.SENT)
    assert outcomes(sent) == ["interrupted", "accepted"]
    assert len(twilio.wait(HOST_PHONE)) == 1


def test_a_worker_killed_after_the_mail_was_taken_leaves_one_message_id(server, mailbox, host):
    mailbox.hold_answers()
    make_appointment(host)
    [first] = mailbox.wait(HOST)
    eventually(to(HOST), state=State.SENDING)

    server.worker.stop(signal.SIGKILL)
    mailbox.reset()
    let_leases_run_out()
    server.worker.start()

    [second] = mailbox.wait(HOST)
    assert first["Message-ID"] == second["Message-ID"]
    assert eventually(to(HOST), state=State.SENT)[0].attempts == 2


def test_a_worker_killed_after_twilio_took_the_text_does_not_repeat_it(server, twilio, host):
    twilio.answer_number(HOST_PHONE, HANG)
    make_appointment(host)
    eventually(to(HOST_PHONE), state=State.SENDING)
    [taken] = [text for text in twilio.wait_for_requests(2) if text.to == HOST_PHONE]
    server.worker.stop(signal.SIGKILL)

    assert twilio.report(taken, "sent") == 204

    let_leases_run_out()
    server.worker.start()
    [sent] = eventually(to(HOST_PHONE), state=State.SENT)
    assert (sent.attempts, sent.provider_id) == (1, taken.sid)


def test_a_worker_that_is_asked_to_stop_finishes_what_it_is_sending(server, twilio, host):
    twilio.answer_number(HOST_PHONE, HANG)
    make_appointment(host)
    eventually(to(HOST_PHONE), state=State.SENDING)

    server.worker.stop(signal.SIGTERM)

    assert outcomes(to(HOST_PHONE).get()) == ["postponed"]


def test_a_web_process_killed_right_after_commit_loses_nothing(server, mailbox, host):
    dies_at_commit = (
        "import os, signal, django; django.setup()\n"
        "from django.db import transaction\n"
        "from hosts.models import Host\n"
        "from tests.cast import make_appointment\n"
        "with transaction.atomic():\n"
        "    transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))\n"
        "    make_appointment(Host.objects.get())\n"
    )
    environment = {**os.environ, "DATABASE_URL": server.database_url, "SITE_URL": server.url}
    web = subprocess.run([sys.executable, "-c", dies_at_commit], cwd=ROOT, env=environment, check=False)
    assert web.returncode == -signal.SIGKILL

    server.worker.stop()
    server.worker.start()

    assert len(mailbox.wait(HOST)) == 1


def test_the_loss_of_the_whole_queue_loses_nothing(server, mailbox, twilio, host):
    server.stop()
    appointment = make_appointment(host)
    lose_the_queue()

    server.start()

    eventually(appointment.notifications.all(), count=4, state=State.SENT)
    assert (len(mailbox.messages), len(twilio.texts)) == (2, 2)


def lose_the_queue():
    """Empty the queue and, when it is a file, delete the file."""
    assert HUEY.pending_count() > 0
    HUEY.storage.flush_all()
    HUEY.storage.close()
    filename = getattr(HUEY.storage, "filename", None)
    if filename:
        for path in Path(filename).parent.glob(f"{Path(filename).name}*"):
            path.unlink()
        HUEY.storage.initialize_schema()


@pytest.fixture
def crowd(server):
    """Worker processes that compete: ten when the database supports many writers, five on SQLite."""
    server.worker.stop()
    workers = [server.worker.another("--workers", "2") for _ in range(10 if connection.vendor == "postgresql" else 5)]
    yield workers
    for worker in workers:
        worker.stop(signal.SIGKILL)


@pytest.mark.timeout(CROWD_SECONDS + 60)
def test_workers_that_race_for_two_hundred_send_each_once(crowd, mailbox, in_person):
    in_person.notifications.all().delete()
    recipients = {f"guest{number}@visitor.example" for number in range(200)}
    # Queued once here, and once more by the sweep of each worker that starts.
    record(in_person, [notice_to(recipient, in_person) for recipient in recipients])

    for worker in crowd:
        worker.start()

    eventually(in_person.notifications.all(), count=200, state=State.SENT, seconds=CROWD_SECONDS)
    assert sorted(message["X-RcptTo"] for message in mailbox.messages) == sorted(recipients)
    assert Attempt.objects.count() == 200
