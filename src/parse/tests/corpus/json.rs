//! Faults of JSON feeds.

use super::{Row, row};

fn json(item: &str) -> String {
    format!("{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"N\",\"items\":[{item}]}}")
}

const JSON_ITEM: &str =
    "{\"id\":\"1\",\"url\":\"https://n.example/fog\",\"title\":\"Fog\",\"date_published\":\"2021-03-04T05:06:07Z\"}";

pub(super) fn rows() -> Vec<Row> {
    let item = |from: &str, to: &str| json(&JSON_ITEM.replace(from, to));
    vec![
        row("JSON Feed 1.0", json(JSON_ITEM).replace("/1.1", "/1")),
        row("JSON with a byte-order mark", format!("\u{feff}{}", json(JSON_ITEM))),
        row("JSON without a version", json(JSON_ITEM).replace("\"version\":\"https://jsonfeed.org/version/1.1\",", "")),
        row("JSON sent as XML", json(JSON_ITEM)).sent_as("text/xml"),
        row("a number for an id", item("\"id\":\"1\"", "\"id\":1")),
        row("no id", item("\"id\":\"1\",", "")),
        row("null for a title", item("\"Fog\"", "null")).entries("|https://n.example/fog|2021-03-04T05:06:07Z"),
        row("HTML in a JSON title", item("Fog", "<b>Fog</b>")),
        row("an entity in a JSON title", item("Fog", "Fog &amp; rain"))
            .entries("Fog & rain|https://n.example/fog|2021-03-04T05:06:07Z"),
        row("encoded twice in JSON", item("Fog", "MÃ¼nchen"))
            .entries("München|https://n.example/fog|2021-03-04T05:06:07Z")
            .repair("read once: 1"),
        row("an epoch for a date", item("\"2021-03-04T05:06:07Z\"", "1614834367")),
        row("a date of another format", item("2021-03-04T05:06:07Z", "Thu, 04 Mar 2021 05:06:07 GMT")),
        row("external_url alone", item("\"url\"", "\"external_url\"")),
        row("an id for a URL", item("\"url\"", "\"u\"").replace("\"id\":\"1\"", "\"id\":\"https://n.example/fog\"")),
        row(
            "a relative URL",
            item("https://n.example/fog", "/fog")
                .replace("\"title\":\"N\"", "\"home_page_url\":\"https://n.example/\""),
        ),
        row("items that are none", json(&format!("null, 3, \"x\", {JSON_ITEM}"))),
        row("control characters in a string", item("Fog", "Fo\ng"))
            .entries("Fo g|https://n.example/fog|2021-03-04T05:06:07Z")
            .repair("control characters in strings"),
        row("a trailing comma", json(&format!("{JSON_ITEM},"))).repair("broken JSON: kept 1"),
        row(
            "cut in the second item",
            json(&format!("{JSON_ITEM},{{\"id\":\"2\",\"ti"))[..].trim_end_matches("]}").to_owned(),
        )
        .repair("broken JSON: kept 1"),
        row("junk behind", format!("{}<!-- cached -->", json(JSON_ITEM))),
        row(
            "members of wrong types",
            json(JSON_ITEM).replace("\"title\":\"N\"", "\"title\":[],\"authors\":3,\"hubs\":{}"),
        ),
    ]
}
