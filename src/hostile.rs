//! Hostile pages, made by rule: each HTML element many times over, alone and with another, opened, closed and misnested.
//! Knows nothing of what reads them; `benches/hostile.rs` includes this file for the whole table at full size.

/// Every element of HTML, those that it gave up included, two of other namespaces and one of nobody's.
pub const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "applet",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "base",
    "basefont",
    "bdi",
    "bdo",
    "bgsound",
    "big",
    "blink",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "datalist",
    "dd",
    "del",
    "details",
    "dfn",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "i",
    "iframe",
    "image",
    "img",
    "input",
    "ins",
    "isindex",
    "kbd",
    "keygen",
    "label",
    "legend",
    "li",
    "link",
    "listing",
    "main",
    "map",
    "mark",
    "marquee",
    "math",
    "menu",
    "meta",
    "meter",
    "mi",
    "nav",
    "nobr",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "param",
    "picture",
    "plaintext",
    "pre",
    "progress",
    "q",
    "rb",
    "rp",
    "rt",
    "rtc",
    "ruby",
    "s",
    "samp",
    "script",
    "search",
    "section",
    "select",
    "slot",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "track",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
    "x-y",
    "xmp",
];

/// One element for each way in which HTML's parser treats some of them.
const KINDS: &[&str] = &[
    "a", "applet", "b", "button", "div", "form", "h1", "hr", "li", "noscript", "p", "rt", "select", "span", "table",
    "td", "template",
];

/// What of each is written for one element; `x` stands for it.
const ALONE: &[&str] = &["<x>", "<x>t", "<x>t</x>", "</x>", "<p><x>t", "<x><p>t", "<x/>t", "<x class=a><x id=b>"];

/// The same for two.
const IN_PAIRS: &[&str] = &["<x><y>", "<x><y>t</x>", "<x>t<y></x></y>"];

/// What is not about one element.
const OTHERS: &[(&str, &str)] = &[
    ("comments", "<!-- -->"),
    ("comments that never end", "<!--"),
    ("comments in dashes", "<!---->-"),
    ("declarations", "<!doctype html>"),
    ("instructions", "<?x?>"),
    ("sections of characters", "<![CDATA[<p>]]>"),
    ("entities", "&amp;&notin;&#x41;&bogus"),
    ("signs", "<"),
    ("empty tags", "<>"),
    ("end tags of nothing", "</>"),
    ("open quotes", "<p a=\""),
    ("open tags", "<p a"),
    ("NUL", "\0<p>\0"),
    ("marks that are not seen", "<p>\u{200b}\u{ad}\u{2060}"),
    ("breaks", "<br>t<br><br>"),
    ("cards", "<div><a href=/1><h2>Some headline of a story</h2></a></div>"),
    ("pictures", "<div><img><p>Photo: A</div>"),
    ("figures", "<figure><img><figcaption>A caption of a picture"),
    ("related", "<div class='related caption share'>t"),
    ("hovercards", "<div class=dropdown>t"),
    ("notices", "<div>We use cookies, please accept them. Accept all cookies.</div>"),
    ("sentences", "<p>He said, “It is so,” Ann Lee told Bob Ray of the Post.</p>"),
    ("quotation marks", "“«‘\"„"),
    ("said", " said Ann “ said"),
    ("times", "<time datetime=2024-01-01>1 May 2024</time>"),
    ("names", "<span rel=author class=byline itemprop=author>By Ann Lee</span>"),
    ("pages", "<a rel=next href=?page=2>2</a>"),
    ("linked data", "<script type=application/ld+json>{\"@type\":\"Article\",\"headline\":\"t\"}</script>"),
    ("properties", "<meta property=og:title content=t>"),
    ("cells", "<table><tr><td><p>t</table>"),
    ("cells in cells", "<table><tr><td>"),
    ("adoption", "<a><b><i><u><p></a>"),
    ("reconstruction", "<p><b><i><u><s><tt>"),
    ("fosters", "<table><b>t"),
];

/// Names and pages. A piece is repeated until a page is `bytes` long or has `pieces` of it.
pub fn pages(pieces: usize, bytes: usize) -> impl Iterator<Item = (String, String)> {
    let alone = ELEMENTS.iter().flat_map(|x| {
        ALONE.iter().map(move |form| form.replace("<x", &format!("<{x}")).replace("/x>", &format!("/{x}>")))
    });
    let pairs = KINDS.iter().flat_map(|x| {
        KINDS.iter().filter(move |y| *y != x).flat_map(move |y| {
            IN_PAIRS.iter().map(move |form| {
                let form = form.replace("<y", &format!("<{y}")).replace("/y>", &format!("/{y}>"));
                form.replace("<x>", &format!("<{x}>")).replace("/x>", &format!("/{x}>"))
            })
        })
    });
    let repeated = move |piece: &str| piece.repeat(pieces.min(bytes / piece.len()));
    let named = OTHERS.iter().map(move |(name, piece)| ((*name).to_owned(), repeated(piece)));
    alone.chain(pairs).map(move |piece| (piece.clone(), repeated(&piece))).chain(named).chain(singles(pieces))
}

/// Pages that are one large thing.
fn singles(pieces: usize) -> [(String, String); 7] {
    let attributes = |form: &dyn Fn(usize) -> String| (0..pieces).map(form).collect::<String>();
    [
        ("attributes".into(), format!("<div {}>t", attributes(&|i| format!("a{i}=\"{i}\" ")))),
        ("attributes of one name".into(), format!("<div {}>t", "a ".repeat(pieces))),
        ("class names".into(), format!("<div class=\"{}\">t", attributes(&|i| format!("related{i} ")))),
        ("a long class name".into(), format!("<p class=\"{}\">t", "Related-".repeat(pieces))),
        ("a style".into(), format!("<p style=\"{}\">t", "display : ".repeat(pieces))),
        ("one word".into(), format!("<p>{}", "word".repeat(pieces))),
        ("one paragraph".into(), format!("<p>{}", "He said, it is so. ".repeat(pieces))),
    ]
}
