//! Any HTML → HTML that is cheap to build a tree of: depth, attributes and elements capped, scripts left out.
//! Builds no tree itself: one pass over the bytes. Text between tags is never dropped.

use std::borrow::Cow;

use super::tags::{
    Tag, declaration_end, is_counted, is_formatting, is_inline, is_scope, parts_text, raw_name, read_tag,
};

/// Elements open at once; Chromium stops at 512, real pages stay under 60. What stands within costs as much as this is deep,
/// in html5ever (is there a `p` to be closed?) as in extraction.
const MAX_DEPTH: usize = 64;
/// Formatting elements open at once: each is opened anew in every paragraph that follows, should it never be closed.
const MAX_FORMATTING: usize = 24;
/// Tables open at once: each is three levels deep, and its rows are not counted.
const MAX_TABLES: usize = 16;
/// Of the other elements past which no end tag closes, one name: the text of each is read once for every one around it.
const MAX_OBJECTS: usize = 4;
/// Tags after which none stays, formatting opened anew included (a 2 MB live blog has 80,000).
const MAX_ELEMENTS: usize = 250_000;
/// Start tags that are all kept, formatting opened anew in them included. Beyond, only those stay that part a text into paragraphs,
/// and a tag that goes leaves a space.
const MAX_TAGS: usize = 50_000;
/// Start tags after which none stays: what follows is one text.
const MAX_PARTS: usize = 70_000;
/// The depths of all start tags, together, after which none stays: that live blog, twenty deep, has 800,000.
const MAX_LEVELS: usize = 2_000_000;

/// The markup with depth, attributes and elements capped. Scripts other than JSON-LD, `svg`, `math` and `select` are
/// left out whole: they hold no text of an article, and their parsing rules would let nesting go unseen. So are style sheets and
/// comments, of which nothing is shown.
pub fn cap_markup(html: &str) -> Cow<'_, str> {
    if memchr::memchr(b'<', html.as_bytes()).is_none() {
        return Cow::Borrowed(html);
    }
    let mut pass = Pass { html, ..Pass::default() };
    pass.run();
    pass.out.push_str(&html[pass.kept..]);
    Cow::Owned(pass.out)
}

#[derive(Default)]
struct Pass<'a> {
    html: &'a str,
    out: String,
    /// Everything before this byte is in `out` or dropped.
    kept: usize,
    /// Open elements, formatting ones aside.
    open: Vec<Box<[u8]>>,
    /// With how many others were open when each was opened.
    formatting: Vec<(Box<[u8]>, usize)>,
    /// Names of start tags left out, so that their end tags go as well.
    dropped: Vec<(Box<[u8]>, usize)>,
    elements: usize,
    /// Start tags that stay, and formatting opened anew in them.
    tags: usize,
    /// The depths of the start tags so far.
    levels: usize,
    /// Names of elements known to have no further end tag.
    unclosed: Vec<&'static str>,
}

