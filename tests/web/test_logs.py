"""The log: a line of JSON an event, one number from the page to the mail, and nobody's words or secrets."""

from __future__ import annotations

import ast
import json
import logging
import os
import re
import subprocess
import sys
import threading
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from tests.moment import Moment
from tests.sending.mail_server import MailServer, free_port, running
from tests.web.desk import ask_for_code, join, opened, sent_codes
from tests.web.heard import Heard, listening
from tests.web.site import Site, rules
from webform.clock import Beat, Job, the_jobs
from webform.house import EXTENSION, House
from webform.records.outbox import Message
from webform.records.store import db
from webform.sending import smtp
from webform.sending.outbox import deliver_due
from webform.settings import CHECKOUT, SHIPPED
from webform.wiring import build, service

HEADER = "X-Request-ID"
FROM_THE_PROXY = "0f" * 16
SAID = {
    "name": "Wilhelmina Quickbeam",
    "email": "wilhelmina@quickbeam.example",
    "phone": "07700 900982",
    "phone without a gap": "07700900982",
    "words": "He hammers at our door all night",
    "search": "Marmaduke Lane",
    "code to sign in": "48151623",
    "code of a draft": "QX7K-M2PD-V9RT-H4WZ",
    "token": "zV8s-tokenOfALink-3kQ",
}
ALL = " ".join(SAID.values())
IN_A_PATH = "/page/" + SAID["token"] + "/" + SAID["name"].replace(" ", "%20")


@pytest.fixture
def heard() -> Iterator[Heard]:
    """What the web logs in this test."""
    with listening() as found:
        yield found


def secrets_in(text: str, *more: str) -> list[str]:
    """What stands in the text that nobody may read there, whole or in one of its words."""
    words = {word for said in (*SAID.values(), *more) for word in (said, *re.split(r"[\s@]", said)) if len(word) > 4}
    return sorted(word for word in words if _stands_in(word, text))


def _stands_in(word: str, text: str) -> bool:
    """Digits alone may stand by chance in the number of a request, which means nothing: there they don't count."""
    around = "[0-9a-f]" if word.isdigit() else "(?!)"
    return re.search(f"(?<!{around}){re.escape(word)}(?!{around})", text, re.IGNORECASE) is not None


# --- A number for each request ----------------------------------------------------------------------------------------


def test_every_answer_bears_its_number(app: Flask, heard: Heard) -> None:
    """Pages and faults have a number each, and the line in the log has the same."""
    client = app.test_client()
    numbers = [client.get(path).headers[HEADER] for path in ("/", "/", "/no/where", "/healthz")]
    assert len(set(numbers)) == 4
    assert [line["request_id"] for line in heard.lines("request")] == numbers
    assert [line["status"] for line in heard.lines("request")] == [200, 200, 404, 200]


@pytest.mark.parametrize(
    ("given", "taken"),
    [(FROM_THE_PROXY, True), ("123e4567-e89b-12d3-a456-426614174000", True), ("07700900982", False), ("", False),
     (SAID["name"], False), ("a" * 65, False), ("0f" * 16 + "\r\nX-Evil: 1", False)],
)  # fmt: skip
def test_a_proxys_number_is_taken_where_it_is_one(real_app: Flask, heard: Heard, given: str, taken: bool) -> None:
    """A proxy of our own may give the number; nothing that a person could have written is taken for one."""
    settings = replace(real_app.extensions[EXTENSION].settings, proxies=1)
    behind = build(settings, real_app.extensions[EXTENSION].shelves)
    heads = {"HTTP_X_REQUEST_ID": given}
    answer = behind.test_client().get("/", base_url=settings.base_url, environ_overrides=heads)
    assert (answer.headers[HEADER] == given) == taken
    assert answer.headers[HEADER] == heard.lines("request")[-1]["request_id"]
    assert real_app.test_client().get("/", environ_overrides=heads).headers[HEADER] != given  # no proxy, no trust


