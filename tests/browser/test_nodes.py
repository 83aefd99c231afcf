"""A correction from the reader's form to the published article, over two nodes: the reader at one, the editor at the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from corrections.cluster import Cluster
from tests import postgres
from tests.browser.test_browser import PASSWORD, select, sign_in
from tests.newsroom import TALKS
from tests.nodes import Group, group_of_nodes

pytestmark = pytest.mark.browser


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Group]:
    with (
        postgres.running() as database,
        group_of_nodes(tmp_path, Cluster(database.url, str(tmp_path / "git" / "{publication}.git"))) as made,
    ):
        yield made


def test_what_a_reader_sends_at_one_node_an_editor_publishes_at_the_other(browser: Browser, group: Group):
    group.command(group.folder / "desk", "user", "daily", "Mira", "--password", PASSWORD)
    group.command(group.folder / "desk", "settings", "daily", "form-seconds=0")  # tests are quicker than people
    at_first, at_second = (f"http://127.0.0.1:{group.add(name).port}/daily" for name in ("first", "second"))
    reader, editor = browser.new_context().new_page(), browser.new_context().new_page()
    sign_in(editor, at_second)
    expect(editor.locator("[data-row]")).to_have_count(0)
    editor.mouse.move(0, 0)  # nothing appears under the pointer
    reader.goto(f"{at_first}/a/{TALKS}")
    select(reader, "teh")
    reader.keyboard.press("Control+Enter")
    reader.wait_for_url("**/suggest?**")
    reader.fill("#replacement", "the")
    with reader.expect_navigation():
        reader.click("text=Preview the change")
    reader.click("text=Send correction")
    reader.wait_for_url(f"{at_first}/c/1?key=*")
    editor.locator("[data-row]").wait_for()  # the open queue shows it without being asked again
    editor.click(".queue .change a")
    editor.wait_for_url(f"{at_second}/review/1")
    editor.keyboard.press("a")
    editor.wait_for_url("**/review/?undo=1")
    reader.reload()
    expect(reader.locator(".state-accepted")).to_be_visible()
    reader.goto(f"{at_first}/a/{TALKS}")
    expect(reader.locator("[data-article]")).to_contain_text("in the capital", use_inner_text=True)
