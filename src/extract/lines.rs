//! One line of a page → what kind of furniture it is, if any: a mark, a pointer, a call to subscribe, a date.
//! Fixed forms of words in the languages of most feeds; a line in another language is taken for text.

use std::sync::LazyLock;

use regex::Regex;

macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new(concat!("(?ix)", $text)).expect("a fixed pattern"));
    };
}

// A whole line that a template puts between paragraphs.
pattern!(
    FURNITURE,
    r"^\W*(?:advert(?:isement|isment|orial)?|ads?|anzeige|publicidad|publicité|werbung|reklama|реклама|annonse
    |annons|pubblicità|publicidade|sponsored(?:\ content)?
    |story\ continues\ below.{0,20}|article\ continues\ .{3,30}|continue\ reading(?:\ .{3,20})?
    |read\ more|read\ full\ (?:story|article)|leer\ más|lire\ la\ suite|mehr\ lesen|weiterlesen|leia\ mais
    |leggi\ anche|see\ also|more|loading\.*
    |share(?:\ this)?(?:\ (?:article|story|post|page))?|share\ on\ \w+|click\ to\ (?:tweet|share|enlarge|expand
    |play)|tweet(?:\ this)?|e-?mail|print|comments?|no\ comments
    |leave\ a\ comment|skip\ advertisement|scroll\ (?:to|for|down)\b.{0,30}|photos?|videos?|watch|play|close|image
    |caption|gallery|(?:image|photo|slide)\ \d+\ (?:of|/)\W*\d+|\d+\ (?:/|of)\ \d+|iklan|recommended
    |sign\ up|subscribe|log\ in|follow\ us|back\ to\ top|next|previous|image\ (?:copyright|caption|source)\b.*
    |media\ caption\b.*|tap\ to\ .{3,30}|enlarge(?:\ image)?
    |(?:like|enjoy(?:ed)?)\ this\ (?:story|article|post)\W.{0,40}|tempo\ de\ leitura\W.{0,20}|(?:reading\ time
    |lesezeit|tiempo\ de\ lectura|temps\ de\ lecture)\W.{0,20}
    |\d+\ (?:comments?|shares?|views?|likes?|min(?:ute)?s?(?:\ read)?)|view\ (?:photos|gallery|comments)
    |toggle\ .{3,20}|table\ of\ contents|hide\ caption|toggle\ caption)\W*$"
);
// How a line begins that points to another story.
pattern!(
    POINTER,
    r"^\W*(?:read\ (?:more|also|next|on)|also\ read|see\ also|see\ more|related(?:\ (?:articles?|stor(?:y|ies)
    |posts?|content|news|links?|coverage|topics?|videos?))?
    |more\ (?:on|from|stories|news|coverage)\b[^:]{0,40}|more|must[\ -]read|don['’]?t\ miss|recommended
    |watch(?:\ (?:more|now|also|below))?|lea\ también|leer\ también|lee\ también
    |le\ puede\ interesar|te\ puede\ interesar|lire\ aussi|à\ lire\ aussi|lesen\ sie\ auch|mehr\ zum\ thema
    |leia\ (?:também|mais)|veja\ também|leggi\ anche|читайте\ также
    |czytaj\ (?:też|także|również)|lees\ ook|läs\ (?:också|även|mer))(?:\s*[:»>|]|\s+[–—-]\s)"
);
// A line that heads a list of other stories within the article.
pattern!(
    LIST_HEAD,
    r"^\W*(?:don['’]?t\ miss|read\ (?:more|also|next)|must[\ -]reads?|see\ also|also\ read|related(?:\ \w+)?
    |more\ (?:stories|news|on\ this|from\ .{2,40})|recommended(?:\ .{2,20})?|top\ stories
    |most\ (?:read|popular|viewed)|trending(?:\ now)?|latest(?:\ (?:news|stories|posts))?|you\ (?:may
    |might)\ .{2,30}|lea\ también|le\ puede\ interesar|lire\ aussi|mehr\ zum\ thema|leggi\ anche|leia\ também
    |читайте\ также|editor['’]?s['’]?\ picks?|in\ other\ news|artículos\ relacionados|noticias\ relacionadas)\W*$"
);
// How a block of links to other stories begins.
pattern!(
    LIST_START,
    r"^\W*(?:don['’]?t\ miss|read\ (?:more|also|next)|must[\ -]reads?|see\ also|also\ (?:read|see)|related
    |more\ (?:stories|news|on|from)|recommended|top\ stories|most\ (?:read|popular)|trending
    |lea\ también|le\ puede\ interesar|(?:à\ )?lire\ aussi|mehr\ zum\ thema|leggi\ anche|leia\ (?:também|mais)
    |читайте\ также|story\ timeline)\b"
);
// A line that heads a list of other stories, the comments or the imprint: nothing after it is the article.
pattern!(
    END,
    r"^\W*(?:related\ (?:articles|stories|posts|content|news|links|coverage|topics|reading)|more\ (?:stories|news
    |articles|from\ .{2,40})|recommended(?:\ (?:for\ you|stories|articles|reading))?
    |you\ (?:may|might)\ (?:also\ )?(?:like|be\ interested\ in|enjoy).{0,12}|similar\ (?:posts|articles|stories
    |news)|most\ (?:read|popular|viewed)|trending(?:\ now)?|latest\ (?:news|stories|posts)
    |(?:\d+\ )?(?:comments|responses|replies|thoughts\ on\ .{3,80})|leave\ a\ (?:comment|reply)
    |join\ the\ (?:conversation|discussion)|post\ a\ comment|about\ the\ authors?|share\ this.{0,20}
    |artículos\ relacionados|noticias\ relacionadas|articles\ (?:liés|similaires)|ähnliche\ (?:artikel|beiträge)
    |das\ könnte\ (?:sie|dich)\ auch\ interessieren|kommentare|commentaires|comentarios
    |comentários|notícias\ relacionadas|articoli\ correlati|commenti|похожие\ (?:статьи|новости|материалы)
    |комментарии|komentarze|reacties)\W*(?:\(\d+\))?\W*$"
);
// A call to subscribe, follow, install.
pattern!(
    CALL,
    r"^\W*(?:sign\ up|subscribe|follow|like\ us|join|download|get|click\ (?:here|to)|tap\ here|register|check\ out
    |listen|want\ (?:more|to)|suscríbe?te|síguenos|sigue|descarga|únete|regístrate
    |folgen|abonnieren|abonnez|suivez|inscrivez|téléchargez|iscriviti|seguici|siga|assine|baixe|inscreva)\b.*
    (?:newsletters?|channels?|\bapps?\b|podcasts?|facebook|twitter|instagram|telegram|whatsapp|youtube|inbox|alerts
    |notifications|on\ the\ go|boletín|canal|e-?mails?)\b"
);
// What stands below a text: rights, how to cite, who helped, where it is filed.
pattern!(
    IMPRINT,
    r"^\W*(?:(?:additional\ )?reporting\ by\b|(?:edited|editing|compiled|translated)\ by\b
    |.{0,200}\bcontributed\ (?:to\ this|reporting)\b|filed\ under\b|posted\ in\b|tags?:|tagged\b|categor(?:y|ies):
    |citation:|follow\ .{0,40}coverage\b|(?:find|see)\ .{0,20}(?:full|more|complete)\ coverage\b|.{0,80}may\ (?:earn
    |receive)\ (?:an?|some)\ .{0,20}commission
    |if\ you\ (?:enjoyed|liked)\ this\ (?:article|story|post)|©|\(c\)\ |copyright\b|all\ rights\ reserved
    |this\ (?:document|material|article)\ (?:is\ subject\ to\ copyright|may\ not\ be)
    |todos\ los\ derechos\ reservados|tous\ droits\ réservés|alle\ rechte\ vorbehalten)"
);
// A time of day or a date in digits.
pattern!(
    CLOCK,
    r"\d{1,2}[:.h]\d{2}|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|\b(?:19|20)\d\d\b|\d+\s*(?:min|hour|hr|day|stunde|hora|heure)"
);

