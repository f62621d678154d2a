//! What templates put beside a text and name by no word of ours: placeholders of films, credits of an office, a second telling.
//! Each stands beside text of the same words that is kept. Texts are our own.

use super::outlets::{H1, LAST, LEAD, SECOND, THIRD, each, holds, page_of, story};
use super::*;

/// The story with something after its second paragraph.
fn around(aside: &str) -> String {
    let (before, after) = (each("<p>", "</p>", &[LEAD, SECOND]), each("<p>", "</p>", &[THIRD, LAST]));
    format!("<article>{H1}<div class=t1>{before}{aside}{after}</div></article>")
}

/// The story with something below it.
fn above(aside: &str) -> String {
    let text = each("<p>", "</p>", &story());
    format!("<article>{H1}<div class=t1>{text}{aside}</div></article>")
}

#[test]
fn a_film_that_waits_for_consent_is_no_text() {
    for placeholder in [
        "To display this content from , you must enable advertisement tracking and audience measurement.",
        "To view this content, you need to accept cookies from Clipfish.",
        "This content is hosted by a third party. By showing it you accept their terms.",
        "Pour afficher ce contenu Clipfish, il est nécessaire d'autoriser les cookies de publicité.",
        "Um diesen Inhalt anzuzeigen, müssen Sie der Verwendung von Cookies zustimmen.",
        "An dieser Stelle finden Sie einen externen Inhalt von Clipfish, der den Artikel ergänzt.",
        "Para ver este contenido es necesario que aceptes las cookies de Clipfish.",
        "Per visualizzare questo contenuto è necessario accettare i cookie di Clipfish.",
    ] {
        holds(placeholder, &around(&format!("<div class=t2><div><p>{placeholder}</p></div></div>")), &story());
        holds(placeholder, &around(&format!("<p>{placeholder}</p>")), &story());
    }
    holds(
        "a box named after consent",
        &around("<div class=embed-consent><p>Clipfish wants to show a film of the band here.</p></div>"),
        &story(),
    );
    let told = "To display this content from the archive, the town had to ask the railway, which owns the pictures.";
    holds("a sentence of the article", &around(&format!("<p>{told}</p>")), &[LEAD, SECOND, told, THIRD, LAST]);
}

#[test]
fn who_made_the_article_is_named_below_it() {
    for credit in [
        "Redaktur & Reporter : Budi",
        "Reporter: Ada Roth",
        "Editor: Otto Kern / Ada Roth",
        "Redazione: Ada Roth",
        "Автор: Ада Рот",
        "ar/ok/rth",
        "bur-ar/ok",
    ] {
        holds(credit, &above(&format!("<p>{credit}</p>")), &story());
    }
    for text in ["Reporter: So it is late?", "And/or nobody."] {
        let expected: Vec<&str> = story().into_iter().chain([text]).collect();
        holds(text, &above(&format!("<p>{text}</p>")), &expected);
    }
}

#[test]
fn what_stands_between_a_text_and_its_makers_hides_none_of_them() {
    let others = each("<p>", "</p>", &["<a href=/1>Ferry strike enters week</a>"; 9]);
    holds("a list below", &above(&format!("<p>Redaktur & Reporter : Budi</p>{others}")), &story());
    holds("a film", &above("<p>Yuk, Simak Juga Video ini!</p><p>Editor: Ada Roth</p>"), &story());
}

#[test]
fn a_release_ends_before_its_contacts() {
    for (what, below) in [
        ("a wire", "<p>View source version on wire.example: http://www.wire.example/news/home/2024/en/</p>"),
        ("a wire's copy", "<p>View original content to download multimedia: https://www.wire.example/3012.html</p>"),
        ("contacts", "<p>Contacts:</p><p>Corvina Railways<br>Ilse Brandt, +49 30 123 4567<br>Director</p>"),
        ("a contact", "<p><b>Contact</b></p><p>Ilse Brandt</p><p>press@rail.example</p>"),
        ("Kontakt", "<p>Pressekontakt</p><p>Ilse Brandt</p><p>Tel.: 030 1234567</p>"),
    ] {
        holds(what, &above(below), &story());
    }
    let asked = "Contacts";
    let told =
        "They met at the station, and the mayor said that she had known the engine driver since they were at school.";
    let expected: Vec<&str> = story().into_iter().chain([asked, told]).collect();
    holds("a section of that name", &above(&format!("<h3>{asked}</h3><p>{told}</p>")), &expected);
}

