//! Pages built as kinds of outlets build them, and the article that stands in each. Texts are our own; only the markup's habits
//! are the outlets'.

use super::*;

pub(super) const LEAD: &str = "The night train to Vasto will stop at Corvina again from the first of May, the railway said on Thursday, after \
    six years in which it passed the small station without so much as slowing down.";
pub(super) const SECOND: &str = "Mayor Ilse Brandt called it a small victory for a small town. The platform has been rebuilt, a waiting room with \
    a stove has been put up, and the clock, which had shown ten past four since the winter, goes again.";
pub(super) const THIRD: &str = "Not everyone is pleased. Two hotels near the line have asked for barriers against the noise, and a farmer whose \
    land touches the platform has taken the railway to court over a strip of two metres.";
pub(super) const LAST: &str =
    "The first train is due at ten to five in the morning, and the town band has promised to be there, awake or not.";

pub(super) fn story() -> [&'static str; 4] {
    [LEAD, SECOND, THIRD, LAST]
}

/// Paragraphs in one element each.
pub(super) fn each(open: &str, close: &str, texts: &[&str]) -> String {
    texts.iter().map(|text| format!("{open}{text}{close}\n")).collect()
}

/// Boxes of other stories.
fn cards(n: usize) -> String {
    (0..n)
        .map(|i| {
            format!(
                "<div class=x{i}><a href='/s/{i}'><img src=/i{i}.jpg></a><h3><a href='/s/{i}'>Ferry strike enters week {i}</a></h3>\
                 <p>Dockers and owners meet again on Friday, with little hope on either side.</p></div>"
            )
        })
        .collect()
}

const MENU: &str = "<header class=site><a href=/>The Corvina Echo</a><nav><ul><li><a href=/n>News</a><li><a href=/s>Sport</a>\
    <li><a href=/w>Weather</a></ul></nav></header>";

pub(super) fn page_of(body: &str) -> Page {
    let html = format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>Night train stops at Corvina again - The Corvina Echo</title>\
         <meta property=og:site_name content='The Corvina Echo'><meta property=og:title content='Night train stops at Corvina again'>\
         </head><body>{MENU}{body}<footer><p>The Corvina Echo, Station Street 1. All rights reserved.</p></footer></body></html>"
    );
    read(html.as_bytes())
}

#[track_caller]
pub(super) fn holds(what: &str, body: &str, expected: &[&str]) {
    let found = page_of(body);
    let lines: Vec<&str> = found.text.split("\n\n").collect();
    assert_eq!(lines, expected, "{what}");
}

pub(super) const H1: &str = "<h1>Night train stops at Corvina again</h1>";

#[test]
fn a_wordpress_theme_with_many_comments() {
    let comment = "<li class=comment><article class=comment-body><footer><b class=fn>Otto</b> says:</footer><p>I took that train in \
        1988, and the stove was warmer then, and the coffee was better too, whatever anybody says.</p></article></li>";
    holds(
        "WordPress",
        &format!(
            "<div id=primary class=content-area><main id=main><article class='post type-post'><header class=entry-header>{H1}\
             <div class=entry-meta><span class=posted-on>Posted on <time datetime=2024-03-07>7 March 2024</time></span> \
             <span class=byline> by <a rel=author>Ada Roth</a></span></div></header><div class=entry-content>{}\
             <div class='sharedaddy sd-sharing-enabled'><h3>Share this:</h3><ul><li><a href=#>Twitter</a></ul></div>\
             <div id=jp-relatedposts class=jp-relatedposts><h3>Related</h3><p>Bus to Vasto is full</p></div></div>\
             <footer class=entry-footer><span class=cat-links>Posted in <a href=/r>Railways</a></span></footer></article>\
             <nav class='navigation post-navigation'><a href=/p rel=prev>Previous post: Bus to Vasto</a></nav>\
             <div id=comments class=comments-area><h2>12 thoughts on “Night train”</h2><ol class=comment-list>{}</ol></div></main></div>\
             <aside id=secondary class=widget-area><h2>Recent posts</h2><ul><li><a href=/q>Quiet at the harbour</a></ul></aside>",
            each("<p>", "</p>", &story()),
            comment.repeat(25)
        ),
        &story(),
    );
}

