//! The paragraphs that extraction gave → those of the article: without its title again, dates, advertisement marks, link lists.
//! Looks at lines and their place only; every rule names what a publisher's template puts there.

use std::sync::LazyLock;

use regex::Regex;

use super::date;
use super::paragraphs::{Kind, Paragraph};
use super::title::key;

/// A whole line that a template puts between paragraphs.
static FURNITURE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^\W*(?:advertisement|advertisment|ad|ads|anzeige|publicidad|publicité|werbung|reklama|реклама|annonse|annons|sponsored(?:\ content)?
        |story\ continues\ below(?:\ advertisement)?|article\ continues\ (?:below|after\ ad(?:vertisement)?)|continue\ reading(?:\ the\ main\ story)?
        |continue\ reading\ below|read\ more|read\ full\ (?:story|article)|leer\ más|lire\ la\ suite|mehr\ lesen|weiterlesen|leia\ mais|leggi\ anche|
        see\ also|more|loading\.*|share(?:\ this)?(?:\ (?:article|story|post|page))?|share\ on\ \w+|tweet|email|print|comments?|no\ comments|leave\ a\ comment
        |skip\ advertisement|scroll\ to\ continue|photos?|video|videos|watch|play|close|image|gallery|recommended|related(?:\ (?:articles|stories|posts|content|news))?
        |sign\ up|subscribe|log\ in|follow\ us|back\ to\ top|next|previous|getty\ images|image\ copyright.*|image\ caption.*|media\ caption.*
        |\d+\ comments?|\d+\ shares?|view\ (?:photos|gallery|comments)|click\ here\ to\ subscribe.*)\W*$",
    )
    .expect("a fixed pattern")
});
/// How a line begins that points to another story.
static POINTER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^\W*(?:read\ (?:more|also|next|on)|also\ read|see\ also|see\ more|related(?:\ (?:articles?|stor(?:y|ies)|posts?|content|news|links?|coverage|topics?))?|
        more\ (?:on|from|stories|news|coverage)\b[^:]{0,40}|more|must\ read|don['’]t\ miss|recommended|watch|lea\ también|leer\ también|lee\ también|le\ puede\ interesar|te\ puede\ interesar|
        lire\ aussi|à\ lire\ aussi|lesen\ sie\ auch|mehr\ zum\ thema|leia\ (?:também|mais)|veja\ também|leggi\ anche|читайте\ также|czytaj\ (?:też|także|również)|lees\ ook|läs\ (?:också|även|mer))\s*[:»>|–—-]",
    )
    .expect("a fixed pattern")
});
/// A line that heads a list of other stories, the comments or the imprint: nothing after it is the article.
static END: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^\W*(?:related\ (?:articles|stories|posts|content|news|links|coverage|topics|reading)|more\ (?:stories|news|articles|from\ .{2,40})|recommended(?:\ (?:for\ you|stories|articles|reading))?
        |you\ (?:may|might)\ (?:also\ )?(?:like|be\ interested\ in|enjoy)|similar\ (?:posts|articles|stories|news)|most\ (?:read|popular|viewed)|trending(?:\ now)?|latest\ (?:news|stories|posts)|
        (?:\d+\ )?(?:comments|responses|replies)|leave\ a\ (?:comment|reply)|join\ the\ (?:conversation|discussion)|post\ a\ comment|about\ the\ authors?|share\ this(?:\ .{0,20})?|
        artículos\ relacionados|noticias\ relacionadas|articles\ (?:liés|similaires)|ähnliche\ (?:artikel|beiträge)|das\ könnte\ (?:sie|dich)\ auch\ interessieren|kommentare|commentaires|comentarios|comentários|
        notícias\ relacionadas|articoli\ correlati|commenti|похожие\ (?:статьи|новости|материалы)|комментарии|komentarze|reacties)\W*(?:\(\d+\))?\W*$",
    )
    .expect("a fixed pattern")
});

