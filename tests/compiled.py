"""What Jinja and Werkzeug compile for an application, compiled once in a process: each application compiles the same.

A test makes an application of its own, and compiling its templates and addresses takes longer than most tests.
"""

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
    _share_rules()


def compile_all() -> None:
    """Compile what the service compiles as it starts."""
    with TemporaryDirectory() as folder:
        app = create_app(Settings(Path(folder)))
        for template in app.jinja_env.list_templates():
            app.jinja_env.get_template(template)


def _share_rules() -> None:
    """What a rule of addresses is compiled to is a function of the rule as it is written."""
    compile_rule = Rule.compile
    rules: dict[tuple[object, ...], Rule] = {}

    def shared(rule: Rule) -> None:
        key = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes, rule.map.host_matching, repr(rule.defaults))
        if key not in rules:
            compile_rule(rule)
            rules[key] = rule
            return
        first = rules[key]
        rule._parts, rule._trace, rule._converters = list(first._parts), list(first._trace), dict(first._converters)
        rule.arguments |= first.arguments
        rule._build = first._build.__func__.__get__(rule)  # type: ignore[attr-defined]
        rule._build_unknown = first._build_unknown.__func__.__get__(rule)  # type: ignore[attr-defined]

    Rule.compile = shared  # type: ignore[method-assign]
