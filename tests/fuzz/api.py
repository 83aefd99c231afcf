"""`python -m tests.fuzz.api EXAMPLES`: the API against its own description, by schemathesis (`make fuzz-api`).

Three passes, as an editor: with whatever the schema allows, with a publication, an article and a correction that exist,
and the first again without a token. Fails where an answer is a 5xx, is not described, or is not as described.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from corrections.services import settings
from corrections.services.publication import Publication
from tests.newsroom import TALKS, a_correction, an_article, free_port, start

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
CONFIGURATION = f"""
[parameters]
publication = "daily"
article_id = "{TALKS}"
number = 1
"""


def main(examples: int) -> int:
    """Print how many requests were made; returns 1 where an answer was wrong or no 10,000 requests were made."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        publication = Publication.create(data, "daily")
        an_article(publication)
        a_correction(publication, "teh", "the")
        settings.put(publication, "proof-of-work", "off")
        token = publication.private.tokens.issue("fuzz", "editor")
        publication.close()
        port = free_port()
        process = start(data, port)
        count, failed = 0, False
        try:
            for is_configured, headers in ((False, [token]), (True, [token]), (False, [])):
                result = run(port, Path(folder), examples, is_configured, headers)
                match = re.search(r"(\d+) generated", result.stdout.replace(",", ""))
                count += int(match[1]) if match else 0
                failed |= result.returncode != 0
                if result.returncode:
                    print(result.stdout[-6000:], result.stderr[-2000:])
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)
    print(f"{count:,} requests; {'answers were wrong' if failed else 'every answer as described'}")
    return 1 if failed or count < 10_000 else 0


def run(
    port: int, folder: Path, examples: int, is_configured: bool, tokens: list[str]
) -> subprocess.CompletedProcess[str]:
    site = f"http://127.0.0.1:{port}"
    (folder / "schemathesis.toml").write_text(CONFIGURATION if is_configured else "")
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{site}/api/v1/openapi.json"),
        *("--max-examples", str(examples), "--checks", CHECKS, "--continue-on-failure", "--no-color"),
        *(argument for token in tokens for argument in ("-H", f"Authorization: Bearer {token}")),
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
