//! One line of a page → what kind of furniture it is, if any: a mark, a pointer, a call to subscribe, a date.
//! Fixed forms of words in the languages of most feeds; a line in another language is taken for text.

use std::sync::LazyLock;

use regex::Regex;

use super::imprint;
use super::month::month;

/// Case and the layout of the pattern do not count.
macro_rules! pattern {
    ($name:ident, $($text:expr),+) => {
        static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(&["(?ix)", $($text),+].concat()).expect("a fixed pattern"));
    };
}
pub(super) use pattern;

/// "Read also", as outlets write it.
const ALSO: &str = r"don['’]?t\ miss|read\ (?:more|also|next)|must[\ -]reads?|see\ also|also\ (?:read|see)
    |(?:lea|leer|lee|mira|ver|vea)\ (?:también|además)|(?:le|te)\ (?:puede|podría)\ interesar|te\ recomendamos|(?:à\ )?lire\ aussi
    |sur\ le\ même\ sujet|lesen\ sie\ auch|mehr\ zum\ thema|auch\ interessant|leia\ (?:também|mais)|veja\ (?:também|mais)|saiba\ mais
    |(?:leggi|guarda)\ anche|чита(?:йте|й)\ (?:также|также:|ещё|також)|смотрите\ также|по\ теме|(?:czytaj|zobacz)\ (?:też|także|również)
    |lees\ ook|läs\ (?:också|även)|læs\ også|les\ også|lue\ myös|čtěte\ také|citește\ și|διαβάστε\ (?:επίσης|ακόμη)|baca\ juga
    |xem\ thêm|ayrıca\ (?:oku|bak)\w*|(?:إ|ا)قرأ\ أيضاً?|यह\ भी\ पढ़ें|इसे\ भी\ पढ़ें";
/// "Related stories" and the like, as a heading.
const RELATED: &str = r"related\ (?:articles|stories|posts|content|news|links|coverage|topics|reading)|more\ (?:stories|news
    |articles|from\ .{2,40})|recommended(?:\ (?:for\ you|stories|articles|reading))?
    |you\ (?:may|might)\ (?:also\ )?(?:like|be\ interested\ in|enjoy).{0,12}|similar\ (?:posts|articles|stories
    |news)|most\ (?:read|popular|viewed)|trending(?:\ now)?|latest\ (?:news|stories|posts)
    |artículos\ relacionados|noticias\ relacionadas|más\ noticias|lo\ más\ (?:leído|visto)|articles\ (?:liés|similaires)
    |les\ plus\ lus|ähnliche\ (?:artikel|beiträge)|das\ könnte\ (?:sie|dich)\ auch\ interessieren|meistgelesen
    |notícias\ relacionadas|mais\ lidas|(?:articoli|notizie)\ correlat[ei]|potrebbe(?:ro)?\ interessarti.{0,10}
    |похожие\ (?:статьи|новости|материалы)|другие\ новости|лента\ новостей|powiązane\ (?:artykuły|tematy)|polecane|gerelateerde?\ artikelen
    |relaterade\ artiklar|relater(?:te\ saker|ede\ artikler)|související(?:\ články)?|kapcsolódó\ cikkek|articole\ similare
    |σχετικά\ (?:άρθρα|θέματα)|ilgili\ haberler|benzer\ haberler|(?:berita|artikel)\ terkait|tin\ liên\ quan
    |(?:أخبار|مواضيع)\ ذات\ صلة|संबंधित\ (?:खबरें|समाचार)|あわせて読みたい(?:記事)?|関連(?:記事|ニュース)
    |相关(?:阅读|新闻|报道|推荐|链接)|相關(?:新聞|報導|文章)|延伸[阅閱][读讀]|推[荐薦][阅閱][读讀]|관련\s?기사|추천\s?기사
    |おすすめ(?:記事)?|人気記事(?:ランキング)?|热门推荐|많이\s?본\s?(?:뉴스|기사)";

/// "Sources" and the like.
const SOURCES: &str = r"sources?|references|external\ links|further\ (?:reading|information)|bibliography|footnotes|quellen(?:angaben)?|einzelnachweise|weblinks|fuentes
    |referencias|enlaces\ externos|sources\ et\ références|références|liens\ externes|fonti|referências|ligações\ externas|источники|примечания|ссылки|źródła
    |przypisy|bronnen|källor|kilder|kaynaklar|参考文献|参考资料|外部链接|脚注|出典|출처|각주";