impl Pass<'_> {
    fn run(&mut self) {
        let bytes = self.html.as_bytes();
        let mut at = 0;
        while let Some(found) = memchr::memchr(b'<', &bytes[at..]) {
            let start = at + found;
            at = match bytes.get(start + 1) {
                Some(b'!' | b'?') => {
                    let end = declaration_end(bytes, start);
                    if bytes[start..].starts_with(b"<!--") {
                        self.leave_out(start, end);
                    }
                    end
                }
                Some(b'/') if !bytes.get(start + 2).is_some_and(u8::is_ascii_alphabetic) => {
                    memchr::memchr(b'>', &bytes[start..]).map_or(bytes.len(), |n| start + n + 1)
                }
                Some(b'/') => self.tag(start),
                Some(b) if b.is_ascii_alphabetic() => self.tag(start),
                _ => start + 1,
            };
        }
    }

    /// Handles the tag at `start`; where to go on.
    fn tag(&mut self, start: usize) -> usize {
        let Some(tag) = read_tag(self.html.as_bytes(), start) else {
            // Never closed: to a parser the rest is no tag at all, and shown nowhere.
            self.leave_out(start, self.html.len());
            return self.html.len();
        };
        let end = tag.end;
        if self.tags >= MAX_PARTS || self.elements > MAX_ELEMENTS || self.levels > MAX_LEVELS {
            self.no_tag(&tag, start)
        } else if tag.closing {
            self.end_tag(&tag, start)
        } else {
            self.start_tag(&tag, start).unwrap_or(end)
        }
    }

    /// Leaves out a tag where none stays any more; where to go on.
    fn no_tag(&mut self, tag: &Tag, start: usize) -> usize {
        let hidden = if tag.closing { None } else { self.left_out_whole(tag, start).or_else(|| self.raw_end(tag)) };
        let end = hidden.unwrap_or(tag.end);
        if self.kept < end {
            self.leave_out(start, end);
        }
        if !is_formatting(&tag.name) && !is_inline(&tag.name) {
            self.out.push(' ');
        }
        end
    }

    /// Where an element ends whose content is text to the parser.
    fn raw_end(&mut self, tag: &Tag) -> Option<usize> {
        let raw = raw_name(&tag.name)?;
        Some(self.close_of(raw, tag.end).map_or(self.html.len(), |(_, end)| end))
    }

    fn end_tag(&mut self, tag: &Tag, start: usize) -> usize {
        self.elements += 1 + self.formatting.len();
        let name = &*tag.name;
        if matches!(name, b"svg" | b"math" | b"select" | b"script") || self.undrop(name) {
            self.leave_out(start, tag.end);
        } else if is_formatting(name) {
            // One that is open outside of a scope cannot be closed from within it.
            if let Some(at) = self.formatting.iter().rposition(|(open, _)| **open == *name)
                && self.within_scope(self.formatting[at].1)
            {
                self.formatting.remove(at);
            }
        } else if is_counted(name)
            && let Some(at) = self.open.iter().rposition(|open| **open == *name)
        {
            // A block end tag closes what is open within it, an inline one does not reach past a block (HTML
            // §13.2.6.4.7).
            let inner = &self.open[at + 1..];
            let alone = is_inline(name) || name == b"noscript";
            let stops = if alone { inner.iter().any(|n| !is_inline(n)) } else { inner.iter().any(|n| is_scope(n)) };
            if !stops {
                self.open.truncate(at);
                // With a scope goes what was opened in it; what a table's cells held is not known.
                if is_scope(name) && name != b"table" {
                    self.formatting.retain(|(_, since)| *since <= at);
                }
            }
        }
        tag.end
    }

    /// Where to go on where that is not the tag's end.
    fn start_tag(&mut self, tag: &Tag, start: usize) -> Option<usize> {
        self.elements += 1 + self.formatting.len();
        let name = &*tag.name;
        if let Some(end) = self.left_out_whole(tag, start) {
            return Some(end);
        }
        if matches!(name, b"plaintext" | b"svg" | b"math" | b"select" | b"script") {
            self.leave_out(start, tag.end);
            return None;
        }
        let formatting = is_formatting(name);
        let counted = formatting || is_counted(name);
        let full = self.formatting.len() + self.open.len() >= MAX_DEPTH
            || (formatting && self.formatting.len() >= MAX_FORMATTING)
            || (is_scope(name) && {
                let most = if name == b"table" { MAX_TABLES } else { MAX_OBJECTS };
                self.open.iter().filter(|open| ***open == *name).count() >= most
            });
        let is_spent = self.tags >= MAX_TAGS && !parts_text(name);
        if (counted && full) || is_spent {
            if counted {
                self.drop_tag(name);
            }
            let raw = self.raw_end(tag);
            self.leave_out(start, raw.unwrap_or(tag.end));
            if is_spent && !formatting && !is_inline(name) {
                self.out.push(' ');
            }
            return raw;
        }
        self.tags += 1 + if formatting || is_inline(name) { 0 } else { self.formatting.len() };
        self.levels += self.open.len();
        if name == b"a"
            && let Some(at) = self.formatting.iter().rposition(|(open, _)| **open == *b"a")
            && self.within_scope(self.formatting[at].1)
        {
            self.formatting.remove(at);
        }
        if formatting {
            self.formatting.push((tag.name.clone(), self.open.len()));
        } else if counted {
            self.open.push(tag.name.clone());
        }
        if let Some(cut) = tag.cut {
            self.leave_out(cut, tag.end - 1);
        }
        raw_name(name).map(|raw| self.close_of(raw, tag.end).map_or(self.html.len(), |(content_end, _)| content_end))
    }

    /// Whether no scope was opened since so many elements were open.
    fn within_scope(&self, since: usize) -> bool {
        !self.open.iter().skip(since).any(|open| is_scope(open))
    }

    /// Elements that are left out with all they hold; a JSON-LD script is kept without what would start an escape in
    /// it.
    fn left_out_whole(&mut self, tag: &Tag, start: usize) -> Option<usize> {
        let name = match &*tag.name {
            b"script" => "script",
            b"style" => "style",
            b"svg" => "svg",
            b"math" => "math",
            b"select" => "select",
            _ => return None,
        };
        let Some((content_end, end)) = self.close_of(name, tag.end) else {
            // A script or a sheet that never ends hides the rest of the page in a browser as well.
            if matches!(name, "script" | "style") {
                self.leave_out(start, self.html.len());
                return Some(self.html.len());
            }
            return None;
        };
        let html = self.html;
        let head = &html[start..tag.end];
        self.leave_out(start, end);
        if name == "script" && head.len() < 2000 && head.to_ascii_lowercase().contains("ld+json") {
            self.out.push_str("<script type=\"application/ld+json\">");
            self.out.push_str(&html[tag.end..content_end].replace("<!--", " "));
            self.out.push_str("</script>");
        }
        Some(end)
    }

    /// The next end tag of `name`: where it starts and ends.
    fn close_of(&mut self, name: &'static str, from: usize) -> Option<(usize, usize)> {
        if self.unclosed.contains(&name) {
            return None;
        }
        let bytes = self.html.as_bytes();
        let mut at = from;
        while let Some(found) = memchr::memmem::find(&bytes[at..], b"</") {
            let start = at + found;
            let after = start + 2 + name.len();
            if bytes.get(start + 2..after).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()))
                && bytes.get(after).is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))
            {
                let end = read_tag(bytes, start).map_or(bytes.len(), |tag| tag.end);
                return Some((start, end));
            }
            at = start + 2;
        }
        self.unclosed.push(name);
        None
    }

    fn leave_out(&mut self, start: usize, end: usize) {
        self.out.push_str(&self.html[self.kept..start]);
        self.kept = end;
    }

    fn drop_tag(&mut self, name: &[u8]) {
        if let Some((_, count)) = self.dropped.iter_mut().find(|(dropped, _)| **dropped == *name) {
            *count += 1;
        } else if self.dropped.len() < 512 {
            self.dropped.push((name.into(), 1));
        }
    }

    fn undrop(&mut self, name: &[u8]) -> bool {
        match self.dropped.iter_mut().find(|(dropped, count)| *count > 0 && **dropped == *name) {
            Some((_, count)) => {
                *count -= 1;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stopwatch::Stopwatch;
    use std::time::Duration;

    #[test]
    fn ordinary_markup_stays_as_it_is() {
        for html in [
            "plain text, 1 < 2",
            "<!doctype html><p>One<p>Two<br><img src='a>b'>",
            "<div class=\"x\">a</div>",
            "<title>a <b></title><p>b",
            "<ul><li>a<li>b</ul>",
            "</>< p><p>1 < 2 </p>",
        ] {
            assert_eq!(cap_markup(html), html);
        }
    }

    #[test]
    fn scripts_sheets_comments_drawings_and_choices_go() {
        for (html, expected) in [
            ("a<script>if (a < b) '</div>'</script>b", "ab"),
            ("<!doctype html>a<!-- <div> -->b<!-- --", "<!doctype html>ab"),
            ("a<style>p > b {}</STYLE >b<style>i {}", "ab"),
            ("a<svg viewBox='0 0'><title>x</title><path/></svg>b", "ab"),
            ("<select><option>Albania<option>Austria</select>b", "b"),
            (
                "<script type='application/ld+json'>{\"a\":\"<!--\"}</script>",
                "<script type=\"application/ld+json\">{\"a\":\" \"}</script>",
            ),
            ("a<svg>b", "ab"),
            ("a<plaintext>b", "ab"),
            ("a <b", "a "),
        ] {
            assert_eq!(cap_markup(html), expected, "{html}");
        }
    }

    #[test]
    fn depth_attributes_and_repeated_formatting_cost_little() {
        let attributes =
            |n: usize| (0..n).fold(String::from("<div"), |html, i| format!("{html} a{i}=\"{i}\"")) + ">text</div>";
        let formatting = (0..40).fold(String::new(), |html, i| format!("{html}<b a={i}>")) + &"<p>x".repeat(100_000);
        for (what, html) in [
            ("nested", "<div>".repeat(100_000) + "text" + &"</div>".repeat(100_000)),
            ("nested inline", "<span><div></span>".repeat(100_000)),
            ("formatting across blocks", "<div><b></div>".repeat(100_000)),
            ("formatting never closed", formatting),
            ("misnested", "<b><div></b>".repeat(100_000)),
            ("lists", "<ul><li>".repeat(100_000)),
            ("tables", "<table><tr><td>".repeat(50_000)),
            ("ruby", "<rt>".repeat(100_000)),
            ("without scripts", "<div><noscript>".repeat(50_000)),
            ("paragraphs in depth", "<p><div>x".repeat(50_000)),
            ("rules in depth", "<div><hr>".repeat(50_000)),
            ("self-closing", "<svg><p><path/>".repeat(50_000)),
            ("script escapes", "<div><script><!--<script></script></div></script>".repeat(20_000)),
            ("raw text", "<div><noscript></div></noscript>".repeat(20_000)),
            ("custom", "<my-x>".repeat(100_000)),
        ] {
            let started = Stopwatch::start();
            let capped = cap_markup(&html);
            assert!(started.elapsed() < Duration::from_secs(5), "{what}: {:?}", started.elapsed());
            let document = dom_query::Document::from(&*capped);
            let depth = document.root().descendants_it().map(|n| n.ancestors_it(None).count()).max();
            assert!(depth.is_some_and(|depth| depth < 4 * MAX_DEPTH + MAX_FORMATTING + 100), "{what}: {depth:?}");
            // Unoptimised, beside other work: what is quadratic takes many minutes. benches/extraction.rs tells the time.
            assert!(started.elapsed() < Duration::from_secs(90), "{what}: {:?}", started.elapsed());
        }
        let html = attributes(100_000);
        let capped = cap_markup(&html);
        assert!(capped.len() < 2000 && capped.ends_with(">text</div>"), "{}", capped.len());
    }

    #[test]
    fn past_so_many_tags_the_text_is_kept_and_parted() {
        let html =
            "<div>t</div>".repeat(MAX_TAGS + 10) + "<p>after</p><img><textarea><p>x</textarea><section>it</section>";
        let capped = cap_markup(&html);
        assert_eq!(capped.matches("<div>").count(), MAX_TAGS);
        assert_eq!(capped.matches("<div>").count(), capped.matches("</div>").count());
        assert!(capped.ends_with("t t t t t t t t t t<p>after</p>   it"), "{}", &capped[capped.len() - 60..]);
        let capped = cap_markup(&("<p>t</p>".repeat(MAX_PARTS) + "<p>and</p>so<br>on</p>")).into_owned();
        assert_eq!(capped.matches("<p>").count(), MAX_PARTS);
        assert!(capped.ends_with("<p>t  and so on "), "{}", &capped[capped.len() - 60..]);
        for html in ["<p>é<td></p></td>", "<applet>é<li></applet></li>", "<b>é</i></b>"] {
            assert_eq!(cap_markup(&html.repeat(100_000)).matches('é').count(), 100_000, "{html}");
        }
    }

    #[test]
    fn what_falls_back_on_its_text_is_not_nested_deep() {
        let capped = cap_markup(&"<object>t".repeat(1000)).into_owned();
        assert_eq!(
            (capped.matches("<object>").count(), capped.matches('t').count()),
            (MAX_OBJECTS, 1000 + MAX_OBJECTS)
        );
    }

    #[test]
    fn the_text_within_deep_nesting_is_kept() {
        let html = "<div>".repeat(1000) + "deep" + &"</div>".repeat(1000) + "<p>after</p>";
        let capped = cap_markup(&html);
        assert!(capped.contains("deep") && capped.ends_with("<p>after</p>"));
        assert_eq!(capped.matches("<div>").count(), capped.matches("</div>").count());
    }
}