/// Words that stand beside a date and are no text.
const DATE_WORDS: &[&str] = &[
    "published",
    "updated",
    "posted",
    "last",
    "modified",
    "created",
    "first",
    "on",
    "at",
    "by",
    "am",
    "pm",
    "a",
    "p",
    "m",
    "min",
    "mins",
    "minute",
    "minutes",
    "hour",
    "hours",
    "hr",
    "hrs",
    "ago",
    "read",
    "reading",
    "time",
    "date",
    "uhr",
    "um",
    "am",
    "vom",
    "stand",
    "veröffentlicht",
    "aktualisiert",
    "publicado",
    "actualizado",
    "a",
    "las",
    "el",
    "de",
    "del",
    "la",
    "h",
    "publié",
    "le",
    "mis",
    "à",
    "jour",
    "modifié",
    "pubblicato",
    "aggiornato",
    "il",
    "atualizado",
    "em",
    "às",
    "gmt",
    "utc",
    "est",
    "edt",
    "et",
    "cst",
    "cdt",
    "pst",
    "pdt",
    "mst",
    "bst",
    "cet",
    "cest",
    "ist",
    "th",
    "st",
    "nd",
    "rd",
    "letture",
    "lecturas",
    "views",
    "comments",
    "shares",
    "days",
    "day",
    "the",
];
/// The first three letters of months and weekdays in English, Spanish, German, French, Italian and Portuguese.
const DATE_STEMS: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mon", "tue", "wed", "thu",
    "fri", "sat", "sun", "ene", "abr", "ago", "dic", "lun", "mié", "jue", "vie", "sáb", "dom", "jän", "mär", "mai",
    "okt", "dez", "die", "mit", "don", "fre", "sam", "son", "fév", "avr", "jui", "aoû", "déc", "jeu", "ven", "dim",
    "gen", "mag", "giu", "lug", "set", "ott", "mer", "gio", "fev", "out", "seg", "ter", "qua", "qui", "sex",
];