// A whole line that a template puts between paragraphs.
pattern!(
    FURNITURE,
    r"^\W*(?:advert(?:isement|isment|orial)?(?:\ \d+)?|ads?|anzeige|publicidad|publicité|werbung|reklama|реклама|annonse
    |annons|annonce|reklam|pubblicità|publicidade|إعلان|विज्ञापन|スポンサー?ドリンク|広告|ＰＲ|[广廣]告|광고|sponsored(?:\ (?:content|by\ .{2,50}))?
    |view\ this\ post\ on\ \w+|a\ post\ shared\ by\ .{2,40}
    |(?:artikel\ |beitrag\ )?(?:teilen|merken|drucken|vorlesen|anhören)|zur\ merkliste(?:\ hinzufügen)?|guardar|imprimir|imprimer|enregistrer
    |stampa|salva|save|bookmark|listen(?:\ to\ (?:this\ )?article)?|gift\ (?:this\ )?article|más\ información|printer[\ -]friendly.{0,20}
    |story\ continues\ below.{0,20}|article\ continues\ .{3,30}|continue\ reading(?:\ .{3,20})?
    |read\ more|read\ full\ (?:story|article)|leer\ más|lire\ la\ suite|mehr\ lesen|weiterlesen|leia\ mais
    |читать\ далее|czytaj\ (?:dalej|więcej)|devamını\ oku|l[äæe]s\ mere?|lees\ (?:meer|verder)|lue\ lisää|baca\ selengkapnya
    |続きを読む|もっと見る|[阅閱][读讀]全文|展[开開]全文|더\s?보기|اقرأ\ المزيد|और\ पढ़ें
    |leggi\ anche|see\ also|more|loading\.*
    |share(?:\ this)?(?:\ (?:article|story|post|page))?|share\ on\ \w+|click\ to\ (?:tweet|share|enlarge|expand
    |play)|tweet(?:\ this)?|e-?mail|print|comments?|no\ comments|partager|compartir|compartilhar|teilen|condividi|поделиться
    |udostępnij|paylaş|分享|シェア(?:する)?|ツイート|공유(?:하기)?|شارك
    |leave\ a\ comment|skip\ advertisement|scroll\ (?:to|for|down)\b.{0,30}|photos?|videos?|watch|play|close|image
    |caption|gallery|(?:image|photo|slide)\ \d+\ (?:of|/)\W*\d+|\d+\ (?:/|of)\ \d+|iklan|recommended
    |sign\ up|subscribe|log\ in|follow\ us|back\ to\ top|next|previous|image\ (?:copyright.*|(?:caption|source)\b.*)
    |media\ caption\b.*|tap\ to\ .{3,30}|enlarge(?:\ image)?
    |(?:like|enjoy(?:ed|ing)?)\ what\ you\b.{3,12}|forward\ this\ (?:e-?mail\ |newsletter\ )?to\ a\ friend\b.{0,40}|(?:like|enjoy(?:ed)?)\ this\ (?:story|article|post)\W.{0,40}|tempo\ de\ leitura\W.{0,20}|(?:reading\ time
    |lesezeit|tiempo\ de\ lectura|temps\ de\ lecture|время\ чтения)\W.{0,20}
    |\d+\ (?:comments?|shares?|views?|likes?|min(?:ute)?s?(?:\ read)?)|view\ (?:photos|gallery|comments)
    |haber(?:i|İ|i̇)n\ devam[ıi]
    |toggle\ .{3,20}|table\ of\ contents|hide\ caption|toggle\ caption)\W*$"
);
// The text goes on below a box, an advertisement, a film.
pattern!(
    GOES_ON,
    r"^\W*(?:(?:this\ )?(?:advertisement|ad)\ has\ not\ loaded\b.*|(?:the\ )?(?:story|article|text)\ continues\ (?:below|after)\b.*|keep\ scrolling\b.*
    |scroll\ untuk\ (?:lanjut|melanjutkan)\b.*|lanjut(?:kan)?\ membaca\b.*|(?:dalszy\ ciąg|dalsza\ część|reszta)\ (?:materiału|tekstu|artykułu)\b.*
    |(?:la\ )?suite\ (?:de\ l['’]article\ )?après\ (?:la\ |cette\ )?pub\w*|(?:der\ )?(?:artikel|text|beitrag)\ (?:geht|wird)\ (?:nach|unter)\ .{3,30}(?:weiter|fortgesetzt)
    |(?:la\ nota|el\ artículo|la\ noticia)\ continúa\ .{5,30}|continúa\ leyendo\b.{0,20}|(?:a\ matéria\ |o\ artigo\ |o\ texto\ )?continua\ (?:após|depois)\ d?a\ publicidade
    |(?:l['’]articolo\ |il\ testo\ )?(?:continua|prosegue)\ dopo\ la\ pubblicità|продолжение\ (?:после|под)\ реклам\w+|(?:haberin\ |yazının\ )?devamı\ (?:reklamdan|aşağıda)\b.{0,12}
    |artik(?:kelen|len|eln)\ fort(?:setter|sætter|sätter)\ .{3,30}|tekst(?:en)?\ (?:fortsetter|fortsætter)\ .{3,30}|het\ artikel\ gaat\ .{3,20}verder\b.{0,20}|(?:verhaal|artikel|tekst)\ gaat\ verder\b.{0,30}
    |článek\ pokračuje\b.{0,25}|pokračování\ (?:článku\ )?(?:po|pod)\ .{3,15}|juttu\ jatkuu\ .{3,25}|a\ cikk\ .{0,15}folytatódik.{0,12})\W*$"
);
// Whose a picture is, on a line of its own.
pattern!(
    CREDIT,
    r"^\W*(?:(?:photo(?:graph)?s?|image|picture|foto(?:s|grafía|graf)?|imagen|bild|crédits?|фото|[图圖]片?|写真|사진)
    (?:\s(?:credits?|by|courtesy|source|via|von|de|di|av))?\s*[:：©].{2,100}
    |(?:(?:ap\ photo|reuters|afp|getty(?:\ images)?|epa|shutterstock|istock)\s*/\s*)?[\p{L}.’'\ -]{0,40}(?:/|,|\ via)\s*
    (?:ap(?:\ photo)?|reuters|afp|getty(?:\ images)?|epa|shutterstock|istock(?:photo)?|bloomberg)|ap\ photo/.{2,40}|getty\ images
    |file\ photo)\W*$"
);
// How a line begins that points to another story.
pattern!(
    POINTER,
    r"^\W*(?:read(?:\ on)?|see\ more|related(?:\ (?:articles?|stor(?:y|ies)
    |posts?|content|news|links?|coverage|topics?|videos?))?
    |more\ (?:on|from|stories|news|coverage)\b[^:]{0,40}|more|recommended
    |watch(?:\ (?:more|now|also|below))?|",
    ALSO,
    "|",
    RELATED,
    r")(?:\s*[:：»>|｜】]|\s+[–—-]\s)"
);
// A line that heads a list of other stories within the article.
pattern!(
    LIST_HEAD,
    r"^\W*(?:related(?:\ \w+)?
    |more\ (?:stories|news|on\ this|from\ .{2,40})|recommended(?:\ .{2,20})?|top\ stories
    |also\ (?:on|in|from)\ .{2,30}|around\ (?:the\ )?\p{L}{3,20}
    |most\ (?:read|popular|viewed)|trending(?:\ now)?|latest(?:\ (?:news|stories|posts))?|you\ (?:may
    |might)\ .{2,30}|editor['’]?s['’]?\ picks?|in\ other\ news|artículos\ relacionados|noticias\ relacionadas|más\ información|mais\ informações|maggiori\ informazioni|",
    ALSO,
    r")\W*$"
);
// Such a line, or the head of an article's own section.
pattern!(
    MAYBE_HEAD,
    r"^\W*(?:related\ \w+|more\ (?:on|from|about)\ .{2,40}|also\ (?:on|in|from)\ .{2,30}|around\ (?:the\ )?\p{L}{3,20}|latest|trending|recommended(?:\ .{2,20})?
    |you\ (?:may|might)\ .{2,30}|más\ información|mais\ informações|maggiori\ informazioni|",
    SOURCES,
    r")\W*$"
);
// A related list says of what: nothing else does.
pattern!(
    LIST_ONLY,
    r"^\W*(?:related\ (?:articles?|stor(?:y|ies)|posts?|content|news|links?|coverage|topics?|reading|videos?)|recommended\ (?:for|by|stories|articles|reading)\b.*
    |you\ (?:may|might)\ (?:also|like|enjoy)\b.*)\W*$"
);
// How a block of links to other stories begins.
pattern!(
    LIST_START,
    r"^\W*(?:(?:related
    |more\ (?:stories|news|on|from)|recommended|top\ stories|most\ (?:read|popular)|trending
    |story\ timeline)\b|",
    ALSO,
    "|",
    RELATED,
    r")"
);
// A line that heads a list of other stories or the imprint: nothing after it is the article.
pattern!(
    END,
    r"^\W*(?:about\ the\ (?:authors?|writers?|contributors?)|sobre\ (?:la\ firma|el\ autor|la\ autora|o\ autor|a\ autora)|über\ (?:den\ autor|die\ autor(?:in|en))
    |à\ propos\ de\ l['’]auteure?|sull['’]autore|об\ авторе|o\ autorze|over\ de\ auteur|share\ this(?:\ (?:article|story|post|page|news))?(?:\ (?:on|with|via)\b.{0,20})?|",
    RELATED,
    r")\W*$"
);
// A heading above what the text rests on.
pattern!(APPARATUS, r"^\W*(?:", SOURCES, r")\W*$");
// A line that heads the comments.
pattern!(
    COMMENTS,
    r"^\W*(?:(?:\d+\ )?(?:comments|responses|replies|thoughts\ on\ .{3,80})|leave\ a\ (?:comment|reply)
    |join\ the\ (?:conversation|discussion)|post\ a\ comment|(?:\d+\ )?(?:kommentare?|commentaires|comentarios|comentários|commenti
    |комментари[ий]|коментарі|komentarze|komentáře|reacties|kommentarer|kommentit|hozzászólások|comentarii|σχόλια|yorumlar|komentar
    |bình\ luận)|(?:deja|dejar)\ (?:un|tu)\ comentario|laisser\ un\ commentaire|schreibe\ einen\ kommentar|التعليقات|تعليقات|תגובות
    |コメント|[评評][论論]|댓글)\W*(?:\(?\d+\)?)?\W*$"
);
/// How a call to subscribe, follow or install begins.
const CALLS: &str = r"(?:^|[.!?:,]\s)\W*(?:sign\ up|subscribe|follow|like\ us|join|download|get|click\ (?:here|to)|tap\ here|register|check\ out
    |listen|want\ (?:more|to)|suscr[íi]b[ea]\w*|síguenos|seguinos|sigue|descarga|únete|sumate|regístrate
    |folgen|abonnieren|laden\ sie|abonnez|suivez|inscrivez|rejoignez|téléchargez|iscriviti|seguici|siga|assine|baixe|inscreva
    |подпи(?:сывайтесь|шитесь)|присоединяйтесь|читайте\ нас|підписуйтесь|zapisz\ się|obserwuj|volg|abonneer|prenumerera|følg|abone|takip|bądź|mari|bergabung|dapatkan
    |ikuti|اشترك\w*|تابع\w*)(?:-(?:nous|vous|nos|se)\b|[^\w-]|-$).*";
