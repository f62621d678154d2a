//! A corpus of broken feeds, a kind of fault a row, each with what is to be read of it. Every document is written for this
//! table. A row: the fault, the bytes, the entries as `title|link|date` (a line each), and a repair that must be named.

mod json;

use super::super::{MAX_ENTRIES, feed};

const FOG: &str = "Fog|https://n.example/fog|2021-03-04T05:06:07Z";
const TITLE: &str = "<title>Fog</title>";
const LINK: &str = "<link>https://n.example/fog</link>";
const DATE: &str = "<pubDate>Thu, 04 Mar 2021 05:06:07 GMT</pubDate>";

struct Row {
    fault: &'static str,
    bytes: Vec<u8>,
    content_type: Option<&'static str>,
    entries: &'static str,
    repair: &'static str,
}

/// A document whose one entry is the usual one.
fn row(fault: &'static str, bytes: impl Into<Vec<u8>>) -> Row {
    Row { fault, bytes: bytes.into(), content_type: None, entries: FOG, repair: "" }
}

impl Row {
    fn repair(self, repair: &'static str) -> Self {
        Self { repair, ..self }
    }

    fn entries(self, entries: &'static str) -> Self {
        Self { entries, ..self }
    }

    fn sent_as(self, content_type: &'static str) -> Self {
        Self { content_type: Some(content_type), ..self }
    }
}

fn item() -> String {
    format!("<item>{TITLE}{LINK}{DATE}</item>")
}

fn rss(inside: &str) -> String {
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>N</title>{inside}</channel></rss>")
}

/// An item with one of its parts replaced.
fn with(part: &str, by: &str) -> String {
    rss(&item().replace(part, by))
}

fn atom(inside: &str) -> String {
    format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>N</title>{inside}</feed>")
}

const ENTRY: &str = "<entry><id>urn:1</id><title>Fog</title><link href=\"https://n.example/fog\"/>\
                     <published>2021-03-04T05:06:07Z</published></entry>";

fn structure() -> Vec<Row> {
    let item = item();
    vec![
        row("no XML declaration", format!("<rss><channel>{item}</channel></rss>")),
        row("white space before the declaration", format!(" \n\t{}", rss(&item))),
        row("two declarations", format!("<?xml version='1.0'?>{}", rss(&item))),
        row(
            "a PHP warning before",
            format!("<br />\n<b>Warning</b>: x() in <b>/a.php</b> on line <b>3</b><br />\n{}", rss(&item)),
        ),
        row("a PHP warning behind", format!("{}<br />\n<b>Warning</b>: x() on line 3<br />", rss(&item))),
        row("text before", format!("Notice: cached copy\n{}", rss(&item))),
        row("a comment before", format!("<!-- built by hand -->{}", rss(&item))),
        row("a style sheet", format!("<?xml-stylesheet type='text/xsl' href='x.xsl'?>{}", rss(&item))),
        row("an HTML doctype", format!("<!DOCTYPE html>{}", rss(&item))),
        row(
            "a doctype of Netscape",
            format!("<!DOCTYPE rss PUBLIC '-//N//DTD RSS 0.91//EN' 'http://n.example/x.dtd'>{}", rss(&item)),
        ),
        row("a doctype that never ends", format!("<!DOCTYPE rss [ <!ENTITY a 'b'> {}", rss(&item))),
        row("no channel", format!("<rss>{item}</rss>")),
        row("no rss", format!("<channel><title>N</title>{item}</channel>")),
        row("items behind the channel", format!("<rss><channel><title>N</title></channel>{item}</rss>")),
        row("items in a list", rss(&format!("<items>{item}</items>"))),
        row("an item in an item", rss(&format!("<item>{item}</item>")))
            .entries("||\nFog|https://n.example/fog|2021-03-04T05:06:07Z"),
        row("two channels", format!("<rss><channel><title>N</title></channel><channel>{item}</channel></rss>")),
        row("two feeds one after the other", format!("{}{}", rss(&item), rss("<item><title>Late</title></item>"))),
        row("in an HTML page", format!("<html><body>{}</body></html>", rss(&item))),
        row("in an envelope", format!("<s:Envelope xmlns:s='urn:s'><s:Body>{}</s:Body></s:Envelope>", rss(&item))),
        row("in a pre", format!("<pre>{}</pre>", rss(&item))),
        row("escaped whole", rss(&item).replace('<', "&lt;").replace('>', "&gt;")).repair("the whole feed was escaped"),
        row("the item never ends", rss(&item.replace("</item>", ""))),
        row("the channel never ends", rss(&item).replace("</channel>", "")).repair("missing end tags"),
        row("the root never ends", rss(&item).replace("</rss>", "")).repair("truncated"),
        row("ends twice", format!("{}</rss></channel>", rss(&item))).repair("end tags without a start"),
        row("upper case", rss(&item).replace("item>", "ITEM>").replace("title>", "TITLE>")),
        row("mixed case", rss(&item).replace("<item>", "<Item>").replace("pubDate", "pubdate")),
        row(
            "an image with a title and link",
            rss(&format!("<image><title>Logo</title><link>/l</link><url>/l.png</url></image>{item}")),
        ),
        row(
            "a text input in the item",
            with(TITLE, &format!("<textInput><title>Search</title><link>/s</link></textInput>{TITLE}")),
        ),
        row("fields behind the items", format!("<rss><channel>{item}<title>N</title></channel></rss>")),
        row("an entry alone", ENTRY.replace("<entry>", "<entry xmlns=\"http://www.w3.org/2005/Atom\">")),
        row("an RSS item in Atom", atom(&format!("<item>{TITLE}{LINK}{DATE}</item>"))),
        row("an Atom entry in RSS", rss(&ENTRY.replace("<entry>", "<entry xmlns=\"http://www.w3.org/2005/Atom\">"))),
    ]
}