@pytest.mark.parametrize("which", ["app", "postgres_app"])
def test_one_number_from_the_page_to_the_mail(request: pytest.FixtureRequest, which: str, now: Moment) -> None:
    """What a page made the service write can be followed: answer, log, outbox, delivery, and the head of the mail."""
    app: Flask = request.getfixturevalue(which)
    join(app)
    with listening() as heard:
        number = ask_for_code(app.test_client()).headers[HEADER]
        assert any(line["request_id"] == number for line in heard.lines("request"))
    with listening("clock") as heard, app.app_context():
        row = db.session.scalars(select(Message)).one()
        assert row.request_id == number
        db.session.rollback()
        Beat(app, threading.Event(), now).run(Job("deliver", 1, lambda at, _stop: (deliver_due(at), None)[1]))
        sent = heard.lines("message sent")
    assert [(line["request_id"], line["process"]) for line in sent] == [(number, "clock")]
    mails = list((app.extensions[EXTENSION].settings.instance / "mail").glob("*.eml"))
    assert [f"{HEADER}: {number}" in mail.read_text() for mail in mails] == [True]


def test_what_the_clock_writes_bears_the_number_of_its_run(store: Flask, now: Moment) -> None:
    """A reminder that nobody asked for can be followed all the same."""
    opened(store)
    now.passes(days=4)
    beat = Beat(store, threading.Event(), now)
    before = set(db.session.scalars(select(Message.id)))
    db.session.rollback()
    sweep = next(job for job in the_jobs(now()) if job.name == "sweep")
    beat.run(sweep)
    numbers = {row.request_id for row in db.session.scalars(select(Message)) if row.id not in before}
    assert len(numbers) == 1
    assert re.fullmatch(r"[0-9a-f]{24}", str(numbers.pop()))


