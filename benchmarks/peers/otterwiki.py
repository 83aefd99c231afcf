"""An Otter Wiki (Flask and GitPython, a commit a save) as its documentation runs it: gunicorn, two or four workers.

Its git is as it comes: what it acknowledges is not fsynced.
"""

import subprocess
import sys
import urllib.parse
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.peers.peer import Peer, Unavailable
from repo_store.git.command import run_git

PACKAGES = ("otterwiki==2.26.1", "gunicorn==23.0.0")
INSTALLED = Path("build") / "peers" / "otterwiki"


class OtterWiki(Peer):
    name = "An Otter Wiki"
    workers = 2

    def set_up(self) -> None:
        if not (INSTALLED / "bin" / "gunicorn").exists():
            subprocess.run([sys.executable, "-m", "venv", INSTALLED], check=True)
            install = [INSTALLED / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
            if subprocess.run(install, stderr=subprocess.DEVNULL).returncode:
                raise Unavailable(f"pip could not install {' '.join(PACKAGES)}")
        (self.repository / ".git").mkdir(parents=True)
        run_git(self.repository / ".git", "init", "-q")
        run_git(self.repository / ".git", "config", "core.bare", "false")

    @property
    def repository(self) -> Path:
        return self.folder / "repository"

    def command(self) -> tuple[list[str], dict[str, str]]:
        gunicorn = str((INSTALLED / "bin" / "gunicorn").absolute())
        environment = {
            "REPOSITORY": str(self.repository),
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{self.folder}/wiki.sqlite",
            "SECRET_KEY": "of-a-benchmark-and-nothing-else",
            "WTF_CSRF_ENABLED": "False",
            "COMMIT_MESSAGE": "OPTIONAL",
            "LOG_LEVEL": "WARNING",
        }
        return [gunicorn, "-w", str(self.workers), "-b", f"127.0.0.1:{self.port}", "otterwiki.server:app"], environment

    def save(self, connection: HTTPConnection, page: str, text: str) -> bool:
        body = urllib.parse.urlencode({"content": text, "commit": text[:40]})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", f"/{page}/save", body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status == 302

    def compared(self, page: str, old: str, new: str) -> str:
        self.publish(page, [old, new])
        revisions = self._git("log", "-2", "--format=%h", "--", f"{page.lower()}.md").split()
        return f"{self.site}/{page}/diff/{revisions[1]}/{revisions[0]}"

    def told(self, page: str, revisions: list[str]) -> str:
        self.publish(page, revisions)
        return f"{self.site}/{page}/history"

    def kept(self, pages: list[str]) -> str:
        return self._git("log", "--all", "-p", "--format=%s")

    def _git(self, *command: str) -> str:
        return run_git(self.repository / ".git", *command)[1].decode(errors="replace")


class OtterWikiOfFour(OtterWiki):
    name = "An Otter Wiki, 4 workers"
    workers = 4