fn tags() -> Vec<Row> {
    vec![
        row("a title that never ends", with("</title><link>", "<link>")).repair("missing end tags"),
        row("a link that never ends", with("</link>", "")).repair("missing end tags"),
        row("fields cross", with("</title><link>", "<link></title>")),
        row("an end tag of another field", with("</title>", "</titel>")).repair("missing end tags"),
        row("stray end tags", with("<item>", "<item></b></p></i>")).repair("end tags without a start: 3"),
        row("a space in an end tag", with("</title>", "</title >")),
        row("a space behind the bracket", with("</title>", "</ title></title>"))
            .entries("Fog</ title>|https://n.example/fog|2021-03-04T05:06:07Z"),
        row("an attribute without quotes", with("<item>", "<item id=7>")).repair("attributes without quotes"),
        row("an attribute without value", with("<item>", "<item hidden>")).repair("attributes without quotes"),
        row("an attribute twice", with("<item>", "<item a='1' a='2'>")),
        row("a quote that never closes", with("<item>", "<item a=\"1>")).repair("attributes without quotes"),
        row("a quote in a value", with("<item>", "<item a=\"say \"hi\" to\">")),
        row("a < in a value", with("<item>", "<item a='1 < 2'>")),
        row("a > in a value", with("<item>", "<item a='2 > 1'>")),
        row("no space between attributes", with("<item>", "<item a='1'b='2'>")),
        row("a tag in a tag", with("<item>", "<item <b>>")).entries("Fog|https://n.example/fog|2021-03-04T05:06:07Z"),
        row("a bare <", with("Fog", "F &lt; G < H"))
            .entries("F < G < H|https://n.example/fog|2021-03-04T05:06:07Z")
            .repair("bare <"),
        row("a comment with hyphens", with("<item>", "<item><!-- a -- b --- -->")),
        row("a comment that never ends", with("<item>", "<item><!-- oops >")),
        row("a comment in a field", with("Fog", "F<!-- x -->og")),
        row("an instruction in a field", with("Fog", "F<?php echo 1 ?>og")),
        row("an instruction that never ends", with("<item>", "<item><?php oops >")),
        row("CDATA", with("Fog", "<![CDATA[Fog]]>")),
        row("CDATA in pieces", with("Fog", "<![CDATA[F]]>o<![CDATA[g]]>")),
        row("CDATA in CDATA", with("Fog", "<![CDATA[<![CDATA[Fog]]>]]>")),
        row("CDATA in lower case", with("Fog", "<![cdata[Fog]]>")),
        row("CDATA around tags of fields", rss(&format!("<item><![CDATA[ ]]>{TITLE}{LINK}{DATE}</item>"))),
        row("an empty element", with("<item>", "<item><category/>")),
        row("an empty title before", with("<item>", "<item><title/>")),
        row("a title twice", with(DATE, &format!("{DATE}<title>Second</title>"))),
        row("void HTML in a field", with("Fog", "<br>Fog<hr>")),
        row("HTML in the title", with("Fog", "<b>F</b>og")),
        row("HTML in the title that never ends", with("Fog", "<b>Fog")).repair("missing end tags"),
        row("a script in the title", with("Fog", "<script>x()</script>Fog")),
        row("names with dots and hyphens", with("<item>", "<item><x-y.z>1</x-y.z>")),
        row("a name of 300 letters", with("<item>", &format!("<item><{0}>1</{0}>", "n".repeat(300)))),
        row("a hundred open elements", with("<item>", &format!("<item>{}", "<x>".repeat(100)))),
        row(
            "a thousand nested elements",
            with("<item>", &format!("<item>{}{}", "<x>".repeat(1000), "</x>".repeat(1000))),
        )
        .repair("nested too deep"),
    ]
}