#[test]
fn text_in_breaks_and_spans() {
    let text = story().join("<br /><br />");
    holds(
        "Blogger",
        &format!(
            "<div class='post hentry'><h3 class='post-title entry-title'>Night train stops at Corvina again</h3>\
             <div class='post-body entry-content'><div style='text-align:justify'><span style='font-family:arial'>{text}</span></div></div>\
             <div class=post-footer><span class=post-author>Posted by Ada</span> <span class=post-labels>Labels: <a href=/l>trains</a></span></div></div>\
             <div class=sidebar><h2>Blog Archive</h2><ul><li><a href=/1>March (3)</a></ul></div>"
        ),
        &story(),
    );
    holds(
        "layout table",
        &format!(
            "<table width=980><tr><td width=160><a href=/a>Home</a><br><a href=/b>Region</a></td><td><font size=5><b>Night train \
             stops at Corvina again</b></font><br><br><font size=3>{text}</font></td><td width=200><b>Also today</b><br>\
             <a href=/c>Ferry strike enters second week</a><br><a href=/d>School roof mended</a></td></tr></table>"
        ),
        &story(),
    );
}

#[test]
fn paragraphs_in_boxes_of_their_own() {
    holds(
        "a box for each paragraph",
        &format!(
            "<main id=main-content><article><div data-component=headline-block>{H1}</div>\
             <div data-component=byline-block><div>Ada Roth</div><div>Railway reporter</div></div>{}\
             <div data-component=links-block><h2>More on this story</h2><ul><li><a href=/1>Ferry strike enters week</a><li>\
             <a href=/2>The last sleeper</a></ul></div><div data-component=topic-list><h2>Related Topics</h2><ul><li><a href=/t>Trains</a></ul></div>\
             </article></main>",
            each("<div data-component=text-block><div class=c1><p>", "</p></div></div>", &story())
        ),
        &story(),
    );
    holds(
        "columns parted by advertisements",
        &format!(
            "<article id=story>{H1}<div class=StoryBodyColumn>{}</div><div class=ad-slot><p>Advertisement</p></div>\
             <div class=StoryBodyColumn>{}</div><div class=ad-slot><p>Advertisement</p></div><div class=StoryBodyColumn>{}</div></article>",
            each("<p>", "</p>", &story()[..1]),
            each("<p>", "</p>", &story()[1..3]),
            each("<p>", "</p>", &story()[3..])
        ),
        &story(),
    );
    holds(
        "text in divs without paragraphs",
        &format!("<div class=a1>{H1}<div class=b2>{}</div></div>", each("<div>", "</div>", &story())),
        &story(),
    );
}

#[test]
fn pointers_between_paragraphs() {
    for pointer in [
        "<p><strong>READ MORE: <a href=/x>Ferry strike enters second week</a></strong></p>",
        "<p>Lea también: <a href=/x>La huelga del ferry cumple una semana</a></p>",
        "<p><b>Читайте также:</b> <a href=/x>Забастовка паромщиков</a></p>",
        "<p><a href=/x>À lire aussi : La grève du ferry</a></p>",
        "<p class=interstitial-link>[<a href=/x>What to know about the ferry strike</a>]</p>",
        "<aside class=element-rich-link><p>Ferry strike: all you need to know about the dispute</p></aside>",
        "<div class=newsletter-box><h4>Morning Echo</h4><p>Sign up for our daily newsletter, and never miss a train.</p></div>",
        "<div class=x9><p>Sign up for <a href=/nl>our daily newsletter</a> and never miss a train.</p></div>",
        "<div class=ad><span>ADVERTISEMENT</span></div>",
        "<blockquote class=pullquote><p>A small victory for a small town</p></blockquote>",
        "<p>(Photo: Ada Roth/The Corvina Echo)</p>",
    ] {
        let text = format!(
            "<article>{H1}<div class=article-body>{}{pointer}{}</div></article>",
            each("<p>", "</p>", &story()[..2]),
            each("<p>", "</p>", &story()[2..])
        );
        holds(pointer, &text, &story());
    }
}

