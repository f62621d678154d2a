//! The query language: queries × texts. `+` before a query: it holds; `-`: it does not.

use super::*;

fn check(rows: &[(&str, &str, bool)]) {
    let wrong: Vec<_> = rows.iter().filter(|(query, text, holds)| Page::text(text).holds(query) != *holds).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn operators() {
    const TEXT: &str = "The White House said that Mexico and Canada would face new tariffs.\n\nNAFTA is not dead.";
    let rows = [
        ("Mexico Canada", true),
        ("Mexico France", false),
        ("Mexico AND Canada", true),
        ("France OR Canada", true),
        ("France OR Spain", false),
        ("Mexico NOT Canada", false),
        ("Mexico NOT France", true),
        ("Mexico -France", true),
        ("Mexico -Canada", false),
        ("Mexico AND NOT (France OR Spain)", true),
        ("Mexico AND NOT (France OR Canada)", false),
        ("NOT NOT Mexico", true),
        ("France AND Spain OR Mexico", true),
        ("France AND (Spain OR Mexico)", false),
        ("\"White House\"", true),
        ("\"House White\"", false),
        ("\"tariffs NAFTA\"", false),
        ("“White House”", true),
        ("«White House»", true),
        ("\"white hous*\"", true),
        ("tariff", false),
        ("tariff*", true),
        ("\"tari* NAFTA\"", false),
        ("\"new tari*\"", true),
        ("Mexico NEAR/1 Canada", true),
        ("Canada NEAR/1 Mexico", true),
        ("Mexico NEAR/0 Canada", false),
        ("White NEAR/0 House", true),
        ("Mexico BEFORE/1 Canada", true),
        ("Canada BEFORE/1 Mexico", false),
        ("(France OR Mexico) NEAR/2 (Canada OR \"White House\")", true),
        ("tariffs NEAR/0 NAFTA", true),
        ("tariffs BEFORE/3 dead", true),
        ("Mexico NEAR/0 Mexico", false),
        ("\"White House\" NEAR/9 House", false),
        ("Mexico NEAR/1 Canada NEAR/0 would", true),
        ("Mexico NEAR/1 Canada NEAR/3 tariffs", true),
        ("Mexico NEAR/1 Canada NEAR/1 tariffs", false),
        ("Canada NEAR/5 (Mexico NEAR/3 said)", true),
        ("2 OF (Mexico, France, Canada)", true),
        ("2 OF (Mexico, France, Spain)", false),
        ("2 OF (Mexico, \"White House\" OR Spain, France)", true),
        ("1 OF (France AND Canada, NAFTA)", true),
        ("/tarif+s?/", true),
        ("/TARIFFS/", true),
        ("/tariffs\\.$/", true),
        ("/dead\\.$/", true),
        ("/tariffs.*NAFTA/", false),
        ("=NAFTA", true),
        ("=Nafta", false),
        ("=\"White House\"", true),
        ("=\"white house\"", false),
        ("\"Mexico and Canada\"", true),
    ];
    check(&rows.map(|(query, holds)| (query, TEXT, holds)));
}

#[test]
fn folding() {
    check(&[
        ("Peña", "Enrique Pena", true),
        ("Pena", "Enrique Peña", true),
        ("Pena", "Enrique Pen\u{303}a", true),
        ("Pen\u{303}a", "Enrique Peña", true),
        ("=Peña", "Enrique Pena", false),
        ("=Peña", "Enrique Pen\u{303}a", true),
        ("Trump", "Trump’s plan", true),
        ("Trump's", "Trump said", true),
        ("=Trump", "Trump’s plan", true),
        ("ice", "the police", false),
        ("ice", "an icebreaker", false),
        ("ice", "ICE's raid", true),
        ("=ICE", "the ice melts", false),
        ("=ICE", "an ICE raid", true),
        ("US", "the U.S. said", true),
        ("US", "the U. S. said", true),
        ("U.S.", "the US said", true),
        ("U.S.", "the U. S. said", true),
        ("\"U. S.\"", "the US said", true),
        ("=US", "the U.S. said", true),
        ("=US", "tell us", false),
        ("\"U.S.–Mexico border\"", "the US-Mexico border", true),
        ("\"US Mexico\"", "the U.S.–Mexico border", true),
        ("U.S.–Mexico", "the US Mexico border", true),
        ("co-operate", "they cooperate", true),
        ("co-operate", "they co operate", true),
        ("cooperate", "they co-operate", true),
        ("\"co operate\"", "they co-operate", true),
        ("e-mail", "an email", true),
        ("email", "an e‑mail", true),
        ("co-operat*", "cooperation", true),
        ("cooperat*", "co-operation", true),
        ("strasse", "die Straße", true),
        ("finance", "ﬁnance", true),
        ("tariff", "ta\u{AD}riff", true),
        ("tariff", "ta\u{200B}riff", true),
        ("O'Brien", "O’Brien", true),
        ("OTAN", "l’OTAN réagit", true),
        ("Rowling", "J.K. Rowling", true),
        ("\"JK Rowling\"", "J. K. Rowling", true),
        ("\"K. Rowling\"", "J. K. Rowling", true),
        ("Don", "They don't", false),
        ("PhD", "a Ph.D. thesis", true),
        ("AT&T", "AT&T said", true),
        ("Oersted OR Ørsted", "Orsted", true),
    ]);
}

#[test]
fn scripts() {
    check(&[
        ("президент", "Президент сказал", true),
        ("президент", "Президенты", false),
        ("президент*", "Президенты", true),
        ("елка", "Ёлка", true),
        ("οδυσσευς", "Ο Οδυσσέας και ο Οδυσσεύς", true),
        ("شرطة", "قالت شُرطة المدينة", true),
        ("ירושלים", "ביְרוּשָׁלַיִם", false),
        ("שלום", "שָׁלוֹם", true),
        ("צה\"ל", "דובר צה״ל", true),
        ("हिन्दी", "यह हिन्दी है", true),
        ("हिन्द", "यह हिन्दी है", false),
        ("中国", "关于中国经济", true),
        ("国中", "关于中国经济", false),
        ("\"中国经济\"", "关于中国经济的", true),
        ("中国 NEAR/2 经济", "中国的经济", true),
        ("東京", "昨日東京で", true),
        ("とうきょう", "昨日とうきょうで", true),
        ("タワー", "東京タワーの", true),
        ("ガス", "カスの", false),
        ("ガス", "ｶﾞｽの", true),
        ("ประเทศไทย", "ในประเทศไทยวันนี้", true),
        ("ลาว", "ປະເທດລາວ", false),
        ("ລາວ", "ປະເທດລາວ", true),
        ("កម្ពុជា", "ប្រទេសកម្ពុជា", true),
        ("한국", "한국 경제", true),
        ("한국", "한국어", false),
        ("한국*", "한국어", true),
        ("\u{1112}\u{1161}\u{11AB}국", "한국 경제", true),
        ("Հայաստան", "ՀԱՅԱՍՏԱՆ", true),
    ]);
}

#[test]
fn zones_and_attributes() {
    let text = "Officials met in Geneva. “We will never sign,” said Ada Lovelace.\n\nThe talks on steel go on.";
    let quote = |start: usize, end: usize| Quote {
        text: text[start..end].to_owned(),
        speaker: Some("Ada Lovelace".to_owned()),
        start,
        end,
    };
    let (start, end) = (text.find("We will").expect("there"), text.find(",”").expect("there"));
    let page = Page {
        title: "Tariff war looms".to_owned(),
        text: text.to_owned(),
        lede: "Summary with zinc.".to_owned(),
        quotes: vec![quote(start, end)],
        captions: vec!["A port crane".to_owned(), "A ship".to_owned()],
        byline: vec!["Grace Hopper".to_owned(), "Alan Turing".to_owned()],
        language: Some(Page::language("en", true)),
        outlet: "BBC News".to_owned(),
        feed: "bbc-world".to_owned(),
        tags: vec!["World".to_owned(), "trade policy".to_owned()],
        url: "https://www.bbc.co.uk/news/1".to_owned(),
    };
    for (query, holds) in [
        ("title:tariff", true),
        ("title:steel", false),
        ("title:(steel OR war)", true),
        ("title:(tariff AND NOT steel)", true),
        ("title:\"tariff war\"", true),
        ("lede:Geneva", true),
        ("lede:zinc", true),
        ("lede:steel", false),
        ("body:steel", true),
        ("body:Geneva", true),
        ("body:zinc", false),
        ("body:tariff", false),
        ("quote:sign", true),
        ("quote:Geneva", false),
        ("quote:\"never sign\"", true),
        ("quote:/we.*sign/", true),
        ("quote:/we.*talks/", false),
        ("quote:/e/", true),
        ("caption:crane", true),
        ("caption:\"crane A\"", false),
        ("crane NEAR/5 ship", false),
        ("war NEAR/5 Officials", false),
        ("zinc", true),
        ("crane", true),
        ("Hopper", false),
        ("byline:Hopper", true),
        ("byline:\"grace hopper\"", true),
        ("byline:\"hopper alan\"", false),
        ("byline:(Turing OR Lamarr)", true),
        ("said:\"Ada Lovelace\"", true),
        ("said:Lovelace", true),
        ("said:Hopper", false),
        ("steel lang:en", true),
        ("steel lang:es", false),
        ("steel lang:(en OR es)", true),
        ("steel NOT lang:en", false),
        ("steel NOT lang:es", true),
        ("outlet:\"bbc news\"", true),
        ("outlet:BBC", false),
        ("outlet:BBC*", true),
        ("feed:bbc-world", true),
        ("feed:bbc", false),
        ("tag:world", true),
        ("tag:\"Trade Policy\"", true),
        ("tag:trade", false),
        ("site:bbc.co.uk", true),
        ("site:co.uk", true),
        ("site:c.co.uk", false),
        ("Title:tariff", true),
        ("title: tariff", true),
        ("title:/war\\b/", true),
        ("body:/war\\b/", false),
        ("title:=Tariff", true),
        ("title:=TARIFF", false),
    ] {
        assert_eq!(page.holds(query), holds, "{query}");
    }
}

#[test]
fn a_language_that_is_not_sure_never_excludes() {
    for (code, sure, query, holds, note) in [
        ("en", true, "ice lang:en", true, None),
        ("es", true, "ice lang:en", false, None),
        ("es", false, "ice lang:en", true, Some("language not sure (es?): let pass")),
        ("en", false, "ice NOT lang:en", true, Some("language not sure (en?): let pass")),
        ("en-GB", true, "ice lang:en", true, None),
        ("en", false, "ice", true, None),
    ] {
        let page = Page { language: Some(Page::language(code, sure)), ..Page::text("ice") };
        let found = page.matches(topic("t", query));
        assert_eq!(found.is_some(), holds, "{code} {query}");
        let notes = found.map(|found| found.notes).unwrap_or_default();
        assert_eq!(notes.first().map(String::as_str), note, "{code} {query}");
    }
    let found = Page::text("ice").matches(topic("t", "ice lang:en")).expect("an unknown language passes");
    assert_eq!(found.notes, ["language not known: let pass"]);
}