fn characters() -> Vec<Row> {
    let title = |title: &str| with("Fog", title);
    vec![
        row("a bare &", title("R&D"))
            .entries("R&D|https://n.example/fog|2021-03-04T05:06:07Z")
            .repair("bare & escaped: 1"),
        row("a bare & and a space", title("R & D"))
            .entries("R & D|https://n.example/fog|2021-03-04T05:06:07Z")
            .repair("bare &"),
        row("an & at the end", title("R&")).entries("R&|https://n.example/fog|2021-03-04T05:06:07Z"),
        row("a bare & in a link", with("n.example/fog", "n.example/fog?a=1&b=2"))
            .entries("Fog|https://n.example/fog?a=1&b=2|2021-03-04T05:06:07Z"),
        row("an entity in a link", with("n.example/fog", "n.example/fog?a=1&amp;amp;b=2"))
            .entries("Fog|https://n.example/fog?a=1&amp;b=2|2021-03-04T05:06:07Z"),
        row("an HTML entity", title("caf&eacute;"))
            .entries("café|https://n.example/fog|2021-03-04T05:06:07Z")
            .repair("HTML entities read"),
        row("a no-break space by name", title("a&nbsp;b")).entries("a b|https://n.example/fog|2021-03-04T05:06:07Z"),
        row("an unknown entity", title("a &bogus; b"))
            .entries("a &bogus; b|https://n.example/fog|2021-03-04T05:06:07Z"),
        row("an entity without its semicolon", title("a &amp b"))
            .entries("a & b|https://n.example/fog|2021-03-04T05:06:07Z"),
        row("a number without its semicolon", title("caf&#233 x"))
            .entries("café x|https://n.example/fog|2021-03-04T05:06:07Z"),
        row("a number of windows-1252", title("don&#146;t"))
            .entries("don’t|https://n.example/fog|2021-03-04T05:06:07Z"),
        row("a capital X", title("&#X2019;")).entries("’|https://n.example/fog|2021-03-04T05:06:07Z"),
        row("a surrogate pair", title("&#xD83D;&#xDE00;")).entries("😀|https://n.example/fog|2021-03-04T05:06:07Z"),
        row("a number beyond Unicode", title("a&#x110000;b"))
            .entries("a\u{fffd}b|https://n.example/fog|2021-03-04T05:06:07Z"),
        row("escaped twice", title("AT&amp;amp;T")).entries("AT&T|https://n.example/fog|2021-03-04T05:06:07Z"),
        row("escaped thrice", title("AT&amp;amp;amp;T")).entries("AT&T|https://n.example/fog|2021-03-04T05:06:07Z"),
        row("an entity in CDATA", title("<![CDATA[AT&amp;T]]>"))
            .entries("AT&T|https://n.example/fog|2021-03-04T05:06:07Z"),
        row("tags escaped twice", title("&amp;lt;b&amp;gt;Fog&amp;lt;/b&amp;gt;")),
        row("a tag that is meant", title("Use &lt;String&gt; here"))
            .entries("Use <String> here|https://n.example/fog|2021-03-04T05:06:07Z"),
        row("control characters", title("F\u{1}o\u{8}g")).repair("control characters dropped: 2"),
        row("NUL", title("F\0og")).repair("control characters dropped"),
        row("a form feed", title("F\u{c}og")),
        row("characters that are none", title("Fo\u{fffe}g")),
        row(
            "an entity of the DTD",
            rss(&item().replace("Fog", "&w;")).replace("<rss", "<!DOCTYPE rss [<!ENTITY w 'Fog'>]><rss"),
        ),
        row(
            "an entity of a file",
            rss(&item().replace("Fog", "Fog&w;"))
                .replace("<rss", "<!DOCTYPE rss [<!ENTITY w SYSTEM 'file:///etc/passwd'>]><rss"),
        )
        .entries("Fog&w;|https://n.example/fog|2021-03-04T05:06:07Z")
        .repair("entities of the DTD left alone"),
        row(
            "an entity of entities",
            rss(&item()).replace("<rss", "<!DOCTYPE rss [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]><rss"),
        ),
        row("a title turned around", title("\u{202e}Fog\u{202c}")),
        row("isolates in a title", title("\u{2066}Fog\u{2069}")),
        row("tag characters", title("Fog\u{e0041}\u{e007f}")),
        row("line breaks in a title", title("\r\n  Fog\r\n")),
        row("line separators", title("Fog\u{2028}")),
        row("an emoji with joiners", title("👩‍👩‍👧")).entries("👩‍👩‍👧|https://n.example/fog|2021-03-04T05:06:07Z"),
    ]
}