#[test]
fn other_stories_without_a_telling_name() {
    let text = each("<p>", "</p>", &story());
    for (what, after) in [
        ("boxes beside the text", format!("<div class=g7>{}</div>", cards(6))),
        ("boxes with a heading", format!("<section class=k><h2>From the region</h2>{}</section>", cards(4))),
        ("articles in a row", format!("<div class=k>{}</div>", cards(5).replace("<div class", "<article class").replace("</div>", "</article>"))),
        ("a list of links", "<h3>Mehr zum Thema</h3><ul><li><a href=/1>Ferry strike enters second week</a><li><a href=/2>School roof mended</a></ul>".to_owned()),
        ("a heading in Russian", "<h3>Похожие новости</h3><p><a href=/1>Забастовка паромщиков продолжается</a></p><p>Стороны встретятся в пятницу.</p>".to_owned()),
    ] {
        holds(what, &format!("<div class=wrap><div class=left>{H1}{text}{after}</div></div>"), &story());
        holds(what, &format!("<div class=wrap><div class=left>{H1}{text}</div>{after}</div>"), &story());
    }
}

#[test]
fn a_brief_among_many_stories() {
    holds("brief", &format!("<div class=c>{H1}<p>{LEAD}</p></div><div class=d>{}</div>", cards(12)), &[LEAD]);
    holds(
        "brief with a list beside",
        &format!(
            "<div class=c>{H1}<div class=text><p>{LEAD}</p></div></div><div class=related>{}</div>",
            each("<p>", "</p>", &[SECOND, THIRD, SECOND, THIRD])
        ),
        &[LEAD],
    );
}

#[test]
fn lists_tables_and_headings_stay() {
    holds(
        "sub-headings, a list, a table",
        &format!(
            "<article>{H1}<div class=story-content><p>{LEAD}</p><h2>What will change</h2><ul><li>The train stops daily, but not on Sundays.\
             <li>Tickets are sold in the waiting room.</ul><p>{SECOND}</p><table><tr><th>Station<th>Arrives</tr><tr><td>Corvina<td>04:50</tr>\
             <tr><td>Vasto<td>06:10</tr></table><h2>The complaints</h2><p>{THIRD}</p><p>{LAST}</p></div></article>"
        ),
        &[
            LEAD,
            "What will change",
            "The train stops daily, but not on Sundays.",
            "Tickets are sold in the waiting room.",
            SECOND,
            "Station Arrives",
            "Corvina 04:50",
            "Vasto 06:10",
            "The complaints",
            THIRD,
            LAST,
        ],
    );
    let talk = [
        "Does the town need it?",
        "Yes.",
        "Who will get up at that hour?",
        "The band will, and so will I, and after that we shall see who comes of their own will.",
    ];
    holds(
        "an interview",
        &format!(
            "<article>{H1}<div class=entry><p>{LEAD}</p><p><b>{}</b></p><p>{}</p><p><strong>{}</strong></p><p>{}</p><p>{LAST}</p></div></article>",
            talk[0], talk[1], talk[2], talk[3]
        ),
        &[LEAD, talk[0], talk[1], talk[2], talk[3], LAST],
    );
}

#[test]
fn accelerated_pages_and_embedded_posts() {
    let post = "“All aboard at ten to five!”";
    holds(
        "AMP",
        &format!(
            "<amp-sidebar id=s><ul><li><a href=/>Home</a></ul></amp-sidebar><main><article>{H1}<amp-img src=a.jpg></amp-img><section class=amp-body>\
             <p>{LEAD}</p><amp-ad><div>Advertisement</div></amp-ad><p>{SECOND}</p><blockquote class=twitter-tweet><p>{post}</p></blockquote><p>{THIRD}</p><p>{LAST}</p>\
             </section></article></main>"
        ),
        &[LEAD, SECOND, post, THIRD, LAST],
    );
}

#[test]
fn a_press_release_without_its_boilerplate() {
    holds(
        "press release",
        &format!(
            "<div class=release>{H1}<div class=release-body>{}<p><strong>About Corvina Railways</strong></p><p>Corvina Railways is a leading \
             provider of slow trains, with 40 stations and 900 staff in three valleys, and has been listed since 1901.</p>\
             <p><strong>Media contact</strong></p><p>Press office, press@rail.example, +49 30 1234</p></div></div>",
            each(
                "<p>",
                "</p>",
                &[
                    "CORVINA, March 7 — Corvina Railways will stop the night train to Vasto at Corvina again from the first of May, after six \
                 years in which it passed the station.",
                    "Corvina Railways has rebuilt the platform, put up a waiting room with a stove, and mended the clock, at a cost of two million.",
                    "“We at Corvina Railways are proud of this stop,” said its director, Ilse Brandt, on the platform.",
                ]
            )
        ),
        &[
            "CORVINA, March 7 — Corvina Railways will stop the night train to Vasto at Corvina again from the first of May, after six \
             years in which it passed the station.",
            "Corvina Railways has rebuilt the platform, put up a waiting room with a stove, and mended the clock, at a cost of two million.",
            "“We at Corvina Railways are proud of this stop,” said its director, Ilse Brandt, on the platform.",
        ],
    );
}