// A call, and what is followed: a service that goes by that name alone, or what the publisher calls its own.
pattern!(
    CALL,
    CALLS,
    r"(?:newsletters?|facebook|twitter|instagram|telegram|whatsapp|youtube|tiktok|google\ news|wiadomości\w*\ google|on\ the\ go|boletín|boletim
    |телеграм|рассылк|вконтакте|viber|bülten|تليغرام|واتساب|فيسبوك)"
);
// A call, and what may as well be a strait, or somebody else's.
pattern!(
    MAYBE_CALL,
    CALLS,
    r"(?:channels?|\bapps?\b|podcasts?|inbox|alerts|notifications|canal|kanal|e-?mails?|канал)"
);
// We and ours, and where to press.
pattern!(
    OURS,
    r"\b(?:(?:click|tap)\ here|we|us|our|nuestr[oa]s?|nos(?:otros)?|notre|nous|uns(?:er\w{0,2})?|noss[oa]s?|nostr[oiae]|ci|нас|наш\w{0,3}|нам|ons|onze|oss|vår\w?|vores|nasz\w{0,4}|nas|kami|bizi\w*)\b"
);
// The publisher speaks of its own.
pattern!(
    OWN_VOICE,
    r"\b(?:(?:sign\ up|subscribe)\ (?:for|to)\ our|follow\ us\ on|join\ our|download\ our|bookmark\ our|support\ our\ (?:work|journalism|reporting|newsroom))\b
    |^for\ (?:the\ latest|more|all\ the\ latest|breaking)\b.{0,100}\b(?:news|stories|updates|headlines|coverage)\b.{0,100}\b(?:sign\ up|subscribe|visit|head\ to|follow|click|go\ to|download|check\ out)\b"
);
// A call to the readers to write.
pattern!(
    WRITE_TO_US,
    r"^\W*(?:do\ you\ (?:have|know|live|work)|have\ (?:you|a)|are\ you|were\ you|did\ you|got\ a|if\ you\ (?:have|know|were)|know\ something|want\ to\ share|tell\ us
    |what\ do\ you\ think|have\ your\ say|share\ your\ (?:thoughts|views|story|stories)|let\ us\ know|send\ (?:us\ )?(?:your|news|tips)
    |puedes\ seguir|¿tienes|¿qué\ (?:te\ parece|opinas)|avez-vous|haben\ sie|hai\ una|você\ tem|вы\ стали\ свидетелем|хотите\ поделиться)\b.{0,280}
    (?:(?:e-?mail|write\ to|contact|call|text|message|send|tell|reach)\ (?:us|me|our|your|the\ (?:newsroom|editor))\b|click\ here|get\ in\ touch|let\ us\ know
    |in\ (?:our|the)\ comments|comments?\ (?:section\ )?below|newsletters?|forward\ this|e-?mail:?\ \S+@|\bat\ \S+@\S+|boletín|correo|écrivez|schreiben\ sie\ uns
    |scrivi(?:ci)?|escreva|пишите|присылайте)"
);
// Who wrote it and when, as a line of its own above the text.
pattern!(
    POSTED,
    r"^\W*(?:(?:posted|published|updated|created|written|last\ (?:updated|modified)|publicado|actualizado|publié|mis\ à\ jour
    |veröffentlicht|aktualisiert|pubblicato|aggiornato|atualizado|опубликовано|обновлено|opublikowano|gepubliceerd|publicerad
    |diterbitkan|yayınlanma|发布|更新|公開|入力|입력|نشر)\b.{0,60}\d{4}.{0,40}
    |(?:posted|written|reported|published)\ by\ .{2,50}|原[标標][题題]\s*[:：].{2,60})$"
);
// A name, and the word that says that it wrote this.
static BYLINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)^\W*(?:(?i:by|por|par|von|di|door|av|af|oleh|автор|autor|autora|author|text|texte|text\ by|from)\s*:?\s+
        (?:\p{Lu}[\p{L}.’'-]*(?:,?\s+(?:and|y|et|und|e|en|og|och|&|de|la|von|van|der|bin|al|for|the)\b)*,?\s*){2,10}
        |(?:作者|[记記]者|文[:：/／]|取材・文|撰文|بقلم|كتب)\s*[:：]?.{2,20})$",
    )
    .expect("a fixed pattern")
});
// A time of day or a date in digits.
pattern!(
    CLOCK,
    r"\d{1,2}[:.h]\d{2}|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|\b(?:19|20)\d\d\b|\d{4}\s?[年년]|\d+\s*(?:min|hour|hr|day|stunde|hora|heure|час|минут)"
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
    "г",
    "в",
    "года",
    "мск",
    "опубликовано",
    "обновлено",
    "op",
    "om",
    "uur",
    "den",
    "kl",
    "年",
    "月",
    "日",
    "时",
    "時",
    "分",
    "년",
    "월",
    "일",
    "오전",
    "오후",
    "입력",
    "수정",
    "更新",
    "公開",
    "发布",
];
/// The first three letters of weekdays in English, Spanish, German, French, Italian, Portuguese, Dutch and Russian.
const WEEKDAYS: &[&str] = &[
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "lun", "mar", "mié", "jue", "vie", "sáb", "dom", "die", "mit",
    "don", "fre", "sam", "son", "mer", "jeu", "ven", "dim", "gio", "seg", "ter", "qua", "qui", "sex", "maa", "din",
    "woe", "vri", "zat", "zon", "пон", "вто", "сре", "чет", "пят", "суб", "вос",
];

