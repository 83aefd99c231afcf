"""An edited Markdown text of which one paragraph is rendered anew comes out as the whole rendered from scratch."""

from random import Random

from corrections.text.comparison.edits import Edit
from corrections.text.formats.markdown import rerender as module
from corrections.text.formats.markdown.render import render
from corrections.text.formats.markdown.rerender import rerender

BLOCKS = (
    *(
        "# Head\n",
        "one with *emph* and words\nsecond line\n",
        "- item\n- two\n",
        "> quote text\n",
        "1. first\n\n   more\n",
    ),
    *("[a]: /url\n", "see [a] and [^1] here\n", "[^1]: note text\n", "    code\n", "<div>\nx\n</div>\n", "---\n"),
    *("a | b\n--|--\n1 | 2\n", "plain “old” words, 12 of them.\n", "text ![alt](x.png) more\n", "**bold** tail\n"),
    *(
        "line  \nbreak &amp; entity\n",
        "```\nfence\n```\n",
        "<b>inline</b> html\n",
        "  indented\n",
        "\u200bzero\x07ctl\n",
    ),
)
GAPS = ("\n", "\n", "\n", "", "\n\n", " \n")
TYPED = (
    *("", "x", "*", "_", " ", "  ", "word", "\n", "\n\n", "#", "- ", "> ", "1. ", "[a]", "[^1]", "`", "<b>", "</p>"),
    *("&lt;", "\\", "=", "---", "\n---\n", "\n===", "|", "~~", "\t", "    ", "!", "\x07", "\r", "é"),
)


def test_any_edit_of_any_text_gives_what_rendering_the_whole_gives():
    random = Random(5)
    for _ in range(2_000):
        source = "".join(random.choice(BLOCKS) + random.choice(GAPS) for _ in range(random.randrange(1, 8)))
        start = random.randrange(len(source))
        edit = Edit(start, min(len(source), start + random.choice((0, 0, 1, 2, 5))), random.choice(TYPED))
        assert rerender(render(source), edit) == render(edit.apply(source)), (source, edit)


def test_a_word_changed_in_a_long_article_is_rendered_with_its_paragraph_alone(monkeypatch):
    paragraphs = [f"The *{number}th* paragraph has a few words.\n" for number in range(300)]
    source = "# Long\n\n" + "\n".join(paragraphs)
    whole = render(source)
    rendered: list[int] = []
    monkeypatch.setattr(module, "render", lambda text: rendered.append(len(text)) or render(text))
    start = source.index("words", 5_000)
    after = rerender(whole, Edit(start, start + 5, "terms"))
    assert max(rendered) < 100
    assert after == render(source[:start] + "terms" + source[start + 5 :])