#[test]
fn pages_in_other_scripts() {
    let japanese = [
        "夜行列車が五月一日から再びコルヴィナ駅に停車すると、鉄道会社が木曜日に発表した。六年の間、列車はこの小さな駅を速度も落とさずに通過していた。",
        "町長のイルゼ・ブラントさんは「小さな町の小さな勝利です」と話した。ホームは建て直され、ストーブのある待合室も造られた。",
        "最初の列車は午前四時五十分に到着する予定で、町の楽団も出迎えることになっている。",
    ];
    holds(
        "Japanese",
        &format!(
            "<div id=main><section class=detail>{H1}<p class=time>2024年3月7日 5時00分</p><div class=detail-body>{}</div></section>\
            <div><h2>関連記事</h2><ul><li><a href=/1>フェリーのストライキが続く</a><li><a href=/2>学校の屋根を修理</a></ul></div></div>",
            each("<p>", "</p>", &japanese)
        ),
        &japanese,
    );
    let chinese = [
        "铁路公司周四表示，开往瓦斯托的夜间列车将从五月一日起重新停靠科尔维纳站。六年来，列车经过这个小站时从未减速。",
        "市长布兰特称这是小城的一个小小胜利。站台已经重建，新建了带火炉的候车室，停了一冬的时钟也重新走动。",
        "首班列车预计清晨四点五十分到达，镇上的乐队答应前去迎接。",
    ];
    holds(
        "Chinese portal",
        &format!(
            "<div class=main-content>{H1}<div class=date-source>2024年03月07日 17:20 科尔维纳日报</div><div class=article id=artibody>{}\
            <p class=show_author>责任编辑：张三</p></div><div class=blk><h2>相关阅读</h2><ul><li><a href=/1>渡轮罢工进入第二周</a></ul></div></div>",
            each("<p>\u{3000}\u{3000}", "</p>", &chinese)
        ),
        &chinese,
    );
    let arabic = [
        "أعلنت شركة السكك الحديدية يوم الخميس أن القطار الليلي إلى فاستو سيتوقف مجددا في محطة كورفينا ابتداء من الأول من مايو، بعد ست سنوات مر فيها دون أن يبطئ سرعته.",
        "ووصفت رئيسة البلدية إلزه برانت القرار بأنه انتصار صغير لبلدة صغيرة، وقالت إن الرصيف أعيد بناؤه وإن غرفة انتظار جديدة أقيمت إلى جانبه.",
    ];
    holds(
        "Arabic",
        &format!(
            "<div dir=rtl><article>{H1}<div class=article-text>{}<p>اقرأ أيضا: <a href=/1>إضراب العبارات يدخل أسبوعه الثاني</a></p></div>\
            <div><h3>أخبار ذات صلة</h3><ul><li><a href=/2>إصلاح سقف المدرسة</a></ul></div></article></div>",
            each("<p>", "</p>", &arabic)
        ),
        &arabic,
    );
}

#[test]
fn a_text_that_only_scripts_show_is_taken_from_json_ld() {
    let body = story().join("\\n\\n");
    let html = format!(
        "<html lang=en><head><title>Night train stops at Corvina again</title><script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\
         \"headline\":\"Night train stops at Corvina again\",\"articleBody\":\"{body}\"}}</script></head><body><div id=__next></div>\
         <noscript>You need to enable JavaScript to run this app.</noscript><script src=/a.js></script></body></html>"
    );
    let found = read(html.as_bytes());
    assert_eq!(found.text, story().join("\n\n"));
    assert_eq!(found.sources["text"], "json-ld articleBody");
    assert_eq!(found.quality, Quality::Full);
}