/// Marks of quotation: what somebody else says is no call of the publisher's.
const QUOTATION: [char; 6] = ['“', '”', '"', '«', '„', '「'];

/// A line that no reader reads: marks of advertisements, buttons, rules. The bar of an agency (`___`) is kept: it
/// parts sections.
pub(super) fn is_furniture(text: &str, chars: usize) -> bool {
    !text.chars().any(|c| c.is_alphanumeric() || c == '_')
        || (chars < 60 && FURNITURE.is_match(text))
        || (chars < 100 && GOES_ON.is_match(text))
        || (chars < 120 && is_credit(text))
}

/// Whose a picture is: what follows the word is names.
fn is_credit(text: &str) -> bool {
    let named = text.split_once([':', '：', '©']).map_or(text, |(_, names)| names);
    CREDIT.is_match(text) && imprint::is_names(named)
}

/// Whether all of a line stands in one pair of brackets.
fn is_in_brackets(text: &str) -> bool {
    let inner = text.strip_prefix(['(', '（']).and_then(|rest| rest.strip_suffix([')', '）']));
    inner.is_some_and(|inner| inner.len() > 1 && !inner.contains(['(', ')', '（', '）']))
}

/// Whose a text is, in brackets below it: `(AFP)`, `(with inputs from PTI)`.
pub(super) fn is_signature(text: &str, chars: usize) -> bool {
    chars < 40 && is_in_brackets(text) && !text.contains(['.', '!', '?', '。', '！', '？'])
}

