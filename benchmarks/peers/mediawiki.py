"""MediaWiki of the system's package, with SQLite and wikidiff2, in eight workers of PHP's own server.

Its database is as its installer makes it. The limit on how often an address may edit is lifted.
"""

import json
import shutil
import subprocess
import urllib.parse
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.peers.peer import Peer, Unavailable

CODE = Path("/usr/share/mediawiki")
NEEDED = "the packages mediawiki, php-cli, php-sqlite3 and php-wikidiff2 (Debian's names)"
WORKERS = 8
BATCH = 500  # revisions that one question may ask for


class MediaWiki(Peer):
    name = "MediaWiki"

    def set_up(self) -> None:
        php = shutil.which("php")
        modules = subprocess.run(["php", "-m"], capture_output=True, text=True).stdout if php else ""
        if not (CODE / "maintenance" / "install.php").exists() or not {"sqlite3", "wikidiff2"} <= set(modules.split()):
            raise Unavailable(f"needs {NEEDED}")
        installed = subprocess.run(
            [
                *("php", CODE / "maintenance" / "install.php", "--dbtype", "sqlite", "--dbpath", self.folder / "db"),
                *("--dbname", "wiki", "--server", self.site, "--scriptpath", "", "--confpath", self.folder),
                *("--pass", "Lonely-horse-battery-9", "Peers", "Admin"),
            ],
            capture_output=True,
            text=True,
        )
        if installed.returncode:
            raise Unavailable(f"its installer failed: {installed.stdout[-300:]}")
        with (self.folder / "LocalSettings.php").open("a") as settings:
            settings.write("\n$wgRateLimits = [];\n$wgMaxArticleSize = 4096;\n")

    def command(self) -> tuple[list[str], dict[str, str]]:
        configuration = {"MW_CONFIG_FILE": str(self.folder / "LocalSettings.php")}
        environment = {**configuration, "PHP_CLI_SERVER_WORKERS": str(WORKERS)}
        return ["php", "-d", "opcache.enable_cli=1", "-S", f"127.0.0.1:{self.port}", "-t", str(CODE)], environment

    def _ask(self, connection: HTTPConnection, **more: str) -> dict[str, object]:
        body = urllib.parse.urlencode({"format": "json", "formatversion": "2", **more})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/api.php", body, headers)
        answer = connection.getresponse()
        found: dict[str, object] = json.loads(answer.read())
        return found

    def save(self, connection: HTTPConnection, page: str, text: str) -> bool:
        found = self._ask(connection, action="edit", title=page, text=text, token="+\\")  # nobody's token
        edit = found.get("edit")
        return isinstance(edit, dict) and edit.get("result") == "Success"

    def compared(self, page: str, old: str, new: str) -> str:
        self.publish(page, [old, new])
        newest = self._revisions(page, 2)
        return f"{self.site}/index.php?title={page}&diff={newest[0]}&oldid={newest[1]}"

    def told(self, page: str, revisions: list[str]) -> str:
        self.publish(page, revisions)
        return f"{self.site}/index.php?title={page}&action=history"

    def _revisions(self, page: str, limit: int) -> list[int]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        found = self._ask(connection, action="query", prop="revisions", titles=page, rvprop="ids", rvlimit=str(limit))
        return [each["revid"] for each in found["query"]["pages"][0]["revisions"]]  # type: ignore[index]

    def kept(self, pages: list[str]) -> str:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        parts: list[str] = []
        for page in pages:
            more: dict[str, str] = {}
            while True:
                found = self._ask(
                    connection, action="query", prop="revisions", titles=page, rvprop="content", rvslots="main",
                    rvlimit="50", **more,
                )  # fmt: skip
                listed = found["query"]["pages"][0].get("revisions", [])  # type: ignore[index]
                parts += [each["slots"]["main"]["content"] for each in listed]
                if "continue" not in found:
                    break
                more = {name: str(value) for name, value in found["continue"].items()}  # type: ignore[attr-defined]
        return "\n".join(parts)
