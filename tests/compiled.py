"""What Jinja and Werkzeug compile for an application, compiled once in a process: each application compiles the same.

A test makes an application of its own, and compiling its templates and addresses takes longer than most tests.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from corrections.app import create_app
from corrections.config import Settings


class _Templates(BytecodeCache):
    """The code of templates, by the template's name, file and text."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._code[bucket.key, bucket.checksum] = bucket.code


def share() -> None:
    """Let all applications that this process makes from here on share what is compiled for them."""
    Flask.jinja_options = {"bytecode_cache": _Templates()}
    _share_builders()


def compile_all() -> None:
    """Compile what the service compiles as it starts."""
    with TemporaryDirectory() as folder:
        app = create_app(Settings(Path(folder)))
        for template in app.jinja_env.list_templates():
            app.jinja_env.get_template(template)


def _share_builders() -> None:
    """A rule's builder of addresses is a function of the rule as it is written; the rule is its first argument."""
    compile_builder = Rule._compile_builder
    builders: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}

    def shared(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in builders:
            builders[key] = compile_builder(rule, append_unknown)
        return builders[key]

    Rule._compile_builder = shared  # type: ignore[method-assign]
