"""Pages as news sites build them, each with the words that are its article's and those that are not."""

from dataclasses import dataclass
from html import escape

HEADLINE = "Old bridge may close to lorries"
STANDFIRST = "Two of its piers have moved, engineers say, and the council must choose before the winter."
PARAGRAPHS = (
    "The council met on Tuesday to decide whether the old bridge should be closed to lorries, and heard nine residents.",
    "“Nobody asked us,” said Olena Marchenko, who has lived beside the river since 1986. “Now we ask them.”",
    "The engineers’ report, 64 pages long, says that two of the five piers have moved by 3.5 centimetres since the flood.",
    "A decision is expected in December. Until then, lorries heavier than 7.5 tonnes must take the ring road.",
    "Traders in the old town fear for their Christmas sales, although the mayor has promised them a shuttle bus.",
    "The bridge was built in 1931 and last repaired in 1994, when the trams were taken off it.",
)
UKRAINIAN = (
    "Міська рада у вівторок вирішувала, чи закрити старий міст для вантажівок, і вислухала дев’ятьох мешканців.",
    "«Нас ніхто не питав, — каже Олена Марченко, яка живе біля річки від 1986 року. — Тепер питаємо ми».",
    "У звіті інженерів на 64 сторінки сказано, що дві з п’яти опор зсунулися після повені на 3,5 сантиметра.",
    "Рішення очікують у грудні. До того вантажівки, важчі за 7,5 тонни, мають їхати об’їзною дорогою.",
)
ARABIC = (
    "اجتمع المجلس يوم الثلاثاء ليقرر ما إذا كان الجسر القديم سيُغلق أمام الشاحنات، واستمع إلى تسعة من السكان.",
    "وقالت أولينا مارتشينكو، التي تسكن قرب النهر منذ عام 1986: «لم يسألنا أحد، والآن نحن نسألهم».",
    "ويقول تقرير المهندسين، وهو في 64 صفحة، إن دعامتين من خمس تحركتا بمقدار 3.5 سنتيمتر منذ الفيضان.",
    "ومن المتوقع صدور القرار في ديسمبر. وحتى ذلك الحين تسلك الشاحنات الثقيلة الطريق الدائري.",
)
JAPANESE = (
    "市議会は火曜日、古い橋をトラック通行止めにするかどうかを審議し、九人の住民から意見を聞いた。",
    "「誰も私たちに聞かなかった」と、1986年から川のそばに住むオレナ・マルチェンコさんは話す。",
    "技術者の報告書は六十四ページあり、洪水以来、五本の橋脚のうち二本が三・五センチ動いたとしている。",
    "決定は十二月の見通し。それまで七・五トンを超えるトラックは環状道路を通らなければならない。",
)

COOKIES = "We use cookies and similar techniques to make this site work and to show you advertising that fits."
NAVIGATION = ("Front page", "Politics", "Business desk", "Weather report", "Puzzles")
RELATED = ("Flood defences to be raised by spring", "Why the trams left the river", "Mayor opens new library")
COMMENTS = (
    "RiverRat writes: I have been saying this for years and nobody listened to me at all, so there you are.",
    "Tom from the hill writes: Close it for good and build a tunnel, as they did in the capital long ago.",
)
SHARE = ("Share on Facebook", "Post on Mastodon", "Send by email")
FOOTER = "© 2026 The Daily Ltd. All rights reserved. Imprint and privacy."
NEWSLETTER = "Sign up to our newsletter and get the news each morning in your inbox."

FURNITURE = (COOKIES, *NAVIGATION, *RELATED, *COMMENTS, *SHARE, FOOTER, NEWSLETTER)

JSON_LD = """<script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle",
"headline": "Old bridge may close to lorries", "datePublished": "2026-11-24T08:00:00+01:00", "inLanguage": "en-GB",
"author": [{"@type": "Person", "name": "Mira Halle"}, {"@type": "Person", "name": "Jan Roth"}],
"mainEntityOfPage": {"@type": "WebPage", "@id": "https://daily.example/2026/11/24/bridge"}}</script>"""