def test_a_fault_page_gives_the_number(app: Flask, heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who phones about a fault can say which one it was; a page that isn't there has nothing to look for."""
    monkeypatch.setitem(app.config, "SHOW_FAULTS", True)
    _breaks(app, monkeypatch, "public.areas", RuntimeError(ALL))
    answer = app.test_client().get("/")
    assert f"quote this number: <strong>{answer.headers[HEADER][:8]}</strong>" in answer.text
    assert "quote this number" not in app.test_client().get("/no/where").text


# --- Nothing personal -------------------------------------------------------------------------------------------------


def _breaks(app: Flask, monkeypatch: pytest.MonkeyPatch, endpoint: str, fault: Exception) -> None:
    def broken(**_values: object) -> None:
        raise fault

    monkeypatch.setitem(app.view_functions, endpoint, broken)


def _fields(site: Site) -> dict[str, str]:
    """Every field that a form or a page of ours has, with something said in it."""
    parts = ("", "-day", "-month", "-year", "-line1", "-line2", "-town", "-postcode", "-words")
    asked = {one.id for form in site.shelves.forms.values() for page in form.pages for one in page.questions}
    ours = {"identity", "passcode", "code", "word", "known", "email", "q", "where", "subject", "markdown", "next"}
    said = list(SAID.values())
    names = sorted(f"{name}{part}" for name in asked | ours for part in parts)
    return {name: said[number % len(said)] for number, name in enumerate(names)}


def _heads() -> dict[str, str]:
    names = ("User-Agent", "Referer", "X-Request-ID", "Accept-Language", "Origin", "X-Status-Token", "Authorization")
    return dict.fromkeys((*names, "If-None-Match", "Range", "Content-Language"), ALL)


def test_nothing_said_gets_into_the_log(site: Site, heard: Heard) -> None:
    """Whatever field, head, query or path it stands in, whoever sends it where: the log has the line, not the words."""
    fields = _fields(site)
    for rule, method in product(rules(site.app), ("GET", "POST")):
        site.sign_in()
        posted = {"data": {**fields, "csrf_token": site.token()}} if method == "POST" else {}
        for path in site.paths(rule):
            site.client.open(path, method=method, query_string={"q": ALL, **SAID}, headers=_heads(), **posted)
    for method, path in product(("GET", "POST", "QUICKBEAM"), (IN_A_PATH, "/resume/" + SAID["code of a draft"])):
        site.client.open(path, method=method, query_string=SAID, headers=_heads())
    assert len(heard.lines("request")) > 150
    assert secrets_in(heard.text, site.secret, site.code, site.reference, "people.example", "marmalade") == []


@pytest.mark.parametrize(
    "fault",
    [
        RuntimeError(ALL),
        KeyError(ALL),
        IntegrityError(f"INSERT {ALL}", {"name": ALL}, Exception(f"DETAIL: Key ({ALL}) exists")),
        OperationalError(f"UPDATE {ALL}", {"name": ALL}, Exception(ALL)),
    ],
)
def test_no_fault_is_quoted(site: Site, heard: Heard, monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    """Whichever page meets a fault that quotes somebody, the log says which kind of fault and where."""
    monkeypatch.setitem(site.app.config, "SHOW_FAULTS", True)
    for rule in rules(site.app):
        with monkeypatch.context() as changed:
            _breaks(site.app, changed, rule.endpoint, fault)
            site.client.open(site.path(rule), method=site.method(rule), query_string=SAID)
    told = [*heard.lines("unexpected"), *heard.lines("database")]
    assert len(told) > 30
    assert all(line["at"][-1].startswith("test_logs.py:") for line in told)
    assert secrets_in(heard.text) == []


def test_a_fault_of_the_fault_page_is_not_quoted(app: Flask, heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where even the page for faults fails, Flask's own line says no path and no words."""
    monkeypatch.setitem(app.config, "SHOW_FAULTS", True)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    _breaks(app, monkeypatch, "public.areas", RuntimeError(ALL))

    def no_page(*_: object, **_more: object) -> None:
        raise LookupError(ALL)

    monkeypatch.setattr("webform.web.faults.render_template", no_page)
    with suppress(LookupError):
        app.test_client().get("/", query_string=SAID)
    assert any(line.get("fault") == "LookupError" for line in heard.lines())
    assert secrets_in(heard.text) == []


def test_no_library_is_quoted(heard: Heard) -> None:
    """Warnings, loggers of libraries and faults in threads come as lines of ours without their words."""
    logging.getLogger("xhtml2pdf").warning("can't set %r", ALL)
    logging.getLogger("gunicorn.error").warning("Invalid request from " + ALL)
    logging.getLogger("gunicorn.error").error("Error handling request %s", ALL)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(ALL, stacklevel=1)
    try:
        raise RuntimeError(ALL)
    except RuntimeError as fault:
        logging.getLogger("flask_limiter").exception(ALL)
        sys.excepthook(RuntimeError, fault, fault.__traceback__)
        thrown_away = SimpleNamespace(exc_type=RuntimeError, exc_value=fault, exc_traceback=fault.__traceback__)
        sys.unraisablehook(SimpleNamespace(**vars(thrown_away), err_msg=ALL, object=ALL))
        threading.excepthook(SimpleNamespace(**vars(thrown_away), thread=None))
    assert [line.get("logger", line["event"]) for line in heard.lines()] == [
        "xhtml2pdf", "gunicorn.error", "gunicorn.error", "py.warnings", "flask_limiter", "nobody caught a fault",
        "a fault could not be raised", "nobody caught a fault",
    ]  # fmt: skip
    assert secrets_in(heard.text) == []


def test_the_clock_says_nothing_of_anybody(store: Flask, now: Moment, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mail that is refused, put off or breaks, deadlines put off, jobs that fail: no address, no word."""
    join(store)
    ask_for_code(store.test_client())
    opened(store, victim_name=SAID["name"], victim_email=SAID["email"])
    post, house = MailServer(), store.extensions[EXTENSION]
    recipients = {row.recipient for row in db.session.scalars(select(Message))}
    post.refuse = dict(zip(sorted(recipients), ["550 no " + ALL, "451 later " + ALL] * 9, strict=False))
    db.session.rollback()
    port = free_port()
    served = replace(house.settings, mail_host="localhost", mail_port=port, mail_security="none")
    monkeypatch.setitem(store.extensions, EXTENSION, House(served, house.shelves))
    smtp.set_up(store, served)

    def breaks(*_: object) -> None:
        raise RuntimeError(ALL)

    with listening("clock") as heard:
        with running(post, None, port):
            deliver_due(now())
        now.passes(days=4)
        deliver_due(now())  # nobody listens any more
        beat = Beat(store, threading.Event(), now)
        beat.run(Job("any", 1, breaks))
        monkeypatch.setattr("webform.cases.sweep.bring_up_to_date", breaks)
        beat.run(next(job for job in the_jobs(now()) if job.name == "sweep"))
    events = {line["event"] for line in heard.lines()}
    assert events >= {"message refused", "a job of the clock failed", "a deadline was put off"}
    assert events & {"message put off", "the mail server can't be reached"}
    assert secrets_in(heard.text, *recipients, *sent_codes(store)) == []
    smtp.set_up(store, house.settings)


def test_a_command_that_fails_quotes_nobody(
    app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback ends with words of a row: the log has kind and place, the terminal one line."""
    settings = app.extensions[EXTENSION].settings
    given = {
        "LOCAL": "1",
        "INSTANCE": settings.instance,
        "KEYS_FILE": settings.keys_file,
        "DATABASE_URL": settings.database,
    }
    for name, value in given.items():
        monkeypatch.setenv(f"ASB_{name}", str(value))
    with listening(), pytest.raises(SystemExit) as ended, service():
        raise RuntimeError(ALL)
    said = capsys.readouterr()
    line = json.loads(said.err.splitlines()[-1])
    assert (line["event"], line["fault"], line["process"]) == ("a command failed", "RuntimeError", "command")
    assert secrets_in(said.out + said.err + str(ended.value)) == []
    assert said.out == ""  # a command's answer, which another program may read, has no line of the log in it


def test_lines_are_made_of_our_own_words() -> None:
    """In our source an event is a fixed phrase, and no line is given a fault, what it says, or a whole form."""
    calls = [
        (path.name, call)
        for path in SHIPPED.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("log.") and path.name != "logs.py"
    ]
    assert len(calls) > 15
    for name, call in calls:
        assert isinstance(call.args[0], ast.Constant), f"{name}:{call.lineno}"
        for given in call.keywords:
            words = ast.unparse(given.value)
            assert given.arg not in (None, "exc_info", "stack_info"), f"{name}:{call.lineno}"
            assert not re.match(r"(str|repr)\(|f['\"]|request\.(form|args|path|url|headers|full_path)\b", words), words


# --- The real web server ----------------------------------------------------------------------------------------------


def test_the_web_server_logs_lines_of_ours_alone(tmp_path: Path) -> None:
    """Behind gunicorn all output is lines of JSON, without the token of a path, of a broken request too."""
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ASB_")},
        "ASB_LOCAL": "1", "ASB_BASE_URL": f"http://127.0.0.1:{port}", "ASB_INSTANCE": str(tmp_path / "instance"),
        "ASB_KEYS_FILE": str(tmp_path / "keys.json"), "ASB_STATUS_TOKEN": "a-long-token-for-the-watcher",
    }  # fmt: skip
    binaries = Path(sys.executable).parent
    subprocess.run([binaries / "flask", "setup"], env=environment, cwd=CHECKOUT, check=True, capture_output=True)
    with (tmp_path / "out").open("w") as out:
        command = [binaries / "gunicorn", "--bind", f"127.0.0.1:{port}"]
        web = subprocess.Popen(command, env=environment, cwd=CHECKOUT, stdout=out, stderr=subprocess.STDOUT)
        try:
            _until_it_answers(port)
            for path in (IN_A_PATH, "/merton/?q=" + SAID["token"]):
                with suppress(OSError):
                    urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20).read()
            for _ in range(20):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20).read()
            head = {"X-Status-Token": environment["ASB_STATUS_TOKEN"]}
            asked = urllib.request.Request(f"http://127.0.0.1:{port}/metrics", headers=head)
            figures = urllib.request.urlopen(asked, timeout=20).read().decode()  # noqa: S310  our own http address
            _say(port, f"GET {IN_A_PATH} HTTP/9.9\r\n{SAID['token']}: x\r\n\r\n")
        finally:
            web.terminate()
            web.wait(30)
    counted = re.search(r'asb_requests_total\{rule="/healthz",status="2xx"\} (\d+)', figures)
    assert counted
    lines = [json.loads(line) for line in (tmp_path / "out").read_text().splitlines()]
    assert {"Booting worker with pid: %s"} <= {line.get("says") for line in lines}
    answered = [line for line in lines if line.get("rule") == "/healthz" and line["status"] == 200]
    assert int(counted[1]) == len(answered) >= 21  # of both workers together
    assert "/<area_id>/" in {line.get("rule") for line in lines}
    assert secrets_in((tmp_path / "out").read_text()) == []


def _until_it_answers(port: int) -> None:
    for _ in range(600):
        with suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).read()
            return
        threading.Event().wait(0.1)
    raise AssertionError("the web server does not answer")


def _say(port: int, words: str) -> None:
    import socket

    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(words.encode())
        line.recv(65536)
