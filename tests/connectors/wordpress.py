"""A real WordPress on loopback, from Debian's packages: one for each process that runs tests, in a folder of its own."""

import base64
import json
import os
import pwd
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.newsroom import free_port

SITE = Path("/usr/share/wordpress")
PROGRAMS = ("mariadbd", "mariadb-install-db", "php")
_COMPILED = ("-d", "opcache.enable_cli=1", "-d", "opcache.revalidate_freq=0")  # a file written anew is compiled anew
USER = "editor"
PERMALINKS = "/%year%/%monthnum%/%day%/%postname%/"
_CONFIGURATION = """<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}');
define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', '{url}');
define('WP_SITEURL', '{url}');
define('WP_ENVIRONMENT_TYPE', 'local');  // application passwords without TLS
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_CONTENT_DIR', '{content}');
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-includes/class-phpass.php';
$GLOBALS['wp_hasher'] = new PasswordHash(4, true);  // the quickest: each request checks every password of its user
require_once ABSPATH . 'wp-settings.php';
"""
_ROUTER = """<?php
$path = __DIR__ . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (is_file($path)) return false;
chdir(__DIR__);
$_SERVER['SCRIPT_NAME'] = '/index.php';
require __DIR__ . '/index.php';
"""
_CLEAR = """<?php
$database = mysqli_connect(null, 'root', '', 'wordpress', 0, '{socket}');
foreach (['posts', 'postmeta', 'comments', 'term_relationships'] as $table) $database->query("DELETE FROM wp_$table");
echo 'cleared';
"""
_INSTALL = """define('WP_INSTALLING', true); require 'wp-load.php'; require 'wp-admin/includes/upgrade.php';
wp_install('The Daily', 'admin', 'admin@example.org', true, '', 'a long password');
wp_set_password('a long password', 1);
$editor = wp_insert_user(['user_login' => 'editor', 'user_pass' => 'another password', 'role' => 'editor',
    'display_name' => 'Ada Editor']);
$reporter = wp_insert_user(['user_login' => 'reporter', 'user_pass' => 'one more password', 'role' => 'subscriber']);
update_option('permalink_structure', '%s'); update_option('timezone_string', 'Europe/Berlin');
foreach ([1, $editor, $reporter] as $user)
    echo WP_Application_Passwords::create_new_application_password($user, ['name' => 'tests'])[0], "\\n";
"""


