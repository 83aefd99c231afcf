"""Pages as WordPress's stock themes make them, of one article: furniture, typography, emoji, columns and all.

The markup is that of Twenty Twenty-One to Twenty Twenty-Four at WordPress 6, shortened.
"""

EMOJI = (
    '<img draggable="false" role="img" class="emoji" alt="😀" style="display:inline;height:1em;width:1em" '
    'src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=">'
)
# What the editors wrote, and what WordPress makes of it.
SOURCE = """Ministers met on Tusday in teh capital, and **agreed** on "two points" - a start... We are 😀 glad, and it's 12' 6" wide.

The left column tells of the bridge.

The right column tells of the road.

> "We always said so," the minister said.

- the bridge opened in 1893
- and closed in 1971

Meanwhile the committee for roads, bridges and railways sat on its own, as it has for years, in the old town hall -- it
measures 3 x 4 metres -- and heard from the engineers who had looked after all of them since the beginning of the century.

And after a long and rather weary day of talks about roads, bridges and railways, so it ended in peace.
"""
CONTENT = f"""
<p class="has-drop-cap">Ministers met on Tusday in teh capital, and <strong>agreed</strong> on &#8220;two points&#8221; &#8211; a start&#8230;
We are {EMOJI} glad, and it&#8217;s 12&#8242; 6&#8243; wide.</p>



<div class="wp-block-columns is-layout-flex">
<div class="wp-block-column is-layout-flow">
<p>The left column tells of the bridge.</p>
</div>



<div class="wp-block-column is-layout-flow">
<p>The right column tells of the road.</p>
</div>
</div>



<blockquote class="wp-block-quote">
<p>&#8220;We always said so,&#8221; the minister said.</p>
</blockquote>



<figure class="wp-block-gallery has-nested-images"><figure class="wp-block-image"><img alt="The bridge at night" src="data:,">
<figcaption class="wp-element-caption">The bridge on Tusday</figcaption></figure></figure>



<div class="wp-block-buttons"><form><button class="wp-block-button__link">Subscribe</button></form></div>



<figure class="wp-block-embed"><div class="wp-block-embed__wrapper"><iframe title="A video"></iframe></div></figure>



<ul>
<li>the bridge opened in 1893</li>



<li>and closed in 1971</li>
</ul>



<p>Meanwhile the committee for roads, bridges and railways sat on its own, as it has for years, in the old town hall &#8212; it
measures 3 &#215; 4 metres &#8212; and heard from the engineers who had looked after all of them since the beginning of the century.</p>



<p>And after a long and rather weary day of talks about roads, bridges and railways, so it ended in peace.</p>
<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">Share this</h3><ul><li>Mastodon</li></ul></div>
<div id="jp-relatedposts" class="jp-relatedposts"><h3>Related</h3><p>Another story of Tusday</p></div>
"""
COMMENTS = """<div id="comments" class="comments-area"><h2 class="comments-title">1 comment</h2><ol class="comment-list">
<li id="comment-2" class="comment even"><article id="div-comment-2" class="comment-body"><footer class="comment-meta">
<b class="fn">Ben</b> <span class="says">says:</span></footer><div class="comment-content"><p>A comment on Tusday by a reader.</p></div>
</article></li></ol><div id="respond" class="comment-respond"><h2 id="reply-title" class="comment-reply-title">Leave a Reply</h2>
<form id="commentform"><p class="comment-notes">Your email address will not be published.</p>
<textarea id="comment" name="comment"></textarea></form></div></div>"""
BLOCK_COMMENTS = """<section class="wp-block-template-part"><div class="wp-block-comments"><h3 id="comments">One response</h3>
<ol class="wp-block-comment-template"><li id="comment-2" class="comment even"><div class="wp-block-comment-content">
<p>A comment on Tusday by a reader.</p></div></li></ol><div id="respond" class="comment-respond wp-block-post-comments-form">
<h3 class="comment-reply-title">Leave a Reply</h3><form id="commentform"><textarea id="comment" name="comment"></textarea></form></div></div></section>"""
POSTED = """<div class="wp-block-template-part"><div class="wp-block-columns"><div class="wp-block-column"><p>Posted</p>
<div class="wp-block-post-date"><time>November 24, 2026</time></div><p>in</p>
<div class="taxonomy-category wp-block-post-terms"><a href="/category/uncategorized/" rel="tag">Uncategorized</a></div></div></div></div>"""
BLOCK_HEADER = """<header class="wp-block-template-part"><p class="wp-block-site-title"><a href="/">The Daily</a></p>
<nav class="wp-block-navigation"><ul><li><a href="/sample-page/">Sample Page</a></li></ul></nav></header>"""
BLOCK_FOOTER = """<footer class="wp-block-template-part"><p>Proudly powered by WordPress</p></footer>"""

