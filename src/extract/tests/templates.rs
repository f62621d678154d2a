//! Pages whose template puts something into the text, below it or around it that a reader does not take for it. Texts are our own.

use super::outlets::{H1, LAST, LEAD, SECOND, THIRD, each, holds, page_of, story};

#[test]
fn a_box_called_footer_is_none_of_a_brief() {
    let rules = "<p>Read the rules that you agree to when you use this site. They were last changed in the spring, and before that in \
        the autumn of another year.</p>";
    holds(
        "the site's footer holds more than the brief",
        &format!("<div id=story>{H1}<p>{LEAD}</p></div><div id=footer>{}</div>", rules.repeat(3)),
        &[LEAD],
    );
}

#[test]
fn a_post_in_a_widget_is_a_post() {
    let menu = "<div class=widget><h2>Pages</h2><ul><li><a href=/1>Home</a><li><a href=/2>Trains</a></ul></div>";
    let post = |text: &str| format!("<div class=widget><div class=post-outer><p>{text}</p></div></div>");
    let body = format!("<div class=main>{H1}{}{}{}</div>{menu}", post(LEAD), post(SECOND), post(THIRD));
    holds("each paragraph in one", &body, &[LEAD, SECOND, THIRD]);
}

#[test]
fn a_paragraph_styled_by_its_editor_is_text() {
    let styled = format!("<p><span class='_xTags u2'>{LEAD}</span></p>");
    holds(
        "copied from elsewhere",
        &format!("<article>{H1}{styled}{}</article>", each("<p>", "</p>", &[SECOND, THIRD])),
        &[LEAD, SECOND, THIRD],
    );
}

#[test]
fn items_with_a_name_of_their_own_are_there_once() {
    let items = [("The stove", SECOND), ("The neighbours", THIRD), ("The band", LAST)];
    let list: String = items.iter().map(|(name, text)| format!("<li><strong>{name}</strong><br>{text}</li>")).collect();
    let found = page_of(&format!("<article>{H1}<p>{LEAD}</p><ul>{list}</ul><p>{LEAD} So it is.</p></article>"));
    for (name, text) in items {
        assert_eq!(found.text.matches(name).count(), 1, "{}", found.text);
        assert_eq!(found.text.matches(text).count(), 1, "{}", found.text);
    }
}

#[test]
fn a_dateline_in_a_box_of_its_own_begins_the_text() {
    let dateline = "<div><span>Corvina</span> <span>ECHO</span> — </div>";
    let body = format!("<article>{H1}{dateline}{}</article>", each("<p>", "</p>", &story()));
    holds("set apart", &body, &[&format!("Corvina ECHO — {LEAD}"), SECOND, THIRD, LAST]);
}

#[test]
fn what_a_template_puts_below_a_text_is_none_of_it() {
    for below in [
        "<p>Topics: <a href=/t/1>trains</a>, <a href=/t/2>stations</a>, <a href=/t/3>noise</a></p>",
        "<h4>Topics: <a href=/t/1>trains</a>, <a href=/t/2>stations</a></h4>",
        "<p>posted by Otto at 12:53</p>",
        "<p>Pages: 1 <a href=/2>2</a> <a href=/3>3</a></p>",
        "<p>Feed | Comments closed | Trackback</p>",
        "<p>kb</p>",
    ] {
        let body = format!("<article>{H1}{}{below}</article>", each("<p>", "</p>", &story()));
        holds(below, &body, &story());
    }
}

#[test]
fn a_text_so_called_below_the_headline_is_the_article() {
    let picks = "<div><h3>Summer parks</h3><p>There are parks in all parts of the town, and in each of them a band plays on Sunday, \
        whatever the weather, and tea is served.</p></div>";
    let body = format!(
        "<div class=wrap><div class=x>{H1}<div class='entry-text'><p>{LEAD}</p></div></div></div>\
         <div class=col><div class=picks>{}</div></div>",
        picks.repeat(3)
    );
    holds("beside picks", &body, &[LEAD]);
}