#[test]
fn the_feeds_summary_shows_where_the_article_stands() {
    // The comments outweigh the article, and no name tells them from it.
    let talk = "I have said so for years, and nobody wanted to hear it, neither the mayor nor the railway, and here we are again, friends.";
    let body = format!(
        "<div class=u1>{H1}<div class=u2>{}</div></div><div class=u3>{}</div>",
        each("<p>", "</p>", &story()[..2]),
        each("<div class=u4><p>", "</p></div>", &[talk; 14])
    );
    let html =
        format!("<html><head><title>Night train stops at Corvina again</title></head><body>{body}</body></html>");
    let with = page(&PageInput { body: html.as_bytes(), feed_summary: Some(&LEAD[..150]), ..PageInput::default() });
    assert_eq!(with.text, [LEAD, SECOND].join("\n\n"), "{:?}", with.sources);
}

#[test]
fn a_cookie_notice_without_a_name_is_no_text() {
    let notice = "We and our partners store information on your device, such as cookies, and process personal data, such as \
        identifiers, to serve you advertisements, to measure them, and to learn who reads what; you may object at any time.";
    holds(
        "a notice before the page",
        &format!(
            "<div class=q1><div><p>{notice}</p><p>{notice}</p><button>Accept all</button></div></div><div class=q2>{H1}<p>{LEAD}</p><p>{LAST}</p></div>"
        ),
        &[LEAD, LAST],
    );
}

#[test]
fn a_paragraph_lost_among_others_is_given_back() {
    // Its box holds more links than text elsewhere, so a score alone throws it out.
    let linked = "The <a href=/1>platform</a>, the <a href=/2>waiting room</a> and the <a href=/3>clock</a> cost two million, \
        and nobody has yet said who is to pay for them in the end.";
    let text: Vec<&str> = vec![LEAD, SECOND, linked, THIRD, LAST];
    let boxes: String = text.iter().map(|text| format!("<div class=r><div><p>{text}</p></div></div>")).collect();
    let plain = "The platform, the waiting room and the clock cost two million, and nobody has yet said who is to pay for them in the end.";
    holds("boxes in a row", &format!("<article>{H1}{boxes}</article>"), &[LEAD, SECOND, plain, THIRD, LAST]);
}

#[test]
fn the_author_is_found_where_the_page_shows_one() {
    let text = each("<p>", "</p>", &story());
    for (what, head, expected) in [
        ("a class", "<div class=credit-author-name>Ada Roth</div>", "Ada Roth"),
        ("a line", "<p>By Ada Roth | 7 March 2024</p>", "Ada Roth"),
        ("after the date", "<i>Sunday, March 7, 2024</i><br>By Ada Roth", "Ada Roth"),
        ("boxes", "<div class=byline>\n<div>By</div>\n<div>Ada Roth</div>\n</div>", "Ada Roth"),
        ("a box and a link", "<div class=post-author-name><div>By</div> <a href=/a>Ada Roth</a></div>", "Ada Roth"),
        ("a comment", "", ""),
    ] {
        let comment = "<div class=comments><div class=comment-author>Otto Kern</div><p>Well.</p></div>";
        let found = page_of(&format!("<div>{H1}{head}{text}</div>{comment}"));
        assert_eq!(found.byline.join(", "), expected, "{what}");
    }
}

#[test]
fn a_metered_page_that_shows_all_is_full_and_a_wall_is_no_text() {
    let mark = "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":false}</script>";
    let text = each("<p>", "</p>", &[story(), story()].concat());
    let whole = page_of(&format!(
        "{mark}<article>{H1}<div class=body>{}</div></article>",
        text.replace("Not everyone", "Nobody")
    ));
    assert_eq!((whole.quality, whole.free), (Quality::Full, Some(false)));
    let wall = "<div class=w4><p>Subscribe to continue reading this story and every other.</p></div>";
    let cut = page_of(&format!("{mark}<article>{H1}<p>{LEAD}</p>{wall}</article>"));
    assert_eq!((cut.quality, cut.text.as_str()), (Quality::Teaser, LEAD));
    let box_beside = page_of(&format!(
        "<article>{H1}{text}{text}{text}</article><div><p>Subscribe to read this and more.</p></div>"
    ));
    assert_eq!(box_beside.quality, Quality::Full);
}
