"""Names of elements by how a browser shows them (HTML standard, section 15, "Rendering")."""


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


BLOCKS = _names(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup option p pre search "
    "section summary table tbody td tfoot th thead tr ul"
)
PREFORMATTED = _names("pre listing")
HEADINGS = _names("h1 h2 h3 h4 h5 h6")
VOID = _names("area base br col embed hr img input link meta param source track wbr")
EMBEDS = _names(  # shown, if at all, as something else than the article's words
    "applet area audio base button canvas col colgroup datalist embed form frame frameset head iframe input link map "
    "math meta meter noembed noframes noscript object output param plaintext progress script select source style svg "
    "template textarea title track video xmp"
)
SEEN = _names("audio button canvas embed form hr iframe img input math object select svg textarea video")
RAW_TEXT = _names("iframe noembed noframes noscript plaintext script style textarea title xmp")
FOREIGN = _names("svg math")
BREAKOUTS = _names(  # end a drawing or formula that is not closed (HTML standard, section 13.2.6.5)
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta "
    "nobr ol p pre ruby s small span strong strike sub sup table tt u ul var"
)
DIVISIBLE = _names(  # leave nothing open behind them, if their end tags are there
    "article aside blockquote dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main nav ol "
    "p pre section summary table tbody td tfoot th thead tr ul a abbr b br cite code del dfn em i img ins kbd mark "
    "picture q s samp small source span strong sub sup time u var wbr"
)