@dataclass(frozen=True)
class Page:
    name: str
    html: str
    words: tuple[str, ...]  # each stands in the article, in this order
    furniture: tuple[str, ...] = FURNITURE  # none of them does


def whole(main: str, head: str = "", before: str = "", language: str = "en", after: str = "") -> str:
    """A page with everything around its article that sites put there."""
    navigation = "".join(f'<li><a href="/{number}">{name}</a></li>' for number, name in enumerate(NAVIGATION))
    related = "".join(f'<li><a href="/r{number}">{title}</a></li>' for number, title in enumerate(RELATED))
    comments = "".join(f'<li class="comment"><p>{text}</p></li>' for text in COMMENTS)
    return f"""<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><title>{HEADLINE} – News – The Daily</title>{head}
<style>body {{ color: black }}</style><script>window.data = "<p>not words</p>";</script></head>
<body class="single">
<div id="cookie-consent" class="cookie-banner"><p>{COOKIES}</p><button>Accept</button></div>
<header class="site-header"><div class="logo"><a href="/">The Daily</a></div><nav><ul>{navigation}</ul></nav></header>
{before}
{main}
<section class="related-articles"><h2>More on this</h2><ul>{related}</ul></section>
<div class="newsletter-signup"><h3>Newsletter</h3><p>{NEWSLETTER}</p><form><input name="mail"></form></div>
<section id="comments"><h2>Comments</h2><ul>{comments}</ul></section>
{after}
<footer><p>{FOOTER}</p></footer>
<script>console.log("</p>")</script>
</body></html>"""


def paragraphs(texts: tuple[str, ...] = PARAGRAPHS, tag: str = "p") -> str:
    return "\n".join(f"<{tag}>{escape(text)}</{tag}>" for text in texts)


SHARE_BUTTONS = '<ul class="share-buttons">' + "".join(f'<li><a href="#">{name}</a></li>' for name in SHARE) + "</ul>"
TEASER = (
    '<article class="card"><a href="/r2"><h3>Mayor opens new library</h3>'
    "<p>Forty thousand books and a café wait for their readers in the west of the town.</p></a></article>"
)
TEASER_WORDS = ("Forty thousand books and a café wait",)
FIGURE = (
    '<figure class="lead-image"><picture><source srcset="/b.webp"><img src="/b.jpg" alt="The bridge at dawn"></picture>'
    '<figcaption>The bridge on Monday. <span class="credit">Photo: Jan Roth</span></figcaption></figure>'
)
CAPTION = "The bridge on Monday. Photo: Jan Roth"
HALF = len(PARAGRAPHS) // 2