/// A line that no reader reads: marks of advertisements, buttons, rules. The bar of an agency (`___`) is kept: it
/// parts sections.
pub(super) fn is_furniture(text: &str, chars: usize) -> bool {
    !text.chars().any(|c| c.is_alphanumeric() || c == '_') || (chars < 60 && FURNITURE.is_match(text))
}

/// A line that points to another story.
pub(super) fn is_pointer(text: &str) -> bool {
    POINTER.is_match(text)
}

/// A line after which a list of other stories stands, within the article.
pub(super) fn heads_list(text: &str, chars: usize) -> bool {
    chars < 60 && LIST_HEAD.is_match(text)
}

/// A block of links to other stories begins so.
pub(super) fn starts_list(text: &str) -> bool {
    LIST_START.is_match(text)
}

/// Addresses and handles of the author, and nothing else.
pub(super) fn is_contact(text: &str, chars: usize) -> bool {
    chars < 120
        && text.contains(['@', '/'])
        && !text.starts_with("http")
        && text.split_whitespace().all(|w| w.contains('@') || w.contains(".com/"))
}

/// A line after which nothing is the article.
pub(super) fn heads_end(text: &str, chars: usize) -> bool {
    chars < 100 && END.is_match(text)
}

/// A call to subscribe to the publisher, follow it, install its app.
pub(super) fn is_call(text: &str, chars: usize) -> bool {
    chars < 250 && CALL.is_match(text)
}

/// The rights of a whole site: `Copyright © 2024 …`. A picture's credit may begin with `©` alone.
pub(super) fn is_copyright(text: &str) -> bool {
    text.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("copyright"))
        || text.to_lowercase().contains("all rights reserved")
}

pub(super) fn is_imprint(text: &str) -> bool {
    IMPRINT.is_match(text)
}

/// A line that is a date and little else: `Posted: Fri 6:45 PM, Feb 16, 2018`, `November 20`.
pub(super) fn is_date(text: &str, chars: usize) -> bool {
    chars < 120
        && (CLOCK.is_match(text)
            || (chars < 20 && text.chars().any(|c| c.is_ascii_digit()) && text.chars().any(char::is_alphabetic)))
        && text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).all(|word| {
            let word = word.to_lowercase();
            DATE_WORDS.contains(&word.as_str())
                || (word.len() < 12 && DATE_STEMS.contains(&word.chars().take(3).collect::<String>().as_str()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    type Test = fn(&str) -> bool;

    #[test]
    fn lines_are_what_they_say() {
        let chars = |text: &str| text.chars().count();
        let tests: &[(&str, Test, &[&str], &[&str])] = &[
            (
                "furniture",
                |t| is_furniture(t, t.chars().count()),
                &["Advertisement", "* * *", "READ MORE", "Share this article", "Image 1 of 13"],
                &["Read more books", "___", "Image is all"],
            ),
            (
                "pointer",
                is_pointer,
                &["Read more: Bus late", "RELATED – Bus late", "Lea también: Tren"],
                &["Related to this, the port closed", "More than 40 people: a list"],
            ),
            (
                "end",
                |t| heads_end(t, t.chars().count()),
                &["Related stories", "Comments (12)", "3 comments", "You may also like…"],
                &["Comments by the mayor drew fire"],
            ),
            (
                "call",
                |t| is_call(t, t.chars().count()),
                &["CLICK HERE TO GET THE POST APP", "Sign up for our newsletter", "Síguenos en Facebook"],
                &["Join us in the garden", "The newsletter was late"],
            ),
            (
                "date",
                |t| is_date(t, t.chars().count()),
                &[
                    "Posted: Fri 6:45 PM, Feb 16, 2018",
                    "11/18/19 11:04 PM EST",
                    "5 min read",
                    "Publicado el 3 de marzo de 2019 a las 10:00",
                ],
                &["In March 2019 the ferry was late", "Ferry late", "May"],
            ),
            ("imprint", is_imprint, &["© 2024 Post", "Copyright 2024 Post"], &["Copyrighted works were lent"]),
        ];
        for (what, test, yes, no) in tests {
            for text in *yes {
                assert!(test(text), "{what}: {text} {}", chars(text));
            }
            for text in *no {
                assert!(!test(text), "no {what}: {text}");
            }
        }
    }
}