fn encodings() -> Vec<Row> {
    const MUENCHEN: &str = "München|https://n.example/fog|2021-03-04T05:06:07Z";
    let text = |label: &str, title: &str| {
        rss(&item().replace("Fog", title))
            .replace("<?xml version=\"1.0\"?>", &format!("<?xml version=\"1.0\"{label}?>"))
    };
    let latin = |label: &str| -> Vec<u8> {
        text(label, "München").chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect()
    };
    let encoded = |encoding: &'static encoding_rs::Encoding, label: &str, title: &str| {
        encoding.encode(&text(label, title)).0.into_owned()
    };
    let wide = |big: bool, mark: bool| -> Vec<u8> {
        let units = mark
            .then_some(0xfeff)
            .into_iter()
            .chain(text(" encoding=\"utf-16\"", "München").encode_utf16().collect::<Vec<_>>());
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let mut marked = b"\xef\xbb\xbf".to_vec();
    marked.extend(text("", "München").into_bytes());
    let mut mixed = text("", "München grüßt Köln").into_bytes();
    let at = mixed.windows(4).position(|four| four == "ünch".as_bytes().get(..4).unwrap_or_default()).unwrap_or(0);
    mixed.insert(at, 0x93);
    vec![
        row("no label, UTF-8", text("", "München")).entries(MUENCHEN),
        row("a byte-order mark", marked).entries(MUENCHEN),
        row("UTF-8 labelled Latin-1", text(" encoding=\"iso-8859-1\"", "München"))
            .entries(MUENCHEN)
            .repair("labelled windows-1252 but is utf-8"),
        row("UTF-8 labelled ASCII", text(" encoding=\"us-ascii\"", "München")).entries(MUENCHEN).repair("but is utf-8"),
        row("encoded twice", text("", "MÃ¼nchen")).entries(MUENCHEN).repair("texts encoded twice read once: 1"),
        row("encoded twice, by number", text("", "M&#195;&#188;nchen")).entries(MUENCHEN).repair("read once: 1"),
        row("encoded twice, by name, in CDATA", text("", "<![CDATA[M&Atilde;&frac14;nchen]]>"))
            .entries(MUENCHEN)
            .repair("read once: 1"),
        row("encoded three times", text("", "MÃƒÂ¼nchen")).entries(MUENCHEN).repair("read once: 1"),
        row("encoded twice, address and id included", {
            rss(&item().replace("Fog", "MÃ¼nchen").replace("/fog", "/fog?cafÃ©"))
        })
        .entries("München|https://n.example/fog?caf%C3%83%C2%A9|2021-03-04T05:06:07Z")
        .repair("read once: 1"),
        row("Latin-1", latin(" encoding=\"ISO-8859-1\"")).entries(MUENCHEN).repair("transcoded from windows-1252"),
        row("Latin-1 labelled UTF-8", latin(" encoding=\"utf-8\""))
            .entries(MUENCHEN)
            .repair("transcoded from windows-1252"),
        row("Latin-1 without a label", latin("")).entries(MUENCHEN).repair("transcoded from windows-1252"),
        row("Latin-1, label in single quotes", latin(" encoding='iso-8859-1'")).entries(MUENCHEN),
        row("Latin-1, label without quotes", latin(" encoding=iso-8859-1")).entries(MUENCHEN),
        row("Latin-1, label with underscores", latin(" encoding=\"iso_8859_1\"")).entries(MUENCHEN),
        row("Latin-1, label of nonsense", latin(" encoding=\"klingon\"")).entries(MUENCHEN),
        row("Latin-1, label in the header", latin("")).sent_as("text/xml; charset=ISO-8859-1").entries(MUENCHEN),
        row("Latin-1, another label in the header", latin(" encoding=\"iso-8859-1\""))
            .sent_as("text/xml; charset=\"utf-8\"")
            .entries(MUENCHEN),
        row("a header with a broken label", text("", "München")).sent_as("text/xml; charset=").entries(MUENCHEN),
        row("a header of another kind", text("", "München")).sent_as("image/png").entries(MUENCHEN),
        row("windows-1251", encoded(encoding_rs::WINDOWS_1251, " encoding=\"windows-1251\"", "Туман"))
            .entries("Туман|https://n.example/fog|2021-03-04T05:06:07Z")
            .repair("windows-1251"),
        row("KOI8-R", encoded(encoding_rs::KOI8_R, " encoding=\"koi8-r\"", "Туман"))
            .entries("Туман|https://n.example/fog|2021-03-04T05:06:07Z")
            .repair("koi8-r"),
        row("Shift JIS", encoded(encoding_rs::SHIFT_JIS, " encoding=\"Shift_JIS\"", "霧"))
            .entries("霧|https://n.example/fog|2021-03-04T05:06:07Z")
            .repair("shift_jis"),
        row("EUC-JP", encoded(encoding_rs::EUC_JP, " encoding=\"euc-jp\"", "霧と雨"))
            .entries("霧と雨|https://n.example/fog|2021-03-04T05:06:07Z")
            .repair("euc-jp"),
        row("GB 2312", encoded(encoding_rs::GBK, " encoding=\"gb2312\"", "雾"))
            .entries("雾|https://n.example/fog|2021-03-04T05:06:07Z")
            .repair("gbk"),
        row("Big5", encoded(encoding_rs::BIG5, " encoding=\"big5\"", "霧"))
            .entries("霧|https://n.example/fog|2021-03-04T05:06:07Z")
            .repair("big5"),
        row("EUC-KR", encoded(encoding_rs::EUC_KR, " encoding=\"euc-kr\"", "안개"))
            .entries("안개|https://n.example/fog|2021-03-04T05:06:07Z")
            .repair("euc-kr"),
        row("ISO 8859-2", encoded(encoding_rs::ISO_8859_2, " encoding=\"iso-8859-2\"", "Mgła"))
            .entries("Mgła|https://n.example/fog|2021-03-04T05:06:07Z")
            .repair("iso-8859-2"),
        row("windows-1254", encoded(encoding_rs::WINDOWS_1254, " encoding=\"windows-1254\"", "Sis ş"))
            .entries("Sis ş|https://n.example/fog|2021-03-04T05:06:07Z")
            .repair("windows-1254"),
        row("UTF-16, big, marked", wide(true, true)).entries(MUENCHEN).repair("utf-16be"),
        row("UTF-16, little, marked", wide(false, true)).entries(MUENCHEN).repair("utf-16le"),
        row("UTF-16, big, unmarked", wide(true, false)).entries(MUENCHEN).repair("utf-16be"),
        row("UTF-16, little, unmarked", wide(false, false)).entries(MUENCHEN).repair("utf-16le"),
        row("UTF-16 that calls itself so and is UTF-8", text(" encoding=\"utf-16\"", "München")).entries(MUENCHEN),
        row("C1 characters for quotes", text("", "\u{93}München\u{94}"))
            .entries("“München”|https://n.example/fog|2021-03-04T05:06:07Z")
            .repair("control characters read as windows-1252"),
        row("a stray byte in UTF-8", mixed)
            .entries("M“ünchen grüßt Köln|https://n.example/fog|2021-03-04T05:06:07Z")
            .repair("stray bytes"),
    ]
}

