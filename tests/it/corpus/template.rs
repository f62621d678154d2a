//! The furniture of a site: templates filled with menus, other stories, comments, and the weight of style and script that
//! real pages carry. The same page comes out each time.

use std::collections::HashMap;
use std::fmt::Write as _;

use regex::{Captures, Regex};
use serde_json::json;

use super::fixture::Furniture;

pub struct Page<'a> {
    pub values: HashMap<&'a str, String>,
    pub furniture: &'a Furniture,
    pub paragraphs: &'a [String],
}

impl Page<'_> {
    /// `{{title}}` (escaped), `{{json title}}`, `{{w related}}`, `{{css 20}}` and `{{js 9}}` (in kB), `{{state}}`,
    /// `{{each stories 5}}…{{/each}}` with `{headline}`, `{text}`, `{name}`, `{label}`, `{slug}`, `{n}`.
    pub fn fill(&self, template: &str) -> String {
        let each = Regex::new(r"(?s)\{\{each (\w+) (\d+)\}\}(.*?)\{\{/each\}\}").expect("a fixed pattern");
        let lists = each.replace_all(template, |found: &Captures| self.list(&found[1], number(&found[2]), &found[3]));
        let one = Regex::new(r"\{\{(\w+)(?: (\w+))?\}\}").expect("a fixed pattern");
        one.replace_all(&lists, |found: &Captures| self.value(&found[1], found.get(2).map_or("", |m| m.as_str())))
            .into_owned()
    }

    fn value(&self, name: &str, argument: &str) -> String {
        match name {
            "css" => css(number(argument) * 1000),
            "js" => js(number(argument) * 1000),
            "json" => json!(self.plain(argument)).to_string(),
            "w" => self.furniture.words.get(argument).unwrap_or_else(|| panic!("no word {argument}")).clone(),
            "state" => self.state().replace("</", "<\\/"),
            "jsonstate" => json!(self.state()).to_string().replace("</", "<\\/"),
            name => escape(&self.plain(name)),
        }
    }

    fn plain(&self, name: &str) -> String {
        self.values.get(name).cloned().unwrap_or_default()
    }

    /// What a script would build the page from: the article and other stories.
    fn state(&self) -> String {
        let stories: Vec<_> =
            self.furniture.stories.iter().map(|(head, text)| json!({ "t": head, "d": text })).collect();
        json!({
            "headline": self.plain("title"), "content_elements": self.paragraphs, "promos": stories,
            "experiments": (0..60).map(|n| format!("exp-{n}-variant-{}", n % 3)).collect::<Vec<_>>(),
        })
        .to_string()
    }

    fn list(&self, kind: &str, count: usize, item: &str) -> String {
        let furniture = self.furniture;
        let mut all = String::new();
        let pairs: Vec<(&str, &str)> = match kind {
            "menu" => furniture.menu.iter().map(|label| (label.as_str(), "")).collect(),
            "stories" => furniture.stories.iter().map(|(head, text)| (head.as_str(), text.as_str())).collect(),
            "comments" => furniture.comments.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect(),
            other => panic!("no list {other}"),
        };
        for (n, (label, text)) in pairs.into_iter().take(count).enumerate() {
            let (label, text) = (escape(label), escape(text));
            let names = ["headline", "name", "label"];
            let item = names.iter().fold(item.to_owned(), |item, name| item.replace(&format!("{{{name}}}"), &label));
            let slug = format!("{kind}-{}", n * 7 + 3);
            all.push_str(&item.replace("{text}", &text).replace("{slug}", &slug).replace("{n}", &(n + 1).to_string()));
        }
        all
    }
}

fn number(text: &str) -> usize {
    text.parse().unwrap_or_else(|_| panic!("{text} is no number"))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn css(bytes: usize) -> String {
    let mut all = String::with_capacity(bytes + 200);
    let mut n = 0_usize;
    while all.len() < bytes {
        n += 1;
        let _ = write!(
            all,
            ".c-{:x}{{display:flex;margin:{}px auto;color:#{:06x}}}.c-{:x}:hover>a,.no-js .c-{0:x}::after{{content:\"\";width:{}%}}\
             @media (min-width:{}px){{.c-{0:x}{{grid-template-columns:repeat({},1fr)}}}}",
            n * 2_654_435 % 16_777_216,
            n % 40,
            n * 40_503 % 16_777_216,
            n * 7919,
            n % 101,
            320 + n % 1000,
            n % 12 + 1,
        );
    }
    all
}

fn js(bytes: usize) -> String {
    let mut all = String::with_capacity(bytes + 200);
    let mut n = 0_usize;
    while all.len() < bytes {
        n += 1;
        let _ = write!(
            all,
            "!function(e,t){{var n=t.createElement(\"script\");n.async=!0,e.q{n}=e.q{n}||[],e.q{n}.push([\"slot-{n}\",\
             \"<div class=ad>Sponsored story {n}</div>\".length])}}(window,document);"
        );
    }
    // A tag in a string ends a real script as well: authors write it in two.
    all.replace("</div>", "<\"+\"/div>")
}