THEMES = {
    "twentytwentyone": f"""<body class="single single-post"><div id="page" class="site">
<a class="skip-link screen-reader-text" href="#content">Skip to content</a>
<header id="masthead" class="site-header"><p class="site-title"><a href="/">The Daily</a></p></header>
<div id="content"><div id="primary" class="content-area"><main id="main" class="site-main">
<article id="post-4" class="post-4 post type-post hentry category-uncategorized entry">
<header class="entry-header alignwide"><h1 class="entry-title">The talks</h1></header>
<div class="entry-content">{CONTENT}</div>
<footer class="entry-footer"><div class="posted-by"><span class="posted-on">Published <time>November 24, 2026</time></span></div>
<div class="post-taxonomies"><span class="cat-links">Categorized as <a href="/c/">Uncategorized</a></span></div></footer></article>
{COMMENTS}<nav class="navigation post-navigation"><a href="/next/">Next post: Another story of Tusday</a></nav></main></div></div>
<footer id="colophon" class="site-footer">Proudly powered by WordPress</footer></div></body>""",
    "twentytwentytwo": f"""<body class="single"><div class="wp-site-blocks">{BLOCK_HEADER}<main class="wp-block-group">
<div class="wp-block-group"><h1 class="alignwide wp-block-post-title">The talks</h1></div>
<div class="entry-content wp-block-post-content is-layout-constrained">{CONTENT}</div>
<div class="wp-block-group"><div class="wp-block-post-date">November 24, 2026</div>
<div class="wp-block-post-terms"><a href="/c/">Uncategorized</a></div></div>
<div class="wp-block-post-comments" id="comments"><h3 id="reply-title">Leave a Reply</h3><p>A comment on Tusday by a reader.</p>
<form><textarea id="comment"></textarea></form></div></main>{BLOCK_FOOTER}</div></body>""",
    "twentytwentythree": f"""<body class="single"><div class="wp-site-blocks">{BLOCK_HEADER}<main class="wp-block-group">
<div class="has-global-padding wp-block-group"><h1 class="wp-block-post-title">The talks</h1></div>
<div class="has-global-padding is-layout-constrained entry-content wp-block-post-content">{CONTENT}</div>
{POSTED}{BLOCK_COMMENTS}</main>{BLOCK_FOOTER}</div></body>""",
    "twentytwentyfour": f"""<body class="single"><div class="wp-site-blocks">{BLOCK_HEADER}<main class="wp-block-group">
<div class="wp-block-group alignwide"><h1 class="wp-block-post-title has-x-large-font-size">The talks</h1>{POSTED}</div>
<div class="entry-content wp-block-post-content is-layout-flow">{CONTENT}</div>{BLOCK_COMMENTS}
<div class="wp-block-query"><ul class="wp-block-post-template"><li class="wp-block-post"><div class="entry-content wp-block-post-content">
<p>Another story of Tusday.</p></div></li></ul></div></main>{BLOCK_FOOTER}</div></body>""",
    "plain article": f"""<body><header><p>The Daily</p></header><nav>Home</nav><article><header><h1>The talks</h1>
<p class="byline">By Ann</p><time>November 24, 2026</time></header>{CONTENT}<footer>Posted in Uncategorized</footer>
<section id="comments"><h2>Leave a Reply</h2><p>A comment on Tusday by a reader.</p><textarea id="comment"></textarea></section></article>
<aside><article><p>Another story of Tusday.</p></article></aside></body>""",
}
STYLE = """<style>.wp-block-columns{display:flex;gap:2em}.has-drop-cap::first-letter{float:left;font-size:4em}
.screen-reader-text{position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(1px,1px,1px,1px)}
.entry-title,.wp-block-post-title{text-transform:uppercase}</style>"""


def theme_page(name: str, address: str, service: str, head: str = "") -> str:
    """The article's page in a theme, with the widget; `address` is its canonical one."""
    return f"""<!doctype html><html lang="en-US"><head><meta charset="utf-8"><title>The talks – The Daily</title>{head}
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="canonical" href="{address}">{STYLE}
<script src="{service}/widget.js" defer></script></head>{THEMES[name]}</html>"""