fn vocabularies() -> Vec<Row> {
    let dated = |field: &str| with(DATE, &format!("<{field}>2021-03-04T05:06:07Z</{field}>"));
    vec![
        row("dc:date, undeclared", dated("dc:date")).repair("undeclared prefixes: dc"),
        row("dcterms:issued", dated("dcterms:issued")),
        row("dcterms:created", dated("dcterms:created")),
        row("a prefix of its own", dated("d:date").replace("<rss", "<rss xmlns:d='http://purl.org/dc/elements/1.1/'")),
        row("a wrong namespace for dc", dated("dc:date").replace("<rss", "<rss xmlns:dc='http://n.example/dc'")),
        row("https in a namespace", dated("d:date").replace("<rss", "<rss xmlns:d='https://purl.org/dc/elements/1.1'")),
        row("published in RSS", dated("published")),
        row(
            "atom:published in RSS",
            dated("atom:published").replace("<rss", "<rss xmlns:atom='http://www.w3.org/2005/Atom'"),
        ),
        row("pubdate", dated("pubdate")),
        row("date", dated("date")),
        row(
            "a default namespace of userland",
            rss(&item()).replace("<rss", "<rss xmlns='http://backend.userland.com/rss2'"),
        ),
        row("a default namespace of nobody", rss(&item()).replace("<rss", "<rss xmlns='urn:nobody'")),
        row("an item in a namespace of nobody", rss(&item()).replace("<item>", "<item xmlns='urn:nobody'>")),
        row("an entry in a namespace of nobody", atom(ENTRY).replace("<entry>", "<entry xmlns='urn:nobody'>")),
        row("Atom without its namespace", atom(ENTRY).replace(" xmlns=\"http://www.w3.org/2005/Atom\"", "")),
        row("Atom with a slash behind it", atom(ENTRY).replace("2005/Atom", "2005/Atom/")),
        row(
            "Atom with a prefix",
            atom(ENTRY)
                .replace("</", "</a:")
                .replace("<a:/a:", "</a:")
                .replace("<feed", "<a:feed")
                .replace("<entry", "<a:entry")
                .replace("<title", "<a:title")
                .replace("<id", "<a:id")
                .replace("<link", "<a:link")
                .replace("<published", "<a:published")
                .replace("xmlns=", "xmlns:a="),
        ),
        row(
            "Atom 0.3",
            "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title>Fog</title><link rel='alternate' href='https://n.example/fog'/><issued>2021-03-04T05:06:07Z</issued></entry></feed>",
        ),
        row("RSS 1.0 without rdf", format!("<RDF xmlns='http://purl.org/rss/1.0/'>{}</RDF>", item())),
        row(
            "RSS 0.90",
            format!(
                "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://my.netscape.com/rdf/simple/0.9/'>{}</rdf:RDF>",
                item()
            ),
        ),
        row("RSS 1.1", format!("<Channel xmlns='http://purl.org/net/rss1.1#'><items>{}</items></Channel>", item())),
        row("media:title alone", with(TITLE, "<media:title>Fog</media:title>")),
        row("dc:title alone", with(TITLE, "<dc:title>Fog</dc:title>")),
        row("itunes:title alone", with(TITLE, "<itunes:title>Fog</itunes:title>")),
        row("media:title beside it", with(TITLE, &format!("<media:title>Picture</media:title>{TITLE}"))),
        row(
            "a title of a picture",
            with(
                TITLE,
                &format!("<media:content url='/x.jpg'><media:title>Picture</media:title></media:content>{TITLE}"),
            ),
        ),
        row("a title of the source", with(TITLE, &format!("<source url='/f'>Other</source>{TITLE}"))),
    ]
}