/// Marks the end of a press release or a dispatch: `###`, `-30-`, `-ENDS-`.
pub(super) fn is_end_mark(text: &str) -> bool {
    let marks = |c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '*' | '#');
    let word = text.trim_matches(marks);
    let is_marked = text.starts_with(marks) && text.ends_with(marks);
    let is_hashes = word.is_empty() && text.chars().filter(|c| *c == '#').count() >= 3;
    is_hashes || (is_marked && (word == "30" || word.eq_ignore_ascii_case("ends") || word.eq_ignore_ascii_case("end")))
}

/// Who wrote the article and when, as templates set it above the text.
pub(super) fn is_credit_line(text: &str, chars: usize) -> bool {
    chars < 100
        && !text.ends_with(['.', '!', '?', ':', '”'])
        && (POSTED.is_match(text) || (chars < 80 && BYLINE.is_match(text)))
}

/// A line that points to another story.
pub(super) fn is_pointer(text: &str) -> bool {
    POINTER.is_match(text)
}

/// A line after which a list of other stories stands, within the article.
pub(super) fn heads_list(text: &str, chars: usize) -> bool {
    chars < 60 && LIST_HEAD.is_match(text)
}

/// A line that heads other stories, or as well a text of the article.
pub(super) fn may_head_text(text: &str, chars: usize) -> bool {
    chars < 60 && MAYBE_HEAD.is_match(text) && !LIST_ONLY.is_match(text)
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

/// "By Ann Lee" and nothing else.
pub(super) fn is_byline(text: &str) -> bool {
    text.chars().count() < 80 && BYLINE.is_match(text)
}

/// A line after which nothing is the article.
pub(super) fn heads_end(text: &str, chars: usize) -> bool {
    chars < 100 && END.is_match(text)
}

/// A heading above sources, references, links elsewhere.
pub(super) fn heads_apparatus(text: &str, chars: usize) -> bool {
    chars < 40 && APPARATUS.is_match(text)
}

/// Whom a heading promises to tell about: "About Acme Rail", "Über Acme Rail:".
pub(super) fn about_whom(text: &str, chars: usize) -> Option<&str> {
    const ABOUT: &[&str] = &[
        "About ",
        "ABOUT ",
        "Über ",
        "À propos de ",
        "À propos d’",
        "Acerca de ",
        "Sobre ",
        "Informazioni su ",
        "Over ",
    ];
    let rest = ABOUT.iter().find_map(|about| text.strip_prefix(about)).filter(|_| chars < 60)?;
    let name = rest.trim_end_matches([':', '.', ' ']).trim_start_matches("the ");
    (name.chars().next().is_some_and(char::is_uppercase) && name.len() > 2).then_some(name)
}

/// A line after which readers speak.
pub(super) fn heads_comments(text: &str, chars: usize) -> bool {
    chars < 100 && COMMENTS.is_match(text)
}

/// A call to subscribe to the publisher, follow it, install its app.
pub(super) fn is_call(text: &str, chars: usize) -> bool {
    chars < 350
        && !text.starts_with(QUOTATION)
        && (CALL.is_match(text) || OWN_VOICE.is_match(text) || (MAYBE_CALL.is_match(text) && OURS.is_match(text)))
}

/// Whether the publisher speaks, and nobody who is quoted.
pub(super) fn speaks_of_itself(text: &str) -> bool {
    OURS.is_match(text) && !text.contains(QUOTATION)
}

/// The same of what may as well be a strait or somebody else's: "follow the canal", "get the app".
pub(super) fn may_be_call(text: &str, chars: usize) -> bool {
    chars < 350 && !text.starts_with(QUOTATION) && MAYBE_CALL.is_match(text)
}

/// A call to the readers to write, tell, follow.
pub(super) fn is_call_to_write(text: &str, chars: usize) -> bool {
    chars < 350 && !text.starts_with(QUOTATION) && WRITE_TO_US.is_match(text)
}

/// A line that is a date and little else: `Posted: Fri 6:45 PM, Feb 16, 2018`, `November 20`.
pub(super) fn is_date(text: &str, chars: usize) -> bool {
    chars < 120
        && (CLOCK.is_match(text)
            || (chars < 20 && text.chars().any(|c| c.is_ascii_digit()) && text.chars().any(char::is_alphabetic)))
        && text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).all(|word| {
            let word = word.to_lowercase();
            DATE_WORDS.contains(&word.as_str())
                || month(&word).is_some()
                || (word.len() < 24 && WEEKDAYS.contains(&word.chars().take(3).collect::<String>().as_str()))
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
                &[
                    "Advertisement",
                    "* * *",
                    "READ MORE",
                    "Share this article",
                    "Image 1 of 13",
                    "Photo: Ann Lee/The Post",
                    "Ann Lee/Reuters",
                    "スポンサードリンク",
                ],
                &["Read more books", "___", "Image is all"],
            ),
            (
                "pointer",
                is_pointer,
                &[
                    "Read more: Bus late",
                    "RELATED – Bus late",
                    "Lea también: Tren",
                    "Читайте также: Поезд",
                    "BACA JUGA: Bus",
                    "【関連記事】船",
                ],
                &["Related to this, the port closed", "More than 40 people: a list"],
            ),
            (
                "end",
                |t| heads_end(t, t.chars().count()),
                &[
                    "Related stories",
                    "You may also like…",
                    "Похожие новости",
                    "あわせて読みたい",
                    "相关阅读：",
                    "관련 기사",
                ],
                &["Related to this, the port closed", "Share this information, please?"],
            ),
            (
                "comments",
                |t| heads_comments(t, t.chars().count()),
                &["Comments (12)", "3 comments", "Комментарии 5", "Kommentare", "コメント"],
                &["Comments by the mayor drew fire"],
            ),
            (
                "credit line",
                |t| is_credit_line(t, t.chars().count()),
                &[
                    "By Ann Lee and Bob Ray",
                    "Posted on Maret 30, 2015 by Admin",
                    "Von Ute Klein",
                    "记者 张三",
                    "Par Jean de la Tour",
                ],
                &["By Monday the port was shut", "Di Maio has resigned", "By Ann Lee's account, it was late."],
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
                    "4 марта 2019, 10:20",
                    "2019年3月4日 10:20",
                ],
                &["In March 2019 the ferry was late", "Ferry late", "May"],
            ),
            (
                "call to write",
                |t| is_call_to_write(t, t.chars().count()),
                &[
                    "Are you affected by this story? Email us.",
                    "Have a memory of him? Write to us.",
                    "Got a tip? Call us at 555.",
                ],
                &["Are you going? she asked.", "Have you seen the ferry, they wondered on the quay."],
            ),
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
