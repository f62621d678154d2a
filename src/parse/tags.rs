//! HTML's element names → what they are: silent, block, void, or HTML's at all. Obsolete ones too, since feeds keep them.
//! Names are in lower case.

/// Elements whose content is not for reading.
pub(super) fn is_silent(name: &str) -> bool {
    matches!(
        name,
        "script" | "style" | "noscript" | "template" | "iframe" | "object" | "textarea" | "select" | "svg" | "math"
    )
}

/// Elements that stand in a paragraph of their own.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "li"
            | "ul"
            | "ol"
            | "dl"
            | "dt"
            | "dd"
            | "table"
            | "tr"
            | "thead"
            | "tbody"
            | "tfoot"
            | "caption"
            | "blockquote"
            | "pre"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "figure"
            | "figcaption"
            | "hr"
            | "address"
            | "aside"
            | "main"
            | "nav"
            | "form"
            | "fieldset"
            | "details"
            | "summary"
            | "body"
            | "html"
            | "center"
            | "title"
            | "head"
    )
}

/// Elements of HTML, current or obsolete.
pub(super) fn is_html(name: &str) -> bool {
    is_block(name)
        || is_silent(name)
        || matches!(
            name,
            "a" | "abbr"
                | "acronym"
                | "applet"
                | "area"
                | "audio"
                | "b"
                | "base"
                | "bdi"
                | "bdo"
                | "big"
                | "blink"
                | "br"
                | "button"
                | "canvas"
                | "cite"
                | "code"
                | "col"
                | "colgroup"
                | "data"
                | "del"
                | "dfn"
                | "em"
                | "embed"
                | "font"
                | "frame"
                | "frameset"
                | "i"
                | "img"
                | "input"
                | "ins"
                | "kbd"
                | "label"
                | "legend"
                | "link"
                | "map"
                | "mark"
                | "marquee"
                | "meta"
                | "nobr"
                | "option"
                | "param"
                | "picture"
                | "q"
                | "rp"
                | "rt"
                | "ruby"
                | "s"
                | "samp"
                | "small"
                | "source"
                | "span"
                | "strike"
                | "strong"
                | "sub"
                | "sup"
                | "td"
                | "th"
                | "time"
                | "tt"
                | "u"
                | "var"
                | "video"
                | "wbr"
        )
}

/// Elements without content or end tag.
pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}