fn links() -> Vec<Row> {
    let link = |by: &str| with(LINK, by);
    vec![
        row("white space around a link", link("<link>\n  https://n.example/fog\n</link>")),
        row("a link in CDATA", link("<link><![CDATA[https://n.example/fog]]></link>")),
        row("a link as an attribute", link("<link href='https://n.example/fog'/>")),
        row("a link behind an empty element", link("<link/>https://n.example/fog")),
        row("atom:link in RSS", link("<atom:link rel='alternate' href='https://n.example/fog'/>")),
        row("atom:link to itself", link(&format!("<atom:link rel='self' href='https://n.example/feed'/>{LINK}"))),
        row("a guid for a link", link("<guid>https://n.example/fog</guid>")),
        row("a guid that is none", link("<guid isPermaLink='false'>https://n.example/fog</guid>"))
            .entries("Fog||2021-03-04T05:06:07Z"),
        row("an empty link and a guid", link("<link></link><guid>https://n.example/fog</guid>")),
        row(
            "feedburner:origLink",
            link("<link>http://fp.example/~r/1</link><feedburner:origLink>https://n.example/fog</feedburner:origLink>"),
        ),
        row(
            "pheedo:origLink",
            link("<link>http://ph.example/1</link><pheedo:origLink>https://n.example/fog</pheedo:origLink>"),
        ),
        row("a link that runs code", link("<link>javascript:alert(1)</link>")).entries("Fog||2021-03-04T05:06:07Z"),
        row("a link into the machine", link("<link>file:///etc/passwd</link>")).entries("Fog||2021-03-04T05:06:07Z"),
        row("a link with a space", link("<link>https://n.example/a fog</link>"))
            .entries("Fog|https://n.example/a%20fog|2021-03-04T05:06:07Z"),
        row("a link with a line break", link("<link>https://n.example/\nfog</link>")),
        row("a link without a scheme", link("<link>//n.example/fog</link>")),
        row("a link with www alone", link("<link>www.n.example/fog</link>"))
            .entries("Fog|http://www.n.example/fog|2021-03-04T05:06:07Z"),
        row(
            "a relative link",
            with(LINK, "<link>/fog</link>").replace("<title>N", "<link>https://n.example/</link><title>N"),
        ),
        row("xml:base", with(LINK, "<link>fog</link>").replace("<rss", "<rss xml:base='https://n.example/'")),
        row(
            "xml:base in xml:base",
            with(LINK, "<link xml:base='../'>fog</link>").replace("<rss", "<rss xml:base='https://n.example/a/'"),
        ),
        row(
            "links of other relations",
            atom(&ENTRY.replace("<link", "<link rel='replies' href='/r'/><link rel='edit' href='/e'/><link")),
        ),
        row(
            "a relation by its address",
            atom(&ENTRY.replace("<link", "<link rel='http://www.iana.org/assignments/relation/alternate'")),
        ),
        row(
            "a link to other kinds first",
            atom(&ENTRY.replace("<link", "<link type='application/json' href='/j'/><link type='text/html'")),
        ),
        row("content for a link", atom(&ENTRY.replace("<link href", "<content src"))),
        row(
            "an id for a link",
            atom(
                &ENTRY.replace("<link href=\"https://n.example/fog\"/>", "").replace("urn:1", "https://n.example/fog"),
            ),
        ),
        row(
            "rdf:about for a link",
            rss(&item()).replace("<item>", "<item rdf:about='https://n.example/fog'>").replace(LINK, ""),
        ),
        row("a host in another script", link("<link>https://nebel.münchen.example/fog</link>"))
            .entries("Fog|https://nebel.xn--mnchen-3ya.example/fog|2021-03-04T05:06:07Z"),
        row("a link of 5 kB", link(&format!("<link>https://n.example/{}</link>", "x".repeat(5000))))
            .entries("Fog||2021-03-04T05:06:07Z"),
    ]
}

