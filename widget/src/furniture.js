// What on a page is not the article's text: a theme's furniture, a plugin's boxes, and what nobody sees.

/** Comments, related posts, navigation: the article is not inside any of these, nor are they part of it. */
export const BOXES =
  "nav,aside,dialog,[role=navigation],[role=complementary],#comments,#respond,.comments-area,.comment-respond,li.comment,div.comment,article.comment," +
  ".wp-block-comments,.wp-block-post-comments,.wp-block-post-comments-form,#disqus_thread,.wp-block-query,.wp-block-latest-posts," +
  ".related-posts,.related-articles,.related-content,.relatedposts,.jp-relatedposts,.yarpp,.yarpp-related,.recommended-posts," +
  ".post-navigation,.posts-navigation,.sidebar,.widget-area";

const META =
  ".entry-meta,.entry-footer,.post-meta,.article-meta,.posted-on,.posted-by,.byline,.cat-links,.tags-links,.post-tags,.post-categories," +
  ".comments-link,.edit-link,.edit-post-link,.page-links,.post-edit-link,.reading-time,.breadcrumbs,.breadcrumb," +
  ".wp-block-post-date,.wp-block-post-author,.wp-block-post-author-name,.wp-block-post-author-biography,.wp-block-post-terms," +
  ".wp-block-post-navigation-link,.wp-block-template-part,.wp-block-read-more,.author-box,.author-bio,.author-info,.more-link," +
  "header time,header address,footer:not(blockquote footer)";
const SHARE =
  ".sharedaddy,.jp-post-flair,.jetpack-likes-widget-wrapper,.share-buttons,.share-bar,.social-share,.social-sharing,.post-share," +
  ".sharing,.share,.addtoany_share_save_container,.addtoany_content,.a2a_kit,.addthis_toolbox,.ss-inline-share-wrapper,.wp-block-social-links," +
  ".newsletter-signup,.newsletter-form,#toc,.toc,#toc_container,#ez-toc-container,.ez-toc-container,.lwptoc,.wp-block-table-of-contents";
const ADS =
  ".ad,.ads,.advert,.advertisement,.adsbygoogle,[class^='ad-'],[class*=' ad-'],[id^='ad-'],[id^='div-gpt-ad'],[id^=google_ads]," +
  "[data-ad],[data-ad-slot],[data-ad-unit]";
const NOT_TEXT =
  "script,style,template,noscript,iframe,object,embed,svg,canvas,audio,video,map,button,input,select,textarea,form,figcaption," +
  ".wp-caption-text,.gallery-caption,.blocks-gallery-caption,[hidden],[data-corrections-skip],.corrections-notices";
const SKIPPED = [BOXES, META, SHARE, ADS, NOT_TEXT].join();
const HIDDEN_CLASSES = ".screen-reader-text,.sr-only,.visually-hidden,.visuallyhidden,.show-for-sr";
const MARKS = ".footnote-ref,.footnote-reference,.footnote-anchor,.footnotes-ref,.noteref,[role=doc-noteref],sup.fn,sup.reference,sup.footnote";
const EMOJI = ".emoji,.wp-smiley,.emojione,.joypixels,.twemoji,.smiley,.emoticon,[data-emoji],g-emoji";
const SMILEY = /^(:[\w+-]+:|[<>]?[:;=8xX][-'^o~]?[)(\][}{DPpOo3|\\/*@$]+)$/;
const PICTOGRAPHS = /^(\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Component}|\u200d|\ufe0f)+$/u;
const OFF_THE_PAGE = -999; // pixels to the left, where themes put what only screen readers shall find

/** The readings of a page (see text.js) as bits, and in which of them a part of it stands. */
export const [SHOWN, HEADLESS, BARE, WHOLE] = [1, 2, 4, 8];
export const EVERYWHERE = SHOWN | HEADLESS | BARE | WHOLE;
export const NOWHERE = 0;
export const MARKS_SHOWN = SHOWN | HEADLESS | WHOLE;

/** In which readings the text of `element` stands, of those in `readings`; `style` is its computed style. */
export function audience(element, readings, style) {
  if (element.matches(SKIPPED)) return NOWHERE;
  if (element.tagName === "RT" || element.tagName === "RP") return readings & WHOLE;
  if (style.display === "none" || isVisuallyHidden(element, style)) return NOWHERE;
  if (element.getAttribute("aria-hidden") === "true") return standsForHidden(element) ? readings : readings & WHOLE;
  if (element.tagName === "H1") return readings & (SHOWN | WHOLE);
  if (isFootnoteMark(element) || isUnselectable(element, style)) return readings & MARKS_SHOWN;
  return readings;
}

/** The character that an image stands for (an emoji, a smiley, a drop cap); empty where it is a picture. */
export function glyph(element) {
  const named = { IMG: "alt", svg: "aria-label" }[element.tagName];
  const label = (element.getAttribute(named ?? "aria-label") ?? "").trim();
  if (!label || (!named && (element.getAttribute("role") !== "img" || element.textContent.trim()))) return "";
  const character = element.tagName === "IMG" && element.matches(EMOJI) && !/\s/.test(label);
  return character || SMILEY.test(label) || PICTOGRAPHS.test(label) || graphemes(label) === 1 ? label : "";
}

function graphemes(text) {
  return Intl.Segmenter ? [...new Intl.Segmenter().segment(text)].length : [...text].length;
}

function isVisuallyHidden(element, style) {
  if (element.matches(HIDDEN_CLASSES) || parseFloat(style.textIndent) < OFF_THE_PAGE) return true;
  if (style.position !== "absolute" && style.position !== "fixed") return false;
  if (parseFloat(style.left) < OFF_THE_PAGE || parseFloat(style.top) < OFF_THE_PAGE) return true;
  return (style.overflow !== "visible" && element.offsetWidth <= 1 && element.offsetHeight <= 1) || /^rect\([01]px/.test(style.clip);
}

/** Of letters shown twice (a drop cap for the eye, the word for the ear) those that are seen are the text. */
function standsForHidden(element) {
  const letters = element.textContent.replace(/\s/g, "");
  return [element.previousElementSibling, element.nextElementSibling].some(
    (other) => other && letters && other.textContent.replace(/\s/g, "") === letters && isVisuallyHidden(other, getComputedStyle(other)),
  );
}

function isFootnoteMark(element) {
  return element.matches(MARKS) || (element.tagName === "SUP" && element.querySelector("a[href*='#']"));
}

const unselectable = (style) => (style.userSelect ?? style.webkitUserSelect) === "none";

/** Line numbers, prompts; not where the whole page forbids selecting. */
function isUnselectable(element, style) {
  return unselectable(style) && !unselectable(getComputedStyle(element.parentElement ?? document.body));
}