#[test]
fn a_story_told_again_below_is_there_once() {
    let again = format!("By reporter Ada Roth. {LEAD} You can hear this every morning by subscribing to the Echo.");
    holds(
        "what is said of a recording",
        &above(&format!("<div class=t5><div>Night train stops at Corvina again</div><div>{again}</div></div>")),
        &story(),
    );
}

#[test]
fn lines_above_a_text_that_are_none_of_it() {
    for line in [
        "<div class=t3><span>NEW</span>You can now listen to Corvina Echo articles!</div>",
        "<p class=t4>POSTED BY</p>",
        "<div class=t5>Night train stops at Corvina</div>",
        "<p>НАСТОЯЩИЙ МАТЕРИАЛ (ИНФОРМАЦИЯ) ПРОИЗВЕДЕН И РАСПРОСТРАНЕН ИНОСТРАННЫМ АГЕНТОМ «ЭХО КОРВИНЫ».</p>",
    ] {
        let text = each("<p>", "</p>", &story());
        holds(line, &format!("<article>{H1}<div class=t1>{line}<h3>The stop</h3>{text}</div></article>"), &{
            let mut expected = vec!["The stop"];
            expected.extend(story());
            expected
        });
    }
}

#[test]
fn a_caption_and_a_film_by_the_names_of_their_boxes() {
    let caption =
        "<figure><img src=q.jpg></figure><p class=content-media__description>The clock — Foto: Ada Roth/TV Corvina</p>";
    holds("a picture's description", &around(&format!("<div class=t6>{caption}</div>")), &story());
    holds(
        "a film's heading",
        &around("<div class=assigned_video_heading>Band plays at ten to five | Echo TV</div>"),
        &story(),
    );
}

#[test]
fn words_above_a_small_picture_are_no_caption() {
    let button = "<div class=t7><span>Ask our helper<img src=logo.png></span></div>";
    let picture = "<div class=t8><img src=quay.jpg>The clock of Corvina</div>";
    let text = each("<p>", "</p>", &story());
    let found = page_of(&format!("<article>{H1}{button}<div class=t1>{picture}{text}</div></article>"));
    assert_eq!(found.captions, ["The clock of Corvina"]);
}

#[test]
fn a_page_that_shows_next_to_nothing_is_empty() {
    for text in ["Follow us!", "Please ensure Javascript is enabled for purposes of website accessibility"] {
        let head = "<html lang=en><head><title>Night train stops at Corvina again</title></head>";
        let body = format!(
            "<body><div>{text}</div>{H1}<time datetime=2024-03-07></time><script src=a.js></script></body></html>"
        );
        let found = read(format!("{head}{body}").as_bytes());
        assert_eq!(found.quality, Quality::Empty, "{text}: {:?}", found.text);
    }
    let brief = page_of(&format!("<article>{H1}<p>The night train will stop at Corvina again from May.</p></article>"));
    assert_eq!(brief.quality, Quality::Full);
}

#[test]
fn a_title_that_the_page_shows_as_a_line() {
    let text = each("<p>", "</p>", &story());
    for head in ["", "<h1>Railways and harbours</h1>"] {
        let found = read(
            format!(
                "<html><head><title>Night train stops at Corvina again - The Echo.example - Corvina Town</title></head><body>\
                 <table><tr><td>Monday, 24 August 2026</td></tr></table>{head}<div><div class=big>Night train stops at Corvina again</div>\
                 <div>Friday, 8 March 2024</div>{text}</div></body></html>"
            )
            .as_bytes(),
        );
        assert_eq!(found.title.as_deref(), Some("Night train stops at Corvina again"), "{head}");
        assert_eq!(found.text, story().join("\n\n"), "{head}");
        assert_eq!(found.published.map(|at| at.to_string()[..10].to_owned()).as_deref(), Some("2024-03-08"), "{head}");
    }
}
