"""axe-core: what is wrong in a page for people with other eyes, hands and screens."""

from typing import Any

from playwright.sync_api import Page

from tests.npm_packages import npm_file

_SCRIPT = "axe-core/axe.min.js"


def violations(page: Page, within: str = "document", rules: str = "{}") -> list[dict[str, Any]]:
    """What axe finds wrong within the node that the JavaScript `within` names; `rules` are axe's settings of its rules.

    Every rule is run. What is in order is not described: that takes axe longer than finding it so.
    """
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(npm_file(_SCRIPT).read_text())
    options = f"{{ resultTypes: ['violations'], rules: {rules} }}"
    found: list[dict[str, Any]] = page.evaluate(f"async () => (await axe.run({within}, {options})).violations")
    return found
