//! What was found in a page → how far it is the article: full, a teaser, a wall, empty; with the reason.
//! Conservative: an ordinary short article is full. Also tells bodies that are no pages.

use std::sync::LazyLock;

use regex::Regex;

use super::paragraphs::width;
use super::pattern::regex;

use crate::model::Quality;

/// A text of so many characters is an article, whatever else stands on the page.
const LONG: usize = 1500;
const SHORT: usize = 400;
/// The beginning that a paywall lets through is seldom longer.
const MAX_TEASER: usize = 1200;
/// The publisher's mark alone tells a text of so many characters to be the beginning.
const MAX_BEGINNING: usize = 900;
/// A wall says no more; an article about cookies does.
const WALL: usize = 700;
/// Less is a stray line of a page that shows something else.
const STRAY: usize = 140;
/// Less is no text at all: a button's words.
const NEXT_TO_NOTHING: usize = 16;

/// What the judgement rests on.
pub(super) struct Signs<'a> {
    pub text: &'a str,
    pub title: &'a str,
    /// All that the page shows, markup and scripts aside.
    pub visible: &'a str,
    pub has_scripts: bool,
    /// Whether the publisher says that everybody may read all of it.
    pub free: Option<bool>,
    pub feed_summary: &'a str,
    /// Whether the page says when it was published.
    pub is_dated: bool,
}

/// Why a body is not read as a page, if it is not.
pub(super) fn not_html(body: &[u8], content_type: Option<&str>) -> Option<String> {
    let magic: &[(&[u8], &str)] = &[
        (b"%PDF-", "PDF"),
        (b"PK\x03\x04", "zip"),
        (b"\x89PNG", "PNG image"),
        (b"\xff\xd8\xff", "JPEG image"),
        (b"GIF87a", "GIF image"),
        (b"GIF89a", "GIF image"),
        (b"\x1f\x8b", "gzip"),
        (b"Rar!", "RAR"),
        (b"7z\xbc\xaf", "7z"),
        (b"OggS", "Ogg media"),
        (b"ID3", "MP3 audio"),
        (b"\x1aE\xdf\xa3", "Matroska video"),
        (b"\xd0\xcf\x11\xe0", "Office document"),
        (b"{\\rtf", "RTF"),
        (b"wOFF", "font"),
        (b"fLaC", "audio"),
        (b"\0\0\x01\0", "icon"),
        (b"II*\0", "TIFF image"),
        (b"MM\0*", "TIFF image"),
        (b"\x7fELF", "program"),
    ];
    let start = body.trim_ascii_start();
    if let Some((_, what)) = magic.iter().find(|(magic, _)| body.starts_with(magic) || start.starts_with(magic)) {
        return Some(format!("the body is a file of another kind: {what}"));
    }
    if body.get(4..8) == Some(b"ftyp") {
        return Some("the body is a file of another kind: MP4 video".to_owned());
    }
    if body.starts_with(b"RIFF") && matches!(body.get(8..12), Some(b"WEBP" | b"WAVE" | b"AVI ")) {
        return Some("the body is a file of another kind: RIFF media".to_owned());
    }
    if is_binary(body) {
        return Some("the body is no text".to_owned());
    }
    let mime = content_type?.split(';').next()?.trim().to_ascii_lowercase();
    let other = ["image/", "video/", "audio/", "font/"].iter().any(|kind| mime.starts_with(kind))
        && mime != "image/svg+xml"
        || matches!(
            &*mime,
            "application/pdf"
                | "application/zip"
                | "application/x-zip-compressed"
                | "application/gzip"
                | "application/msword"
                | "application/octet-stream"
                | "application/epub+zip"
        )
        || mime.starts_with("application/vnd.");
    // Servers mislabel: what plainly is a page is read.
    let page = start.get(..1) == Some(b"<")
        && memchr::memmem::find(&body[..body.len().min(2048)].to_ascii_lowercase(), b"<html").is_some();
    (other && !page).then(|| format!("the server calls it {mime}"))
}