PAGES = [
    Page(
        "the first article is a teaser",
        whole(
            f"<main>{TEASER}<article><h1>{HEADLINE}</h1>{SHARE_BUTTONS}{paragraphs()}{SHARE_BUTTONS}</article></main>"
        ),
        (HEADLINE, *PARAGRAPHS),
        (*FURNITURE, *TEASER_WORDS),
    ),
    Page(
        "teasers before the main element",
        whole(f"<main><article><h1>{HEADLINE}</h1>{paragraphs()}</article></main>", before=TEASER * 3),
        (HEADLINE, *PARAGRAPHS),
        (*FURNITURE, *TEASER_WORDS),
    ),
    Page(
        "divs instead of paragraphs",
        whole(f'<div class="story"><h1>{HEADLINE}</h1>{paragraphs(tag="div")}</div>'),
        (HEADLINE, *PARAGRAPHS),
    ),
    Page(
        "nested divs with meaningless classes",
        whole(
            f'<div class="x1a"><div class="x2b"><h1 class="x3">{HEADLINE}</h1>'
            + "".join(f'<div class="x4c"><div class="x5"><span>{text}</span></div></div>' for text in PARAGRAPHS)
            + "</div></div>"
        ),
        (HEADLINE, *PARAGRAPHS),
    ),
    Page(
        "text parted by line breaks",
        whole(f'<div class="article-text"><h1>{HEADLINE}</h1>{"<br><br>".join(PARAGRAPHS)}</div>'),
        (HEADLINE, *PARAGRAPHS),
    ),
    Page(
        "a table for the layout",
        whole(
            f"<table width=100%><tr><td width=150><a href=/a>Puzzles</a><td><font size=2><b>{HEADLINE}</b><br>"
            f"{'<p>'.join(PARAGRAPHS)}</font></table>"
        ),
        PARAGRAPHS,
        (*(words for words in FURNITURE if words != "Puzzles"),),
    ),
    Page(
        "a header with a standfirst and no h1",
        whole(f"<article><header><p>{STANDFIRST}</p></header>{paragraphs()}</article>", JSON_LD),
        (STANDFIRST, *PARAGRAPHS),
    ),
    Page(
        "a header with headline, standfirst and byline",
        whole(
            f'<article><header><h1>{HEADLINE}</h1><p class="standfirst">{STANDFIRST}</p><p class="byline">By <a href="/m">'
            f'Mira Halle</a></p><time datetime="2026-11-24">24 November 2026</time></header>{SHARE_BUTTONS}{FIGURE}'
            f"{paragraphs()}</article>"
        ),
        (HEADLINE, STANDFIRST, CAPTION, *PARAGRAPHS),
    ),
    Page(
        "the headline outside the article",
        whole(
            f'<div class="head"><h1>{HEADLINE}</h1></div><div class="body"><article>{paragraphs()}</article></div>',
            JSON_LD,
        ),
        PARAGRAPHS,
    ),
    Page(
        "related links, a newsletter and an advertisement within the text",
        whole(
            f"<article><h1>{HEADLINE}</h1>{paragraphs(PARAGRAPHS[:HALF])}"
            f'<aside class="related"><h3>Read also</h3><ul><li><a href="/r0">{RELATED[0]}</a></li></ul></aside>'
            f'<div class="newsletter-box"><p>{NEWSLETTER}</p></div><div class="ad-slot">Advertisement</div>'
            f"{paragraphs(PARAGRAPHS[HALF:])}</article>"
        ),
        (HEADLINE, *PARAGRAPHS),
        (*FURNITURE, "Advertisement", "Read also"),
    ),
    Page(
        "lists, a table, a quotation, numbers and captions within the text",
        whole(
            f"<article><h1>{HEADLINE}</h1>{paragraphs(PARAGRAPHS[:HALF])}<h2>In short</h2><ul><li>Built: 1931<li>Closed: no"
            f"</ul><table><tr><th>Pier<th>Moved<tr><td>1|2<td>3.5 cm</table><blockquote><p>Nobody asked us.</p></blockquote>"
            f"{FIGURE}<ol start=3><li>Vote<li>Work</ol><p>Short.</p><pre>a  b</pre>{paragraphs(PARAGRAPHS[HALF:])}</article>"
        ),
        (
            HEADLINE,
            *PARAGRAPHS[:HALF],
            *(
                "In short",
                "Built: 1931",
                "Closed: no",
                "Pier",
                "1|2",
                "3.5 cm",
                "Nobody asked us.",
                CAPTION,
                "Vote",
                "Work",
            ),
            *("Short.", *PARAGRAPHS[HALF:]),
        ),
    ),
    Page(
        "a content management system's blocks",
        whole(
            f'<article id="post-1" class="post type-post"><header class="entry-header"><h1 class="entry-title">{HEADLINE}</h1>'
            f'<div class="entry-meta"><span class="posted-on">24 November 2026</span></div></header><div class="entry-content">'
            f"<!-- wp:paragraph -->{paragraphs(PARAGRAPHS[:HALF])}<!-- /wp:paragraph -->"
            f'<figure class="wp-block-image"><img src="/b.jpg" alt=""><figcaption>The bridge on Monday. Photo: Jan Roth'
            f'</figcaption></figure>{paragraphs(PARAGRAPHS[HALF:])}<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">'
            f'Share this:</h3>{SHARE_BUTTONS}</div></div><footer class="entry-footer">Posted in <a href="/c">News</a></footer>'
            "</article>"
        ),
        (HEADLINE, *PARAGRAPHS[:HALF], CAPTION, *PARAGRAPHS[HALF:]),
        (*FURNITURE, "Share this", "Posted in"),
    ),
    Page(
        "a short report on a page full of other things",
        whole(f"<main><article><h1>{HEADLINE}</h1><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[3]}</p></article></main>"),
        (HEADLINE, PARAGRAPHS[0], PARAGRAPHS[3]),
    ),
    Page(
        "more comments than article",
        whole(
            f"<article><h1>{HEADLINE}</h1>{paragraphs(PARAGRAPHS[:4])}</article>",
            after='<div class="comments-area">' + "".join(f"<p>{text}</p>" for text in COMMENTS * 10) + "</div>",
        ),
        (HEADLINE, *PARAGRAPHS[:4]),
    ),
    Page(
        "teasers in front of a story that is no article element",
        whole(
            f'<main><div class="x">{TEASER}</div><h1>{HEADLINE}</h1><div class="rich-text">{paragraphs()}</div></main>'
        ),
        (HEADLINE, *PARAGRAPHS),
        (*FURNITURE, *TEASER_WORDS),
    ),
    Page(
        "a live blog",
        whole(
            f"<main><article><h1>{HEADLINE}</h1><p>{STANDFIRST}</p>"
            + "".join(f"<article><h2>1{hour}.00</h2><p>{text}</p></article>" for hour, text in enumerate(PARAGRAPHS))
            + "</article></main>"
        ),
        (HEADLINE, STANDFIRST, *(words for hour, text in enumerate(PARAGRAPHS) for words in (f"1{hour}.00", text))),
    ),
    Page(
        "a short post whose classes name its tags",
        whole(
            f'<article class="post tag-news comments-open"><h1>{HEADLINE}</h1><div class="entry"><p>{PARAGRAPHS[0]}</p>'
            '<p><b>By the way</b></p></div><div class="tags">Filed under: <a href="/t">bridges</a></div></article>'
        ),
        (HEADLINE, PARAGRAPHS[0], "By the way"),
        (*FURNITURE, "Filed under"),
    ),
    Page(
        "text in two parts around an advertisement",
        whole(
            f'<article><h1>{HEADLINE}</h1><div class="p1">{paragraphs(PARAGRAPHS[:HALF])}</div><div class="ad">Advertisement'
            f'</div><div class="p2">{paragraphs(PARAGRAPHS[HALF:])}<p><i>Amended on 25 November.</i></p></div></article>'
        ),
        (HEADLINE, *PARAGRAPHS, "Amended on 25 November."),
        (*FURNITURE, "Advertisement"),
    ),
    *(
        Page(
            f"an article in {language}",
            whole(f"<article><h1>{texts[0][:30]}</h1>{paragraphs(texts)}</article>", language=language),
            texts,
        )
        for language, texts in (("uk", UKRAINIAN), ("ar", ARABIC), ("ja", JAPANESE))
    ),
    Page(
        "no end tags, upper case, no doctype",
        f"<HTML><HEAD><TITLE>{HEADLINE}</TITLE><BODY><NAV><A HREF=/1>Politics</A></NAV><H1>{HEADLINE}</H1>"
        f"<P>{'<P>'.join(PARAGRAPHS)}<FOOTER>{FOOTER}</FOOTER>",
        (HEADLINE, *PARAGRAPHS),
    ),
    Page(
        "nothing but an article",
        f"<html><body><h1>{HEADLINE}</h1><p>1986. That was it.</p><p>- x</p>{paragraphs(PARAGRAPHS[:2])}<p>End</p></body></html>",
        (HEADLINE, "1986. That was it.", "- x", *PARAGRAPHS[:2], "End"),
    ),
    Page(
        "a few words",
        "<html lang=de><title>Titel</title><nav>x</nav><article><h1>Kopf</h1><p>Ein <b>Satz</b>.</p></article></html>",
        ("Kopf", "Ein Satz."),
    ),
]
