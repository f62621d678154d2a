//! The site, asked over HTTP as the daemon asks it → what a reader of feeds and pages gets.
//! Nothing outside this process is asked.

use reqwest::header::{ETAG, IF_NONE_MATCH, LAST_MODIFIED};

use super::*;

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn site() -> Site {
    Site::start("2031-11-24T12:00:00Z".parse().unwrap()).await.unwrap()
}

async fn text(client: &reqwest::Client, url: &str) -> String {
    client.get(url).send().await.unwrap().error_for_status().unwrap().text().await.unwrap()
}

fn on_show(outlet: Outlet, round: u8) -> usize {
    articles::all().unwrap().iter().filter(|a| a.outlet == outlet && a.round <= round).count()
}

#[tokio::test]
async fn each_outlet_serves_its_articles_in_four_kinds_of_feed_and_more_in_the_second_round() {
    let (site, client) = (site().await, client());
    for round in [1, 2] {
        let mut total = 0;
        for outlet in OUTLETS {
            for (file, kind) in [
                ("rss.xml", feed_rs::model::FeedType::RSS2),
                ("atom.xml", feed_rs::model::FeedType::Atom),
                ("feed.json", feed_rs::model::FeedType::JSON),
                ("index.rdf", feed_rs::model::FeedType::RSS1),
            ] {
                let body = text(&client, &format!("{}/{}/{file}", site.address(), outlet.folder)).await;
                let feed = feed_rs::parser::parse(body.as_bytes()).unwrap();
                assert_eq!(feed.feed_type, kind);
                assert_eq!(feed.entries.len(), on_show(outlet, round), "{} {file}", outlet.folder);
                for entry in &feed.entries {
                    assert!(entry.links[0].href.starts_with(site.address()), "{file}: {}", entry.links[0].href);
                    assert!(entry.published.or(entry.updated).is_some(), "{file}: no date");
                    assert!(entry.title.is_some() && entry.summary.is_some(), "{file}: no title or summary");
                }
            }
            total += on_show(outlet, round);
        }
        assert_eq!(total == articles::all().unwrap().len(), round == 2, "later articles wait for the second round");
        site.publish_second_round();
    }
}

#[tokio::test]
async fn a_feed_known_by_its_tag_is_not_sent_again_until_it_changes() {
    let (site, client) = (site().await, client());
    for outlet in OUTLETS {
        let url = format!("{}/{}/{}", site.address(), outlet.folder, outlet.feed_file);
        let first = client.get(&url).send().await.unwrap();
        assert!(first.headers().contains_key(LAST_MODIFIED));
        let tag = first.headers()[ETAG].clone();
        let again = client.get(&url).header(IF_NONE_MATCH, &tag).send().await.unwrap();
        assert_eq!((again.status().as_u16(), again.headers()[ETAG].clone()), (304, tag.clone()));
        let other = client.get(&url).header(IF_NONE_MATCH, "\"another\"").send().await.unwrap();
        assert_eq!(other.status(), 200);
    }
    let url = format!("{}/northline/feed.json", site.address());
    let tag = client.get(&url).send().await.unwrap().headers()[ETAG].clone();
    site.publish_second_round();
    assert_eq!(client.get(&url).header(IF_NONE_MATCH, tag).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn pages_hold_their_text_and_the_second_round_edits_one() {
    let (site, client) = (site().await, client());
    let mut first = Vec::new();
    for round in [1, 2] {
        for article in articles::all().unwrap().iter().filter(|a| a.round == 1) {
            let answer = client.get(format!("{}{}", site.address(), article.path())).send().await.unwrap();
            if article.access == Access::Down {
                assert_eq!(answer.status(), 503);
                continue;
            }
            let page = answer.error_for_status().unwrap().text().await.unwrap();
            let last = crate::demo::escaped(article.paragraphs(round).last().unwrap());
            assert_eq!(page.contains(&last), article.access != Access::Teaser, "{}", article.slug);
            assert!(page.contains(&format!("<html lang=\"{}\">", article.language)), "{}", article.slug);
            assert!(page.contains("\"@type\":\"NewsArticle\""), "{}", article.slug);
            if round == 1 {
                first.push((article.path(), page));
            } else {
                let before = &first.iter().find(|(path, _)| *path == article.path()).unwrap().1;
                let body = |page: &str| {
                    page.split("article-body").nth(1).unwrap().split("</article>").next().map(str::to_owned)
                };
                assert_eq!(body(before) != body(&page), article.edited.is_some(), "{}", article.slug);
            }
        }
        site.publish_second_round();
    }
}

#[tokio::test]
async fn the_front_page_names_the_feeds_and_robots_closes_the_desk() {
    let (site, client) = (site().await, client());
    let front = text(&client, &format!("{}/ledger/", site.address())).await;
    assert!(front.contains(&format!("href=\"{}/ledger/index.rdf\"", site.address())));
    assert!(text(&client, &format!("{}/robots.txt", site.address())).await.contains("Disallow: /ledger/desk/"));
    for (path, status) in [("/nobody/rss.xml", 404), ("/ledger/newsroom-raid", 404), ("/ledger/visa-deal", 404)] {
        assert_eq!(client.get(format!("{}{path}", site.address())).send().await.unwrap().status(), status, "{path}");
    }
}

#[tokio::test]
async fn a_dropped_site_is_gone() {
    let (site, client) = (site().await, client());
    let url = format!("{}/robots.txt", site.address());
    assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
    drop(site);
    let gone = async { while client.get(&url).send().await.is_ok() {} };
    tokio::time::timeout(std::time::Duration::from_secs(5), gone).await.expect("the port closes");
}