/// Control characters that no text has, in more than a fiftieth of the beginning; UTF-16's zero bytes do not count where
/// they stand in pairs with letters.
fn is_binary(body: &[u8]) -> bool {
    let head = &body[..body.len().min(4096)];
    let is_wide = matches!(head, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, b'<', ..] | [b'<', 0, ..]);
    let odd = head.iter().filter(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31)).count();
    !is_wide && odd > head.len() / 50
}

static CONSENT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix)before\ you\ continue|(?:store|access)\ (?:and/or\ access\ )?information\ on\ (?:a|your)\ device|informationen\ auf\ (?:einem|ihrem)\ gerät|partner\ archiviamo
        |accettare\ i\ cookie|stock(?:er|ons)\ et/ou\ accéd|almacenar\ o\ acceder\ a\ información|armazenar\ e/ou\ aceder
        |we\ (?:and\ our\ (?:\d+\ )?partners\ )?(?:use|value|store)\ (?:cookies|your\ privacy|and/or\ access)
        |accept\ (?:all\ )?(?:cookies|and\ continue)|consent\ to\ (?:the\ use\ of\ )?cookies|your\ (?:privacy
        |consent)\ (?:choices|matters|is\ important)|
        manage\ (?:your\ )?(?:cookie|privacy)\ (?:settings|preferences|options)
        |is\ part\ of\ the\ .{2,30}\ family\ of\ brands|aceptar\ (?:todas\ las\ )?cookies|(?:utilizamos|usamos)\ cookies
        |nous\ utilisons\ des\ cookies|(?:nos|ses)\ partenaires\ .{0,80}cookies|accepter\ et\ (?:fermer|continuer)|
        continuer\ sans\ accepter|wir\ (?:verwenden|nutzen)\ cookies|alle\ akzeptieren|mit\ werbung\ weiterlesen|zustimmen\ und\ weiter
        |cookies\ (?:zustimmen|accepteren|aanvaarden)|accetta\ (?:tutti\ )?i\ cookie|utilizziamo\ (?:i\ )?cookie
        |aceitar\ (?:todos\ os\ )?cookies|wij\ gebruiken\ cookies|vi\ (?:använder|bruger|bruker)\ (?:cookies|informasjonskapsler|kakor)
        |hyväksy\ (?:kaikki\ )?evästeet|używamy\ (?:plików\ )?cookies|zaakceptuj\ (?:wszystkie|i\ przejdź)
        |používáme\ (?:soubory\ )?cookies|přijmout\ vše|használunk\ (?:sütiket|cookie)|folosim\ cookie|χρησιμοποιούμε\ cookies
        |мы\ используем\ (?:файлы\ )?cookie|ми\ використовуємо\ (?:файли\ )?cookie|çerez(?:leri)?\ kullan|نستخدم\ ملفات
        |クッキー?\ ?を使用|cookieを使用|我们使用\ ?cookie|쿠키를\ 사용",
    )
});
static LOGIN: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix)(?:log|sign)\ ?in\ (?:to\ (?:continue|read|view|access|your\ account)|or\ (?:register|sign\ up
        |create))|please\ (?:log|sign)\ in|register\ to\ (?:continue|read)|forgot(?:ten)?\ (?:your\ )?password|
        create\ (?:a\ free|an)\ account\ to|inici[ae]\ sesión\ para|¿olvid(?:ó|aste)\ (?:su|tu)\ contraseña|identifiez-vous|connectez-vous
        |mot\ de\ passe\ oublié|melden\ sie\ sich\ an|passwort\ vergessen|iniciar\ sess?ión|esqueceu\ (?:a|sua)\ senha
        |password\ dimenticata|wachtwoord\ vergeten|zaloguj\ się,?\ aby|logga\ in\ för\ att|войдите,?\ чтобы|забыли\ пароль
        |giriş\ yap(?:ın|arak)|ログインしてください|请先?登录|請先?登入|로그인이\ 필요|سجل\ الدخول",
    )
});
/// What only a reader before a wall is told.
static TEASER: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix)subscribe\ (?:now\ )?to\ (?:continue|keep\ reading|unlock|read\ (?:the\ (?:full|rest)|this))
        |(?:this|the\ full)\ (?:article|story|content)\ is\ (?:only\ |exclusively\ )?(?:available|reserved)
        \ (?:to|for)\ (?:our\ )?(?:subscribers|members|registered)
        |to\ (?:continue|keep)\ reading(?:\ this\ (?:article|story))?,?\ (?:please\ )?
        (?:subscribe|log\ in|sign\ (?:in|up)|register)
        |you(?:'|’|\ ha)ve\ (?:reached|read|used)\ (?:your|all|the)\ .{0,30}(?:free|limit)
        |suscríb[ea]te\ para\ (?:seguir\ )?le(?:er|yendo)|para\ seguir\ leyendo|(?:este\ )?contenido\ (?:es\ )?exclusivo\ para\ suscriptores
        |il\ vous\ reste\ .{1,10}\ de\ cet\ article|la\ suite\ est\ réservée|article\ réservé\ (?:aux|à\ nos)\ abonnés|pour\ lire\ la\ suite
        |(?:jetzt\ )?(?:weiter|vollständig)\ ?lesen\ mit\ .{2,30}(?:\+|plus|abo)|diesen\ artikel\ (?:lesen\ sie\ )?(?:nur\ )?(?:mit|im)\ .{0,20}(?:abo|plus)
        |um\ (?:den\ artikel\ |diesen\ artikel\ )?weiterzulesen|per\ continuare\ a\ leggere|(?:questo\ )?articolo\ (?:è\ )?riservato\ agli\ abbonati
        |para\ continuar\ (?:lendo|a\ ler)|exclusivo\ para\ assinantes|om\ (?:dit\ artikel\ )?verder\ te\ lezen|lees\ verder\ met\ een\ abonnement
        |för\ att\ läsa\ (?:hela|vidare)|for\ å\ lese\ (?:hele|videre)|for\ at\ læse\ (?:hele|videre)|lukeaksesi\ .{0,20}tilaa|jatka\ lukemista\ tilaamalla
        |aby\ czytać\ dalej|dalsza\ część\ artykułu|pozostało\ .{1,10}\ treści|pro\ dočtení\ článku|čtenářům\ s\ předplatným
        |(?:полный\ текст|статья|материал)\ доступ(?:ен|на)\ (?:только\ )?(?:по\ подписке|подписчикам)|оформите\ подписку,?\ чтобы
        |devamını\ okumak\ için\ abone|この記事は(?:有料)?会員限定|残り\ ?\d+\ ?文字|有料会員になると|続きは?会員|订阅后(?:可)?(?:继续)?阅读|付费(?:后)?阅读
        |訂閱後(?:可)?閱讀|구독(?:하고|하면|자\ 전용)|이\ 기사는\ 유료",
    )
});
/// What stands below a teaser, and beside other stories or in the head of every page as well.
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix)already\ a\ subscriber|subscribers?\ only|for\ subscribers|¿ya\ (?:eres|es)\ suscriptor|déjà\ abonné
        |réservé\ (?:aux|à\ nos)\ abonnés|nur\ für\ abonnenten|weiterlesen\ mit|sie\ sind\ bereits\ abonnent|já\ é\ assinante
        |sei\ già\ abbonato|lees\ verder\ met|redan\ prenumerant|masz\ już\ (?:prenumeratę|konto)|уже\ подписаны",
    )
});
static SCRIPT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix)(?:enable|turn\ on|activate|requires?|need)\s+(?:to\ enable\ )?java\ ?script|ensure\ (?:that\ )?java\ ?script\ is\ (?:enabled|on)
        |java\ ?script\ (?:is\ )?(?:disabled|required|must\ be|needs\ to\ be|has\ been\ disabled|not\ enabled)
        |habilit(?:a|e|ar)\ javascript|activ(?:a|e|er|ez|ar)\ (?:el\ |le\ )?javascript|(?:abilita|ative|ativar)\ (?:o\ )?javascript|
        javascript\ (?:aktivieren|zu\ aktivieren|ist\ deaktiviert|est\ désactivé|inschakelen|отключен|を有効)|
        включите\ javascript|włącz\ (?:obsługę\ )?javascript|aktivera\ javascript|启用\ ?javascript|請啟用\ ?javascript|javascript를\ 활성화
        |checking\ your\ browser|verify(?:ing)?\ (?:that\ )?you\ are\ (?:a\ )?human|are\ you\ a\ robot|just\ a\ moment
        |unusual\ traffic\ from|complete\ the\ (?:security\ check|captcha)|proof\ of\ work|enable\ cookies\ and\ reload",
    )
});
static GONE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix)^\W*(?:(?:error\ |fehler\ |erreur\ |errore\ )?404(?:\W|$)|(?:page|article|story|content|file|url)\ (?:was\ |is\ |could\ 
        |can\ ?)?(?:not\ (?:be\ )?(?:found|available|exist)|no\ longer\ (?:available|exists)|unavailable
        |doesn['’]t\ exist)|not\ found\W*$|
        oops[\W]+(?:page|we\ can|that\ page)|(?:sorry,?\ )?(?:we\ (?:can['’]t|couldn['’]t|could\ not|cannot)\ find
        |this\ page\ (?:does|is|can|isn)|the\ page\ you)|página\ no\ (?:encontrada|existe)|no\ se\ (?:encuentra|ha\ encontrado)\ la\ página
        |(?:cette\ )?page\ (?:introuvable|non\ trouvée|n['’]existe)|(?:die\ )?seite\ (?:wurde\ )?nicht\ gefunden|diese\ seite\ (?:existiert|gibt)
        |pagina\ (?:non\ trovata|niet\ gevonden|nu\ a\ fost)|página\ não\ encontrada|sidan\ (?:kunde\ inte\ hittas|finns\ inte|hittades\ inte)
        |siden\ (?:findes\ ikke|finnes\ ikke|ble\ ikke\ funnet|blev\ ikke\ fundet)|sivua\ ei\ löyty|nie\ znaleziono\ strony|strona\ nie\ istnieje
        |stránka\ (?:nenalezena|nebyla\ nalezena|neexistuje)|az\ oldal\ nem\ található|страница\ не\ найдена|сторінку\ не\ знайдено
        |sayfa\ bulunamadı|halaman\ tidak\ ditemukan|không\ tìm\ thấy\ trang|η\ σελίδα\ δεν\ βρέθηκε|الصفحة\ غير\ موجودة|הדף\ לא\ נמצא
        |ページが見つかりません|お探しのページ|页面不存在|找不到(?:页面|該頁)|페이지를\ 찾을\ 수\ 없|पृष्ठ\ नहीं\ मिला
        |access\ denied|403\ forbidden
        |forbidden\W*$|service\ unavailable|internal\ server\ error|bad\ gateway)",
    )
});

/// The judgement and its reason; none where the article is full.
pub(super) fn judge(signs: &Signs) -> (Quality, Option<String>) {
    let chars = signs.text.chars().count();
    let because = |quality, reason: &str| (quality, Some(reason.to_owned()));
    if chars < LONG {
        if chars < 800 && GONE.is_match(signs.title) && signs.title.chars().count() < 80 {
            return because(Quality::Empty, "the page says that there is no such page");
        }
        if chars < SHORT && first_lines(signs.text).any(|line| GONE.is_match(line)) {
            return because(Quality::Empty, "the page says that there is no such page");
        }
        let head: String = signs.visible.chars().take(6000).collect();
        let small = signs.visible.chars().count() < 4000;
        let asks = (chars < SHORT && small && SCRIPT.is_match(&head)) || (chars < 800 && SCRIPT.is_match(signs.text));
        // Under a dated text it is a film or the comments that need scripts.
        let is_dated_text = || signs.is_dated && beside_plea(signs.text) >= STRAY;
        if asks && !is_dated_text() {
            return because(Quality::Empty, "the page asks for JavaScript");
        }
        if (chars < WALL && CONSENT.is_match(signs.text)) || (chars < STRAY && small && CONSENT.is_match(&head)) {
            return because(Quality::Consent, "a consent wall stands in place of the article");
        }
        if (chars < SHORT && LOGIN.is_match(signs.text)) || (chars < STRAY && small && LOGIN.is_match(&head)) {
            return because(Quality::Consent, "a login page stands in place of the article");
        }
    }
    if chars == 0 {
        let reason = if signs.has_scripts { "the page holds no text, only scripts" } else { "the page holds no text" };
        return because(Quality::Empty, reason);
    }
    if width(signs.text) < NEXT_TO_NOTHING {
        return because(Quality::Empty, "the page holds next to no text");
    }
    let end = tail(signs.text);
    let told = chars < 2 * LONG && (TEASER.is_match(end) || LABEL.is_match(end));
    // A box beside the text that says so stands on every page of the outlet, unless the text is no more than a beginning.
    let boxed = chars < MAX_TEASER && signs.free != Some(true) && TEASER.is_match(signs.visible);
    if told || boxed {
        return because(Quality::Teaser, "the page says that the rest is for subscribers");
    }
    // A metered page is marked as well, and may hold the whole article.
    let breaks_off = is_cut(signs.text) || !ends_as_text(signs.text) || LABEL.is_match(signs.visible);
    if signs.free == Some(false) && (chars < MAX_BEGINNING || (chars < 2 * LONG && breaks_off)) {
        return because(Quality::Teaser, "the publisher marks the article as not free to read");
    }
    let feed = signs.feed_summary.chars().count();
    if feed > 300 && chars * 10 < feed * 6 {
        return because(Quality::Teaser, "the page has much less text than the feed");
    }
    if chars < LONG && is_cut(signs.text) {
        return because(Quality::Teaser, "the text breaks off");
    }
    (Quality::Full, None)
}

/// Letters of the lines that ask for no scripts.
fn beside_plea(text: &str) -> usize {
    text.split("\n\n").filter(|line| !SCRIPT.is_match(line)).map(|line| line.chars().count()).sum()
}

/// Whether a box of a page asks for consent to cookies.
pub(super) fn asks_consent(text: &str) -> bool {
    CONSENT.is_match(text)
}

/// Whether a line of a page is the words of a wall, and no text of the article.
pub(super) fn is_wall(line: &str) -> bool {
    line.chars().count() < 200 && (TEASER.is_match(line) || LABEL.is_match(line) || SCRIPT.is_match(line))
}

fn first_lines(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").take(2).filter(|line| line.chars().count() < 160)
}

/// The last 600 bytes or so.
fn tail(text: &str) -> &str {
    let mut from = text.len().saturating_sub(600);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    &text[from..]
}

/// Whether a text ends as sentences do.
fn ends_as_text(text: &str) -> bool {
    text.trim_end().ends_with(['.', '!', '?', '”', '"', '»', '。', '！', '？', '」', '؟', '।', ')', '’'])
}

/// Whether a text ends in dots that promise more: `…`, `[...]`, `... Read more`.
fn is_cut(text: &str) -> bool {
    let end = text.trim_end().trim_end_matches(|c: char| ")] »>".contains(c));
    let end = end.trim_end_matches("Read more").trim_end_matches("Continue reading").trim_end();
    let dots = end.ends_with("...") || end.ends_with('…');
    // Within quotation marks they are the speaker's.
    dots && (text.trim_end().ends_with([']', '…', '.']) || end.len() < text.trim_end().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_SIGNS: Signs =
        Signs { text: "", title: "", visible: "", has_scripts: false, free: None, feed_summary: "", is_dated: false };

    const STORY: &str = "The ferry will be late, the port said on Monday. Passengers were told to wait in the hall.";

    fn judged(text: &str, title: &str, visible: &str) -> Quality {
        judge(&Signs { text, title, visible, has_scripts: true, ..NO_SIGNS }).0
    }

    #[test]
    fn a_page_that_is_not_the_article_is_told() {
        let long = STORY.repeat(30);
        let cookies = format!("{} The port said: “We use cookies on every page.”", STORY.repeat(9));
        for (text, title, visible, expected) in [
            (STORY, "Ferry late", "", Quality::Full),
            ("Short but whole.", "Ferry late", "", Quality::Full),
            ("", "Ferry late", "", Quality::Empty),
            ("Please enable JavaScript to view this site.", "The Post", "", Quality::Empty),
            ("", "The Post", "You need to enable JavaScript to run this app.", Quality::Empty),
            ("The page you are looking for has moved.", "404", "", Quality::Empty),
            ("Sorry, we can't find that page.", "The Post", "", Quality::Empty),
            (STORY, "Page not found", "", Quality::Empty),
            (STORY, "Missing hikers not found after week", "", Quality::Full),
            (
                "We and our partners use cookies to store data. Accept all cookies to go on.",
                "The Post",
                "",
                Quality::Consent,
            ),
            ("Before you continue, review your choices.", "Post", "", Quality::Consent),
            ("Please sign in to read this story.", "Post", "", Quality::Consent),
            ("The ferry is late. Subscribe to continue reading.", "Ferry", "", Quality::Teaser),
            (STORY, "Ferry late", "Subscribe to keep reading. Log in", Quality::Teaser),
            (STORY, "Ferry late", "Already a subscriber? Log in", Quality::Full),
            (&cookies, "Cookies banned", "", Quality::Full),
            ("The ferry will be late, and the port […]", "Ferry", "", Quality::Teaser),
            ("“I do not know ...”", "Ferry", "", Quality::Full),
            ("Страница не найдена", "Северный порт", "", Quality::Empty),
            ("", "Seite nicht gefunden", "", Quality::Empty),
            ("ページが見つかりません", "新聞", "", Quality::Empty),
            ("Мы используем файлы cookie. Принять", "Порт", "", Quality::Consent),
            ("Używamy plików cookies, aby służyć lepiej.", "Port", "", Quality::Consent),
            ("El ferry llegará tarde. Suscríbete para seguir leyendo", "Ferry", "", Quality::Teaser),
            ("フェリーは遅れる。この記事は会員限定です。残り 523文字", "船", "", Quality::Teaser),
            ("Die Fähre kommt zu spät. Jetzt weiterlesen mit Post+", "Fähre", "", Quality::Teaser),
            ("Паром опоздает. Полный текст доступен только по подписке", "Паром", "", Quality::Teaser),
            ("", "Post", "Bitte JavaScript aktivieren", Quality::Empty),
            (&STORY.repeat(15), "Ferry late", "Subscribe to read this and every other story", Quality::Full),
            (&long, "Cookies: we use cookies", "We use cookies. Please enable JavaScript", Quality::Full),
        ] {
            assert_eq!(judged(text, title, visible), expected, "{text} / {title} / {visible}");
        }
    }

    #[test]
    fn a_dated_text_beside_what_needs_scripts_is_an_article() {
        let story = STORY.repeat(2);
        let film = format!("{story}\n\nTo view this film, JavaScript must be enabled.");
        let comments = "Please enable JavaScript to view the comments.";
        for (text, visible, is_dated, expected) in [
            (film.as_str(), "", true, Quality::Full),
            (&film, "", false, Quality::Empty),
            (&story, comments, true, Quality::Full),
            ("Ferry late. Please enable JavaScript.", "", true, Quality::Empty),
        ] {
            let signs = Signs { text, visible, is_dated, title: "Ferry", has_scripts: true, ..NO_SIGNS };
            assert_eq!(judge(&signs).0, expected, "{text} / {visible} / {is_dated}");
        }
    }

    #[test]
    fn paywall_marks_and_the_feeds_text_count() {
        let base = Signs { text: STORY, title: "Ferry", ..NO_SIGNS };
        assert_eq!(judge(&Signs { free: Some(false), ..base }).0, Quality::Teaser);
        let long = STORY.repeat(6);
        let base = Signs { text: STORY, title: "Ferry", feed_summary: &long, ..NO_SIGNS };
        assert_eq!(judge(&base).0, Quality::Teaser);
    }

    #[test]
    fn files_that_are_no_pages_are_told() {
        for (body, header, expected) in [
            (&b"%PDF-1.7"[..], Some("text/html"), true),
            (b"PK\x03\x04..", None, true),
            (b"\xff\xd8\xff\xe0", None, true),
            (b"\0\0\0\x18ftypmp42", None, true),
            (b"anything", Some("image/png"), true),
            (b"anything", Some("Application/PDF; x=y"), true),
            (b"<!doctype html><html>", Some("application/octet-stream"), false),
            (b"<p>x", Some("text/html"), false),
            (b"", None, false),
            (&[7, 200, 0, 1, 99, 2, 255, 30, 80, 3].repeat(100), Some("text/html"), true),
            ("<p>ñ".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>().as_slice(), None, false),
        ] {
            assert_eq!(not_html(body, header).is_some(), expected, "{header:?}");
        }
    }
}
