//! One line of a page → what kind of furniture it is, if any: a mark, a pointer, a heading that ends the text.
//! Fixed forms of words in the languages of most feeds; a line in another language is taken for text.

use super::imprint;
use super::pattern::pattern;

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
    |相关(?:阅读|新闻|报道|推荐|链接|文章|资讯)|相關(?:新聞|報導|文章)|延伸[阅閱][读讀]|延伸\W{0,3}推荐|推[荐薦][阅閱][读讀]|[为為][您你]推[荐薦]|猜[您你]喜[欢歡]
    |[点點][击擊]排行榜?|(?:[热熱][门門]|最[热熱]|最新|精彩|[编編][辑輯])(?:文章|推[荐薦])|大家都在看|관련\s?기사|추천\s?기사
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
    |udostępnij|paylaş|分享[到至]?|收藏|[点點][赞讚]|[举舉][报報]|打印|列印|返回[顶頂]部|シェア(?:する)?|ツイート|공유(?:하기)?|شارك
    |(?:posted|written|published)\ by|(?:yuk,?\ )?simak\ (?:juga\ )?video\b.{0,12}|(?:new\W*)?you\ can\ now\ listen\ to\ .{2,30}\ (?:articles|stories)|leave\ a\ comment|skip\ advertisement|scroll\ (?:to|for|down)\b.{0,30}|photos?|videos?|watch|play|close|image
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
// A film or a post of another site waits until its reader consents to its cookies.
pattern!(
    PLACEHOLDER,
    r"^\W*(?:(?:to|in\ order\ to)\ (?:display|view|see|show|watch|load)\ this\ .{2,60}\b(?:must|need|have\ to|please)\b.{0,80}\b(?:enable|accept|allow|consent|cookies)
    |this\ (?:content|video|post|film)\ is\ hosted\ (?:by\ a\ third\ party|on\ .{2,40}\ cookies)|we\ need\ your\ (?:consent|permission)\ to\ (?:load|show|display)\b
    |pour\ (?:afficher|voir|visualiser|consulter)\ ce(?:tte)?\ (?:contenu|vidéo|publication)\b.{0,80}(?:autoriser|acceptez|accepter|activer|cookies)
    |um\ (?:diesen?s?|den|das)\ .{3,40}(?:anzuzeigen|anzeigen|sehen)\b.{0,80}(?:zustimm|cookies|aktivieren|akzeptier)
    |an\ dieser\ stelle\ (?:finden\ sie|befindet\ sich|ist|steht)\ .{0,20}(?:extern|redaktionell)e[rn]?\ inhalt
    |para\ (?:ver|mostrar|visualizar|poder\ ver)\ est[ea]\ .{3,60}(?:cookies|habilit|aceit)|per\ (?:visualizzare|vedere)\ quest.{3,60}(?:cookie|accett)
    |om\ deze\ (?:inhoud|content|video)\ .{0,80}(?:cookies|toestemming)|aby\ (?:wyświetlić|zobaczyć)\ .{0,80}(?:cookies|zgod))"
);
// Whose a picture is, on a line of its own.
pattern!(
    CREDIT,
    r"^\W*(?:(?:photo(?:graph)?s?|image|picture|foto(?:s|grafía|graf)?|imagen|bild|crédits?|фото|[图圖]片?|写真|사진)
    (?:\s(?:credits?|by|courtesy|source|via|von|de|di|av))?\s*[:：©].{2,100}
    |(?:(?:ap\ photo|reuters|afp|getty(?:\ images)?|epa|shutterstock|istock)\s*/\s*)?[^0-9/,:;!?]{0,40}(?:/|,|\ via)\s*
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
/// A line that no reader reads: marks of advertisements, buttons, rules. The bar of an agency (`___`) is kept: it
/// parts sections.
pub(super) fn is_furniture(text: &str, chars: usize) -> bool {
    !text.chars().any(|c| c.is_alphanumeric() || c == '_')
        || (chars < 60 && FURNITURE.is_match(text))
        || (chars < 100 && GOES_ON.is_match(text))
        || (chars < 300 && PLACEHOLDER.is_match(text))
        || (chars < 120 && is_credit(text))
}

/// Whose a picture is: what follows the word is names.
fn is_credit(text: &str) -> bool {
    let named = text.split_once([':', '：', '©']).map_or(text, |(_, names)| names);
    CREDIT.is_match(text) && imprint::is_names(named)
}

/// Marks the end of a press release or a dispatch: `###`, `-30-`, `-ENDS-`.
pub(super) fn is_end_mark(text: &str) -> bool {
    let marks = |c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '*' | '#');
    let word = text.trim_matches(marks);
    let is_marked = text.starts_with(marks) && text.ends_with(marks);
    let is_hashes = word.is_empty() && text.chars().filter(|c| *c == '#').count() >= 3;
    is_hashes || (is_marked && (word == "30" || word.eq_ignore_ascii_case("ends") || word.eq_ignore_ascii_case("end")))
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What a line may be, how that is told, lines that are it, and lines that are not.
    pub(in super::super) type Lines<'a> = (&'a str, fn(&str) -> bool, &'a [&'a str], &'a [&'a str]);

    pub(in super::super) fn are_told(kinds: &[Lines]) {
        for (what, test, yes, no) in kinds {
            for text in *yes {
                assert!(test(text), "{what}: {text} {}", text.chars().count());
            }
            for text in *no {
                assert!(!test(text), "no {what}: {text}");
            }
        }
    }

    #[test]
    fn lines_are_what_they_say() {
        are_told(&[
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
                    "分享到：",
                    "【打印】",
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
                    "为你推荐",
                    "点击排行榜",
                    "延伸 · 推荐",
                    "관련 기사",
                ],
                &["Related to this, the port closed", "Share this information, please?", "最新文章指出渡轮晚点"],
            ),
            (
                "comments",
                |t| heads_comments(t, t.chars().count()),
                &["Comments (12)", "3 comments", "Комментарии 5", "Kommentare", "コメント"],
                &["Comments by the mayor drew fire"],
            ),
        ]);
    }
}