class Refused(Exception):
    """WordPress answered with an error; `status` is its status."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"{status}: {body[:300]}")
        self.status = status


class WordPress:
    """`password` is the editor's application password; `mu_plugins` has PHP files that run with each request."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.site, port = folder, folder / "site", free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.mu_plugins = folder / "content" / "mu-plugins"
        self.compiled = folder / "compiled"  # kept by each PHP for the next: compiling takes longest
        self.compiled.mkdir(parents=True)
        self._processes: list[subprocess.Popen[bytes]] = []
        self._copy_site()
        self._start_database()
        passwords = self.php(_INSTALL % PERMALINKS).split("\n")
        self.admin_password, self.password, self.reporter_password = passwords[:3]
        router = folder / "site" / "router.php"
        router.write_text(_ROUTER)
        environment = {**os.environ, "PHP_CLI_SERVER_WORKERS": "3"}
        self._start(["php", *_COMPILED, "-S", f"127.0.0.1:{port}", "-t", self.site, router], environment)
        self._wait(lambda: bool(self.get("types")))

    def _copy_site(self) -> None:
        self.site.mkdir(parents=True)
        for file in SITE.glob("*.php"):
            if file.name != "wp-config.php":
                shutil.copy(file, self.site)
        for name in ("wp-includes", "wp-admin"):
            (self.site / name).symlink_to(SITE / name)
        content = self.folder / "content"
        self.mu_plugins.mkdir(parents=True)
        (content / "plugins").mkdir()
        shutil.copytree(SITE / "wp-content" / "themes", content / "themes", symlinks=False)
        (self.site / "wp-content").symlink_to(content)
        (self.site / "clear.php").write_text(_CLEAR.replace("{socket}", str(self.folder / "db.sock")))
        values = {"socket": str(self.folder / "db.sock"), "url": self.url, "content": str(content)}
        configuration = _CONFIGURATION
        for name, value in values.items():
            configuration = configuration.replace(f"{{{name}}}", value)
        (self.site / "wp-config.php").write_text(configuration)

    def _start_database(self) -> None:
        data, user = self.folder / "db", f"--user={pwd.getpwuid(os.getuid()).pw_name}"
        temporary = self.folder / "tmp"  # in a folder that they share, two MariaDBs take each other's tables
        temporary.mkdir()
        small = ("--innodb-log-file-size=8M", "--innodb-buffer-pool-size=24M", "--innodb-flush-log-at-trx-commit=0",
                 "--performance-schema=OFF", "--aria-log-file-size=8M", "--innodb-doublewrite=0",
                 "--innodb-use-native-aio=0", f"--tmpdir={temporary}")  # fmt: skip
        installed = subprocess.run(
            ["mariadb-install-db", "--no-defaults", f"--datadir={data}", user, "--skip-test-db",
             "--auth-root-authentication-method=normal", *small],
            check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert installed.returncode == 0, installed.stdout
        self._start(
            ["mariadbd", "--no-defaults", f"--datadir={data}", user, f"--socket={self.folder / 'db.sock'}",
             f"--pid-file={self.folder / 'db.pid'}", "--skip-networking", "--skip-log-bin", *small]
        )  # fmt: skip
        query = f"mysqli_connect(null, 'root', '', '', 0, '{self.folder / 'db.sock'}')->query('CREATE DATABASE wordpress CHARACTER SET utf8mb4');"
        self._wait(lambda: subprocess.run(["php", "-r", query], capture_output=True).returncode == 0)

    def _start(self, command: list[str | Path], environment: dict[str, str] | None = None) -> None:
        log = (self.folder / f"{Path(command[0]).name}.log").open("wb")
        self._processes.append(
            subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        )

    def _wait(self, happened: "Any") -> None:
        end = time.monotonic() + 60
        while True:
            with suppress(OSError, ValueError):
                if happened():
                    return
            assert time.monotonic() < end, [log.read_text() for log in self.folder.glob("*.log")]
            time.sleep(0.05)

    def php(self, code: str) -> str:
        """What PHP code prints that runs in the site's folder."""
        kept = ("-d", f"opcache.file_cache={self.compiled}", "-d", "opcache.file_cache_only=1")
        done = subprocess.run(["php", *_COMPILED, *kept, "-r", code], cwd=self.site, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run(self, code: str) -> str:
        """What PHP code prints that runs inside this WordPress."""
        return self.php(f"$_SERVER['HTTP_HOST'] = '127.0.0.1'; require 'wp-load.php'; {code}")

    def get(self, route: str, **query: str) -> Any:
        return self.request("GET", route, query)

    def write(self, route: str, **fields: Any) -> Any:
        """Create or change something, as an editor."""
        return self.request("POST", route, {"context": "edit"}, fields)

    def request(self, method: str, route: str, query: dict[str, str], fields: dict[str, Any] | None = None) -> Any:
        """Raises `Refused`."""
        address = f"{self.url}/index.php?{urllib.parse.urlencode({'rest_route': f'/wp/v2/{route}', **query})}"
        sign_in = base64.b64encode(f"{USER}:{self.password}".encode()).decode()
        headers = {"Authorization": f"Basic {sign_in}", "Content-Type": "application/json"}
        body = None if fields is None else json.dumps(fields).encode()
        request = urllib.request.Request(address, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise Refused(error.code, error.read().decode()) from error

    def create(self, content: str, title: str = "The talks", kind: str = "posts", **fields: Any) -> int:
        """Publish a post (or what `fields` say); its number."""
        return int(self.write(kind, **{"title": title, "content": content, "status": "publish", **fields})["id"])

    def content(self, number: int, kind: str = "posts") -> str:
        """The source of a post as it is stored."""
        return str(self.get(f"{kind}/{number}", context="edit")["content"]["raw"])

    def new_password(self) -> str:
        """A further application password of the editor."""
        made = "WP_Application_Passwords::create_new_application_password(2, ['name' => uniqid()])[0]"
        return self.run(f"echo {made};").strip()

    def revoke(self, password: str) -> None:
        self.run(
            "foreach (WP_Application_Passwords::get_user_application_passwords(2) as $item)"
            f" if (wp_check_password('{password}', $item['password'], 2))"
            " WP_Application_Passwords::delete_application_password(2, $item['uuid']);"
        )

    def page(self, address: str) -> str:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return str(answer.read().decode())

    def clear(self) -> None:
        """Delete everything that tests have written, and what they had WordPress do."""
        for plugin in self.mu_plugins.iterdir():
            plugin.unlink()
        assert self.page(f"{self.url}/clear.php") == "cleared"

    def stop(self) -> None:
        for process in reversed(self._processes):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def running(folder: Path) -> Iterator[WordPress]:
    site = WordPress(folder)
    try:
        yield site
    finally:
        site.stop()


def missing() -> str:
    """What of WordPress is not installed here; nothing where all is."""
    names = [name for name in PROGRAMS if shutil.which(name) is None]
    return ", ".join(names + ([] if (SITE / "wp-includes").is_dir() else [str(SITE)]))


@pytest.fixture(scope="session")
def wordpress_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    lacking = missing()
    if lacking and os.environ.get("REQUIRE_WORDPRESS") == "1":
        pytest.fail(f"No WordPress ({lacking}), and REQUIRE_WORDPRESS=1.")
    if lacking:
        pytest.skip(f"WordPress is not installed here: {lacking}. `make wordpress` installs it where it can.")
    with running(tmp_path_factory.mktemp("wordpress")) as site:
        yield site


@pytest.fixture
def wordpress(wordpress_server: WordPress, monkeypatch: pytest.MonkeyPatch) -> WordPress:
    """A WordPress without posts, which connections may reach."""
    monkeypatch.setenv("CORRECTIONS_PRIVATE_HOSTS", "127.0.0.0/8")
    wordpress_server.clear()
    return wordpress_server
