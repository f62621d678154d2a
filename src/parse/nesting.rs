//! A fragment's tags → how deep a tree builder would nest what it holds, at most. An end tag closes only what HTML's parser
//! would close by it (§13.2.6.4.7); one that closes nothing takes nothing off the depth.

use super::tags::is_void;

/// The beginning of a tag's name in lower case, enough to tell HTML's elements apart.
type Name = [u8; 12];

/// The most elements that are open at once; no more than `limit` + 1 are counted.
pub(super) fn nesting(html: &str, limit: usize) -> usize {
    let bytes = html.as_bytes();
    let (mut open, mut deepest): (Vec<Name>, usize) = (Vec::new(), 0);
    for at in memchr::memchr_iter(b'<', bytes) {
        let closing = bytes.get(at + 1) == Some(&b'/');
        let start = at + 1 + usize::from(closing);
        if !bytes.get(start).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let mut name = Name::default();
        let ends = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'>' | b'/');
        for (to, from) in name.iter_mut().zip(bytes[start..].iter().take_while(|b| !ends(b))) {
            *to = from.to_ascii_lowercase();
        }
        if closing {
            close(&mut open, name);
        } else if opens(text_of(&name)) {
            open.push(name);
            deepest = deepest.max(open.len());
            if deepest > limit {
                break;
            }
        }
    }
    deepest
}

fn text_of(name: &Name) -> &str {
    let length = name.iter().position(|b| *b == 0).unwrap_or(name.len());
    std::str::from_utf8(&name[..length]).unwrap_or_default()
}

/// A paragraph, an item or a cell ends the one before; what nests them is counted.
fn opens(name: &str) -> bool {
    !is_void(name)
        && !matches!(name, "p" | "li" | "dt" | "dd" | "td" | "th" | "tr" | "option" | "tbody" | "thead" | "tfoot")
}

fn close(open: &mut Vec<Name>, name: Name) {
    let Some(at) = open.iter().rposition(|known| *known == name) else { return };
    let within = &open[at + 1..];
    let has = |test: fn(&str) -> bool| within.iter().any(|name| test(text_of(name)));
    if within.is_empty() {
        open.pop();
    } else if has(is_scope) && !is_scope(text_of(&name)) {
        // Nothing outside of a scope is closed from within it.
    } else if is_formatting(text_of(&name)) || text_of(&name) == "form" {
        // What is misnested in it stays open; a form's end tag closes the form alone (§13.2.6.4.7).
        open.remove(at);
    } else if is_special(text_of(&name)) || !has(is_special) {
        // Formatting that was left open in it is opened anew behind it.
        let inner = open.split_off(at);
        open.extend(inner.into_iter().skip(1).filter(|name| is_formatting(text_of(name))));
    }
}

fn is_scope(name: &str) -> bool {
    matches!(name, "applet" | "marquee" | "object" | "table" | "template" | "svg" | "math" | "select" | "button")
}

fn is_formatting(name: &str) -> bool {
    matches!(
        name,
        "a" | "b" | "big" | "code" | "em" | "font" | "i" | "nobr" | "s" | "small" | "strike" | "strong" | "tt" | "u"
    )
}

/// What stops the search for an inline element.
fn is_special(name: &str) -> bool {
    is_scope(name) || super::tags::is_block(name) || super::tags::is_silent(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_closed_takes_off_depth() {
        for (piece, times, expected) in [
            ("<b>t</b>", 1000, 1),
            ("<div><p>t<span>t</span></div>", 1000, 2),
            ("<ul><li>t<li><i>t</i></ul>", 1000, 2),
            ("<p>One<br>two<img src=x><hr></p>", 1000, 0),
            ("<table><tr><td><b>t</b></table>", 1000, 2),
            ("<DIV>t</div>", 1000, 1),
            ("<div><span>t</div>", 1000, 2),
            ("<i><b>t</i></b>", 1000, 2),
            ("<div>", 1000, 401),
            ("<span>t</hr>", 1000, 401),
            ("<b>t<applet></b></applet>", 1000, 401),
            ("<span><div></span></div>", 1000, 401),
            ("<form><b>t</form>", 1000, 401),
            ("<select><b>t</select>", 1000, 401),
            ("< b>1 < 2 </ b>", 1000, 0),
        ] {
            assert_eq!(nesting(&piece.repeat(times), 400), expected, "{piece}");
        }
    }
}