fn fields() -> Vec<Row> {
    let dated = |date: &str| with("Thu, 04 Mar 2021 05:06:07 GMT", date);
    vec![
        row("a wrong weekday", dated("Mon, 04 Mar 2021 05:06:07 GMT")),
        row("a year of two digits", dated("Thu, 04 Mar 21 05:06:07 GMT")),
        row("a zone of three letters", dated("Thu, 04 Mar 2021 00:06:07 EST")),
        row("a zone with a colon", dated("Thu, 04 Mar 2021 07:06:07 +02:00")),
        row("a zone in words behind", dated("Thu, 04 Mar 2021 06:06:07 +0100 (CET)")),
        row("no zone", dated("Thu, 04 Mar 2021 05:06:07")),
        row("ISO in pubDate", dated("2021-03-04T05:06:07Z")),
        row("ISO with a space", dated("2021-03-04 05:06:07")),
        row("an epoch", dated("1614834367")),
        row("an epoch in milliseconds", dated("1614834367000")),
        row("asctime", dated("Thu Mar  4 05:06:07 2021")),
        row("a month in French", dated("jeu., 04 mars 2021 05:06:07 GMT")),
        row("a month in Greek", dated("Πεμ, 04 Μαρ 2021 05:06:07 GMT")),
        row("a month in Polish", dated("czw, 04 marca 2021 05:06:07 GMT")),
        row("a date in Korean", dated("2021년 3월 4일 14:06:07")),
        row("a date in CDATA", dated("<![CDATA[Thu, 04 Mar 2021 05:06:07 GMT]]>")),
        row("a date with line breaks", dated("\n Thu, 04 Mar 2021\n 05:06:07 GMT\n")),
        row("a date that is a word", dated("yesterday")).entries("Fog|https://n.example/fog|"),
        row("a date of zeros", dated("0000-00-00 00:00:00")).entries("Fog|https://n.example/fog|"),
        row("an empty date and another", dated("</pubDate><dc:date>2021-03-04T05:06:07Z</dc:date><pubDate>")),
        row(
            "a date that cannot be and another",
            dated("soon</pubDate><dc:date>2021-03-04T05:06:07Z</dc:date><pubDate>soon"),
        ),
        row(
            "the same guid on two items",
            rss(&format!("{0}{0}", item().replace("<item>", "<item><guid>1</guid>")))
                .replacen("Fog", "Rain", 1)
                .replacen("/fog", "/rain", 1),
        )
        .entries("Rain|https://n.example/rain|2021-03-04T05:06:07Z\nFog|https://n.example/fog|2021-03-04T05:06:07Z")
        .repair("the same id on 2 different entries"),
        row("neither guid nor link", with(LINK, ""))
            .entries("Fog||2021-03-04T05:06:07Z")
            .repair("neither id nor link on 1 entries"),
        row("an empty guid", with("<item>", "<item><guid/>")),
        row("a guid of 5 kB", with("<item>", &format!("<item><guid>{}</guid>", "g".repeat(5000)))),
        row("no title", with(TITLE, "")).entries("|https://n.example/fog|2021-03-04T05:06:07Z"),
        row("no fields at all", rss("<item/>")).entries("||"),
        row(
            "Atom's title as XHTML",
            atom(&ENTRY.replace(
                "<title>Fog",
                "<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>F<b>og</b></div>",
            )),
        ),
        row("Atom's title as HTML", atom(&ENTRY.replace("<title>Fog", "<title type='html'>&lt;i&gt;Fog&lt;/i&gt;"))),
        row("Atom's title of a wrong type", atom(&ENTRY.replace("<title>Fog", "<title type='bogus'>Fog"))),
        row("Atom's title in Base64", atom(&ENTRY.replace("<title>Fog", "<title mode='base64'>Rm9n"))),
    ]
}

