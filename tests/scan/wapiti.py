"""Wapiti against a running copy, as a stranger and as an officer: `make wapiti`. It fails with whatever it finds.

Wapiti pins older versions of what the service stands on, so `tools/need_wapiti` gives it an environment of its own.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.scan.copy import running
from webform.settings import CHECKOUT

HOME = CHECKOUT / "build" / "wapiti"
PORT = int(os.environ.get("SCAN_PORT", "8199"))
MINUTES = float(os.environ.get("SCAN_MINUTES", "10"))  # for each of both
MODULES = (
    "backup", "cookieflags", "crlf", "csp", "csrf", "exec", "file", "htaccess", "http_headers", "ldap", "log4shell",
    "methods", "permanentxss", "redirect", "shellshock", "spring4shell", "sql", "ssrf", "timesql", "upload", "xss",
    "xxe",
)  # fmt: skip
NEEDS_INTERNET = ("log4shell", "ssrf")  # they wait for a call at a server of the project
LEFT_OUT = ("/exit", "/sign-out", "/form/erase", "/sign-in/app/")  # they would end the session that scans
# What it says, where, and why it is no fault: the kind, a pattern of the address, the reason.
EXPECTED = (
    ("Secure Flag cookie", ".*", "the copy speaks http; over https the cookie is Secure"),
    ("HTTP Strict Transport Security (HSTS)", ".*", "the copy speaks http; sent over https"),
    ("Cross Site Request Forgery", r"/\w+/check", "the quick check keeps and changes nothing: it needs no token"),
    ("LDAP Injection", ".*", "there is no LDAP; a form that is begun answers otherwise than one that is not"),
)


def scan(url: str, folder: Path, cookie: str) -> dict[str, Any]:
    """One scan; the report as Wapiti writes it."""
    who = "officer" if cookie else "stranger"
    report = folder / f"{who}.json"
    modules = [name for name in MODULES if name not in NEEDS_INTERNET]
    command = [
        str(HOME / "bin" / "wapiti"), "-u", f"{url}/", "-m", ",".join(modules), "-f", "json", "-o", str(report),
        "--flush-session", "--no-bugreport", "--store-session", str(folder), "--store-config", str(folder),
        "--max-scan-time", str(int(MINUTES * 60)), "--max-attack-time", str(int(MINUTES * 12)),
        "--max-links-per-page", "40", "-d", "8", "-S", "normal", "-v", "0",
    ]  # fmt: skip
    for path in LEFT_OUT:
        command += ["-x", f"{url}{path}*"]
    if cookie:
        command += ["-s", f"{url}/desk/", "-H", f"Cookie: session={cookie}"]
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, env={"PATH": os.environ["PATH"], "HOME": str(folder)}
    )
    told: dict[str, Any] = json.loads(report.read_text("utf-8"))
    return told


def found(report: dict[str, Any]) -> list[str]:
    """One line for each finding that has no reason beside it."""
    every = {**report["vulnerabilities"], **report["anomalies"]}
    return [
        f"{kind}: {one['method']} {one['path']} {one.get('parameter') or ''}: {one['info']}"
        for kind, ones in every.items()
        for one in ones
        if not any(kind == name and re.fullmatch(where, one["path"]) for name, where, _ in EXPECTED)
    ]


def main() -> int:
    """Both scans, what each looked at, and what it found."""
    said, faults = [], []
    with tempfile.TemporaryDirectory(prefix="asb-scan-") as name, running(Path(name), PORT) as (url, cookie):
        for who, session in (("a stranger", ""), ("an officer", cookie)):
            report = scan(url, Path(name), session)
            faults += found(report)
            told = report["infos"]
            pages = told["crawled_pages_nbr"]
            said.append(f"As {who}: Wapiti {told['version']}, {pages} pages, {len(found(report))} findings")
        server = (Path(name) / "server.log").read_text("utf-8", "replace")
    faults += [line for line in server.splitlines() if "unexpected" in line or "Traceback" in line]
    sys.stdout.write("\n".join([*said, *faults, ""]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