/// The article's paragraphs.
pub(super) fn tidy(found: Vec<Paragraph>, title: Option<&str>, byline: &[String]) -> Vec<Paragraph> {
    let total: usize = found.iter().map(Paragraph::chars).sum();
    let mut kept: Vec<Paragraph> = Vec::with_capacity(found.len());
    let mut seen = 0;
    for paragraph in found {
        let chars = paragraph.chars();
        let at_start = seen * 10 < total || kept.len() < 3;
        if seen * 2 > total && chars < 80 && END.is_match(&paragraph.text) {
            break;
        }
        seen += chars;
        let drop = is_furniture(&paragraph, chars)
            || (at_start && is_head(&paragraph.text, title, byline))
            || kept.last().is_some_and(|last| last.text == paragraph.text);
        if !drop {
            kept.push(paragraph);
        }
    }
    cut_tail(&mut kept);
    kept
}

fn is_furniture(paragraph: &Paragraph, chars: usize) -> bool {
    !paragraph.text.chars().any(char::is_alphanumeric)
        || (chars < 60 && FURNITURE.is_match(&paragraph.text))
        || (chars < 200 && POINTER.is_match(&paragraph.text) && (paragraph.linked * 3 > chars || chars < 100))
}

/// The title, the date or the author again, above the text.
fn is_head(text: &str, title: Option<&str>, byline: &[String]) -> bool {
    let line = key(text);
    if title.is_some_and(|title| key(title) == line) {
        return true;
    }
    if text.chars().count() > 90 {
        return false;
    }
    let bare = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let dated = ["published", "updated", "posted", "last updated", "posted on", "published on", "by"]
        .iter()
        .filter_map(|word| bare.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word)).map(|_| &bare[word.len()..]))
        .chain([bare])
        .any(|rest| date::parse(rest.trim_start_matches([':', ' ', '|'])).is_some());
    let by = line.strip_prefix("by").or(line.strip_prefix("por")).unwrap_or(&line);
    dated || byline.iter().any(|name| key(name) == by)
}

/// Takes away link lists at the end, and headings that head nothing.
fn cut_tail(kept: &mut Vec<Paragraph>) {
    while kept.len() > 1
        && kept.last().is_some_and(|last| last.kind == Kind::Heading || (last.is_link() && last.chars() < 200))
    {
        kept.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(texts: &[&str]) -> Vec<Paragraph> {
        texts
            .iter()
            .map(|text| {
                let (kind, text) = text.strip_prefix('#').map_or((Kind::Text, *text), |rest| (Kind::Heading, rest));
                let linked = if text.starts_with('>') { text.len() } else { 0 };
                Paragraph { text: text.to_owned(), linked, kind }
            })
            .collect()
    }

    #[test]
    fn only_the_articles_lines_stay() {
        let body = "The ferry will be late, the port said on Monday, and the next one will be later still.";
        let more = "Passengers were told to wait in the hall, where tea was served until the evening came.";
        for (given, expected) in [
            (vec!["Ferry late", "By Ann Lee", "March 4, 2024", body, more], vec![body, more]),
            (vec![body, "Advertisement", "* * *", more], vec![body, more]),
            (vec![body, "READ MORE: Bus late too", more], vec![body, more]),
            (vec![body, more, "#Related stories", "Bus late", "Train late"], vec![body, more]),
            (vec![body, more, ">Bus late", ">Train late"], vec![body, more]),
            (vec![body, "#What comes next", more, "#More"], vec![body, "What comes next", more]),
            (vec![body, body, more], vec![body, more]),
            (vec!["Short."], vec!["Short."]),
        ] {
            let kept = tidy(lines(&given), Some("Ferry late"), &["Ann Lee".to_owned()]);
            assert_eq!(kept.iter().map(|p| p.text.as_str()).collect::<Vec<_>>(), expected, "{given:?}");
        }
    }
}