fn cut() -> Vec<Row> {
    let whole = rss(&format!("{}<item><title>Rain</title><link>https://n.example/rain</link></item>", item()));
    let up_to = |end: &str| whole[..whole.rfind(end).expect("it is there") + end.len()].to_owned();
    vec![
        row("cut behind an item", up_to("</item><item>").replace("</item><item>", "</item>")).repair("truncated"),
        row("cut behind a start tag", up_to("<item>"))
            .entries("Fog|https://n.example/fog|2021-03-04T05:06:07Z\n||")
            .repair("truncated"),
        row("cut in a title", up_to("<title>Ra")).repair("truncated: kept 1 complete entries"),
        row("cut behind a title", up_to("Rain</title>"))
            .entries("Fog|https://n.example/fog|2021-03-04T05:06:07Z\nRain||")
            .repair("truncated"),
        row("cut in a link", up_to("https://n.example/ra")).repair("truncated"),
        row("cut in an end tag", up_to("rain</li")).repair("truncated"),
        row("cut in a start tag", up_to("<lin")).repair("truncated"),
        row("cut in an attribute", format!("{}<enclosure url='ht", up_to("<title>Rain</title>"))).repair("truncated"),
        row("cut in CDATA", format!("{}<description><![CDATA[a", up_to("<title>Rain</title>"))).repair("truncated"),
        row("cut in a comment", format!("{}<!-- a", up_to("rain</link></item>")))
            .entries("Fog|https://n.example/fog|2021-03-04T05:06:07Z\nRain|https://n.example/rain|")
            .repair("truncated"),
        row("cut in an entity", up_to("<title>Rain").replace("Rain", "R&am")).repair("truncated"),
        row("cut in a character", {
            let mut bytes = up_to("<title>Rain").into_bytes();
            bytes.push(0xc3);
            bytes
        })
        .repair("truncated"),
        row("cut behind the channel", whole.replace("</rss>", ""))
            .entries("Fog|https://n.example/fog|2021-03-04T05:06:07Z\nRain|https://n.example/rain|")
            .repair("truncated"),
    ]
}

#[test]
fn every_broken_feed_is_read_as_far_as_it_goes() {
    let rows: Vec<Row> =
        [structure(), tags(), characters(), encodings(), vocabularies(), links(), fields(), cut(), json::rows()]
            .into_iter()
            .flatten()
            .collect();
    let names: std::collections::HashSet<&str> = rows.iter().map(|row| row.fault).collect();
    assert!(names.len() == rows.len() && rows.len() >= 150, "{} faults, {} names", rows.len(), names.len());
    let mut wrong = Vec::new();
    for row in &rows {
        let read = match feed(&row.bytes, row.content_type, None) {
            Ok(read) => read,
            Err(error) => {
                wrong.push(format!("{}: {error}", row.fault));
                continue;
            }
        };
        assert!(read.entries.len() <= MAX_ENTRIES);
        let entries: Vec<String> = read
            .entries
            .iter()
            .map(|entry| {
                let date = entry.published.map(|at| at.to_string()).unwrap_or_default();
                format!("{}|{}|{date}", entry.title, entry.link.as_deref().unwrap_or_default())
            })
            .collect();
        if entries.join("\n") != row.entries {
            wrong.push(format!("{}: {entries:?}, not {:?}", row.fault, row.entries));
        }
        if !row.repair.is_empty() && !read.repairs.iter().any(|repair| repair.contains(row.repair)) {
            wrong.push(format!("{}: repairs {:?}", row.fault, read.repairs));
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}
