//! Text of an article that a careless rule takes for boilerplate, beside the boilerplate that has the same words: the one is
//! kept and the other is not, wherever the text stands and whatever the boxes are called. Texts are our own.

use super::*;

/// A story in one language, and where its site is at home.
struct Story {
    language: &'static str,
    title: &'static str,
    paragraphs: [&'static str; 6],
}

const ENGLISH: Story = Story {
    language: "en",
    title: "Harbour wall to be rebuilt by June",
    paragraphs: [
        "The old wall in front of the fish market will be taken down next week and rebuilt by June, the harbour office said on \
         Tuesday, after divers found holes in it that a child could crawl through.",
        "Nobody had looked at the wall from below for eleven years. It was a fisherman who raised the alarm, when he saw that his \
         boat rose with the tide on one side of the wall as fast as on the other.",
        "The stones are to be numbered, stored on the football ground and put back in the same order, which the town's stonemason \
         calls the right thing to do and the most tiring one that he has ever been asked for.",
        "Until then the market moves to the bus garage. The buses will stand in the street, and those who park there are asked to \
         find another place before Sunday evening, when the first stalls are put up.",
        "The work costs four million crowns, of which the state pays half. The rest was to come from the sale of the old customs \
         house, but the only bidder withdrew his offer in the spring and has not been seen since.",
        "The mayor said that she would rather have a wall without money than money without a wall, and that the town had in its \
         time survived worse things than a builder's bill.",
    ],
};

const SPANISH: Story = Story {
    language: "es",
    title: "El muro del puerto se reconstruirá antes de junio",
    paragraphs: [
        "El viejo muro frente a la lonja será desmontado la semana próxima y reconstruido antes de junio, anunció el martes la \
         autoridad portuaria, después de que unos buzos hallaran huecos por los que cabría un niño.",
        "Nadie había mirado el muro desde abajo en once años. Fue un pescador quien dio la alarma, al ver que su barca subía con la \
         marea a un lado del muro tan deprisa como al otro.",
        "Las piedras se numerarán, se guardarán en el campo de fútbol y volverán a su sitio en el mismo orden, lo que el cantero del \
         pueblo considera lo correcto y también lo más cansado que le han pedido.",
        "Hasta entonces el mercado se traslada a la cochera de los autobuses. Los autobuses quedarán en la calle, y a quienes aparcan \
         allí se les pide que busquen otro lugar antes del domingo.",
        "La obra cuesta cuatro millones de coronas, de los que el Estado paga la mitad. El resto debía salir de la venta de la antigua \
         aduana, pero el único interesado retiró su oferta en primavera.",
        "La alcaldesa dijo que prefería un muro sin dinero a un dinero sin muro, y que el pueblo había sobrevivido en su tiempo a \
         cosas peores que la factura de un constructor.",
    ],
};

const GERMAN: Story = Story {
    language: "de",
    title: "Hafenmauer soll bis Juni neu gebaut werden",
    paragraphs: [
        "Die alte Mauer vor dem Fischmarkt wird nächste Woche abgetragen und bis Juni neu aufgebaut, wie das Hafenamt am Dienstag \
         mitteilte. Taucher hatten in ihr Löcher gefunden, durch die ein Kind kriechen könnte.",
        "Elf Jahre lang hatte niemand die Mauer von unten angesehen. Ein Fischer schlug Alarm, als er sah, dass sein Boot auf der einen \
         Seite der Mauer mit der Flut so schnell stieg wie auf der anderen.",
        "Die Steine sollen nummeriert, auf dem Fußballplatz gelagert und in derselben Reihenfolge wieder gesetzt werden. Der Steinmetz \
         des Ortes nennt das richtig, und das Mühsamste, worum man ihn je gebeten habe.",
        "Bis dahin zieht der Markt in die Halle der Busse um. Die Busse stehen so lange auf der Straße, und wer dort parkt, wird gebeten, \
         bis Sonntagabend einen anderen Platz zu suchen.",
        "Die Arbeiten kosten vier Millionen Kronen, von denen das Land die Hälfte zahlt. Der Rest sollte aus dem Verkauf des alten \
         Zollhauses kommen, doch der einzige Bieter zog sein Angebot im Frühjahr zurück.",
        "Die Bürgermeisterin sagte, ihr sei eine Mauer ohne Geld lieber als Geld ohne Mauer, und der Ort habe zu seiner Zeit Schlimmeres \
         überstanden als die Rechnung eines Baumeisters.",
    ],
};

const FRENCH: Story = Story {
    language: "fr",
    title: "Le mur du port sera reconstruit avant juin",
    paragraphs: [
        "Le vieux mur devant la halle aux poissons sera démonté la semaine prochaine et reconstruit avant juin, a annoncé mardi la \
         capitainerie, après que des plongeurs y eurent trouvé des trous où passerait un enfant.",
        "Personne n'avait regardé le mur par en dessous depuis onze ans. C'est un pêcheur qui a donné l'alerte, en voyant que sa barque \
         montait avec la marée aussi vite d'un côté du mur que de l'autre.",
        "Les pierres seront numérotées, gardées sur le terrain de football et remises dans le même ordre, ce que le tailleur de pierre \
         du bourg juge aussi juste que fatigant.",
        "D'ici là, le marché s'installe dans le dépôt des autobus. Les autobus resteront dans la rue, et ceux qui s'y garent sont priés \
         de trouver une autre place avant dimanche soir.",
        "Les travaux coûtent quatre millions de couronnes, dont l'État paie la moitié. Le reste devait venir de la vente de l'ancienne \
         douane, mais le seul acheteur a retiré son offre au printemps.",
        "La maire a dit qu'elle préférait un mur sans argent à de l'argent sans mur, et que la ville avait survécu en son temps à pire \
         que la facture d'un maçon.",
    ],
};

/// What is the article's, as markup and as lines, and what is not.
type Case = (&'static str, &'static [&'static str], &'static str);

/// A page with the text after so many paragraphs of the story and the boilerplate below the last one.
fn page_of(story: &Story, own: &str, after: usize, boilerplate: &str, is_named: bool) -> String {
    let (article, body, boxes) =
        if is_named { ("story", "story-body", "article-footer-box") } else { ("k1", "k2", "k3") };
    let paragraphs = |of: &[&str]| of.iter().map(|text| format!("<p>{text}</p>\n")).collect::<String>();
    let (before, behind) = story.paragraphs.split_at(after);
    let Story { language, title, .. } = story;
    format!(
        "<!doctype html><html lang={language}><head><meta charset=utf-8><title>{title} - The Echo</title>\
         <link rel=canonical href=https://echo.example/s/1></head><body>\
         <div class=top><a href=/>The Echo</a><ul><li><a href=/n>News</a><li><a href=/s>Sport</a></ul></div>\
         <div class={article}><h1>{title}</h1><div class={body}>\n{}{own}\n{}<div class={boxes}>{boilerplate}</div></div></div>\
         <div class=bottom><p>The Echo, Station Street 1</p></div></body></html>",
        paragraphs(before),
        paragraphs(behind),
    )
}

/// What is wrong with how a case is read, each way in which it may stand on a page.
fn faults(story: &Story, (own, lines, boilerplate): &Case, places: &[usize]) -> Vec<String> {
    let mut faults = Vec::new();
    for after in places {
        for is_named in [true, false] {
            let page = read(page_of(story, own, *after, boilerplate, is_named).as_bytes());
            let mut expected: Vec<&str> = story.paragraphs.to_vec();
            expected.splice(*after..*after, lines.iter().copied());
            let found: Vec<&str> = page.text.split("\n\n").collect();
            let lacks = expected.iter().filter(|line| !found.contains(line)).map(|line| ("lacks", *line));
            let has = found.iter().filter(|line| !expected.contains(line)).map(|line| ("has", *line));
            faults.extend(lacks.chain(has).map(|(what, line)| {
                let names = if is_named { "named" } else { "neutral" };
                format!("{} after {after}, {names}: {what} {line:?}", lines[0])
            }));
        }
    }
    faults
}

#[track_caller]
fn hold(story: &Story, cases: &[Case], places: &[usize]) {
    let faults: Vec<String> = cases.iter().flat_map(|case| faults(story, case, places)).collect();
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

/// In the midst, late, at the end.
const ANYWHERE: &[usize] = &[2, 5, 6];

#[test]
fn a_paragraph_that_begins_like_boilerplate_is_text() {
    const CASES: &[Case] = &[
        (
            "<p>Copyright lawyers, of whom the town has two, said that the drawings of the wall belong to nobody any more.</p>",
            &[
                "Copyright lawyers, of whom the town has two, said that the drawings of the wall belong to nobody any more.",
            ],
            "<p>Copyright 2024 The Echo. All rights reserved.</p>",
        ),
        (
            "<p>Tagged animals, among them two seals, were seen on both sides of the wall on one and the same day.</p>",
            &["Tagged animals, among them two seals, were seen on both sides of the wall on one and the same day."],
            "<p>Tagged <a href=/t/1>Harbour</a>, <a href=/t/2>Seals</a></p>",
        ),
        (
            "<p>Posted in the capital for a year, the harbour master had not known of the holes.</p>",
            &["Posted in the capital for a year, the harbour master had not known of the holes."],
            "<p>Posted in <a href=/t/1>Harbour</a>, <a href=/t/2>Capital</a></p>",
        ),
        (
            "<p>(c) is the clause of the contract on which the builder now rests his case, and it is the shortest of all.</p>",
            &[
                "(c) is the clause of the contract on which the builder now rests his case, and it is the shortest of all.",
            ],
            "<p>(c) The Echo 2024</p>",
        ),
        (
            "<p>Share prices of both builders rose on Tuesday, by a tenth each, before they fell by as much on Wednesday.</p>",
            &[
                "Share prices of both builders rose on Tuesday, by a tenth each, before they fell by as much on Wednesday.",
            ],
            "<p>Share this article</p>",
        ),
        (
            "<p>Read more than the first page of the contract, the judge told both sides, and you will settle.</p>",
            &["Read more than the first page of the contract, the judge told both sides, and you will settle."],
            "<p>Read more: <a href=/s/2>Bus drivers end their strike after nine days</a></p>",
        ),
        (
            "<p>Advertisement spending of the market fell by a third.</p>",
            &["Advertisement spending of the market fell by a third."],
            "<p>Advertisement</p>",
        ),
        (
            "<p>Related costs, such as those of <a href=/s/3>the garage</a>, are not yet known.</p>",
            &["Related costs, such as those of the garage, are not yet known."],
            "<p>Related: <a href=/s/3>Garage that holds forty buses is for sale</a></p>",
        ),
        (
            "<p>Comments by the minister, made late on Monday, were read in the town as a promise.</p>",
            &["Comments by the minister, made late on Monday, were read in the town as a promise."],
            "<p>Comments (2)</p><p>Otto</p><p>I have said so for years, and nobody listened to me.</p>",
        ),
        (
            "<p>Subscribers to the service that tells of the tides will get their money back, <a href=/s/4>its owner said</a>.</p>",
            &["Subscribers to the service that tells of the tides will get their money back, its owner said."],
            "<p><a href=/sub>Subscribe to our newsletter</a> and get the tides by e-mail.</p>",
        ),
        (
            "<p>Follow-up talks on <a href=/s/5>the app</a> of the market were put off until the wall stands.</p>",
            &["Follow-up talks on the app of the market were put off until the wall stands."],
            "<p>Follow us on <a href=https://social.example/echo>Facebook</a></p>",
        ),
        (
            "<p>By Monday the stalls of the Old Market were gone.</p>",
            &["By Monday the stalls of the Old Market were gone."],
            "<p>Photo: Ann Lee/The Echo</p>",
        ),
        (
            "<p>Photo evidence, the insurer wrote, had come too late, and in the wrong format.</p>",
            &["Photo evidence, the insurer wrote, had come too late, and in the wrong format."],
            "<p>Photograph: Ann Lee</p>",
        ),
        (
            "<p>Sign up for the swim across <a href=/s/6>the channel</a>, her doctor had told her, and you will need no wall.</p>",
            &["Sign up for the swim across the channel, her doctor had told her, and you will need no wall."],
            "<p><a href=/sub>Sign up for our newsletter</a></p>",
        ),
        (
            "<p>Follow <a href=/s/7>the canal</a> for two miles, as the divers did, and the holes can be seen at low tide.</p>",
            &["Follow the canal for two miles, as the divers did, and the holes can be seen at low tide."],
            "<p>Follow our <a href=https://social.example/echo>WhatsApp channel</a></p>",
        ),
        (
            "<p>Reporting by a paper in the capital had shown a year ago that the state knew of the holes.</p>",
            &["Reporting by a paper in the capital had shown a year ago that the state knew of the holes."],
            "<p>(Reporting by Ann Lee in Vasto and Bob Ray; Editing by Clara Dee)</p>",
        ),
        (
            "<p>Edited by three hands, the letter of the builders came to the town hall a day late.</p>",
            &["Edited by three hands, the letter of the builders came to the town hall a day late."],
            "<p>Edited by Clara Dee.</p>",
        ),
        (
            "<p>The winter of that year contributed to this as well, the divers found.</p>",
            &["The winter of that year contributed to this as well, the divers found."],
            "<p>Bob Ray contributed to this report.</p>",
        ),
        (
            "<p>Agents may earn an extra commission for each stall that they fill, the town decided.</p>",
            &["Agents may earn an extra commission for each stall that they fill, the town decided."],
            "<p>We may earn a small commission when you buy through links on our site.</p>",
        ),
        (
            "<p>Media contacts with the crew were forbidden, and the divers spoke all the same.</p>",
            &["Media contacts with the crew were forbidden, and the divers spoke all the same."],
            "<p>Media contact: Ann Lee, press office, 555 1234</p>",
        ),
        (
            "<p>The views expressed by the minister surprised the town, which had heard others from her in May.</p>",
            &["The views expressed by the minister surprised the town, which had heard others from her in May."],
            "<p>The views expressed in this column are those of the author and do not reflect those of The Echo.</p>",
        ),
        (
            "<p>This document may not be genuine, the archive warned, and the stamp on it is a year too young.</p>",
            &["This document may not be genuine, the archive warned, and the stamp on it is a year too young."],
            "<p>This material may not be published, broadcast, rewritten or redistributed.</p>",
        ),
        (
            "<p>Find the full cover of the coverage plan in the annex, the clerk said, and nobody did.</p>",
            &["Find the full cover of the coverage plan in the annex, the clerk said, and nobody did."],
            "<p>Find our full coverage of the wall here.</p>",
        ),
    ];
    hold(&ENGLISH, CASES, ANYWHERE);
}

#[test]
fn a_heading_above_text_of_the_article_ends_nothing() {
    const BELOW: &str = "The town has put aside a tenth of the sum for what nobody has thought of, and the accountant, who was \
        asked, thinks that it is too little by half.";
    const LIST: &str = "<ul><li><a href=/s/2>Bus drivers end their strike after nine days</a></li>\
        <li><a href=/s/3>Garage that holds forty buses is for sale</a></li></ul>";
    for (heading, boilerplate) in [
        ("Related costs", "Related stories"),
        ("You may need", "You may also like"),
        ("More about the ruling", "More stories"),
        ("More from the sea", "More from The Echo"),
        ("Around the wall", "Around The Echo"),
        ("Also in the garage", "Also on The Echo"),
        ("Recommended repairs", "Recommended for you"),
        ("Latest", "Latest"),
        ("Sources", "Related articles"),
    ] {
        for after in [2, 4, 6] {
            for is_named in [true, false] {
                let own = format!("<h2>{heading}</h2>\n<p>{BELOW}</p>");
                let foreign = format!("<h3>{boilerplate}</h3>{LIST}");
                let found = read(page_of(&ENGLISH, &own, after, &foreign, is_named).as_bytes()).text;
                let mut expected = ENGLISH.paragraphs.to_vec();
                expected.splice(after..after, [heading, BELOW]);
                assert_eq!(found.split("\n\n").collect::<Vec<_>>(), expected, "{heading} after {after}, {is_named}");
            }
        }
    }
}

#[test]
fn a_paragraph_that_is_all_a_link_is_text_where_it_is_a_sentence() {
    const CASES: &[Case] = &[
        (
            "<p><a href=/s/8>The court had ruled in March that the wall belongs to the state, and in April that it does not.</a></p>",
            &["The court had ruled in March that the wall belongs to the state, and in April that it does not."],
            "<p><a href=/s/2>Bus drivers end their strike after nine days</a></p>\
             <p><a href=/s/3>Garage that holds forty buses is for sale</a></p>",
        ),
        (
            "<p>The town rests its case on three laws.</p><ul><li><a href=https://law.example/h/1>Harbour Act 1911</a></li>\
             <li><a href=https://law.example/w/2>Walls and Quays Act 1954</a></li>\
             <li><a href=https://law.example/t/3>Tides Act 2003</a></li></ul>",
            &[
                "The town rests its case on three laws.",
                "Harbour Act 1911",
                "Walls and Quays Act 1954",
                "Tides Act 2003",
            ],
            "<ul><li><a href=/s/2>Bus drivers end their strike after nine days</a></li>\
             <li><a href=https://echo.example/s/3>Garage that holds forty buses is for sale</a></li>\
             <li><a href=/s/4>Tides Act is read in the town hall</a></li></ul>",
        ),
    ];
    hold(&ENGLISH, CASES, &[2, 5]);
}

#[test]
fn other_voices_and_short_lines_are_text() {
    const CASES: &[Case] = &[
        (
            "<p>Die Mauer, so schrieb der Baumeister auf Deutsch, steht auf Sand und nicht auf Fels, und der Sand ist fort.</p>",
            &[
                "Die Mauer, so schrieb der Baumeister auf Deutsch, steht auf Sand und nicht auf Fels, und der Sand ist fort.",
            ],
            "<p>Kommentare (2)</p><p>Otto</p><p>Das habe ich immer gesagt, und keiner hat zugehört.</p>",
        ),
        (
            "<p><b>Did you tell your wife?</b></p><p>I told her when the money was spent.</p>\
             <p><b>Do you have a plan, if the state sends us no help?</b></p><p>I have a shovel.</p>",
            &[
                "Did you tell your wife?",
                "I told her when the money was spent.",
                "Do you have a plan, if the state sends us no help?",
                "I have a shovel.",
            ],
            "<p>Do you live near the wall? Email us at <a href=mailto:n@echo.example>n@echo.example</a></p>",
        ),
        ("<p>Nobody came.</p>", &["Nobody came."], "<p>Loading...</p>"),
    ];
    hold(&ENGLISH, CASES, ANYWHERE);
}

#[test]
fn a_first_sentence_that_begins_like_the_title_is_text() {
    for first in [
        "Harbour wall to be rebuilt by June, the town hopes.",
        "Harbour wall to be rebuilt by June? Not if the builder can help it.",
        "By Monday the wall will be gone.",
        "Posted in 1911, the letter came in 2023.",
    ] {
        for is_named in [true, false] {
            let own = format!("<p>{first}</p>");
            let foreign = "<p>By Ann Lee</p><p>Posted on 3 March 2024</p>";
            let page = page_of(&ENGLISH, &own, 0, "", is_named).replace("</h1>", &format!("</h1>{foreign}"));
            let found = read(page.as_bytes()).text;
            let mut expected = ENGLISH.paragraphs.to_vec();
            expected.insert(0, first);
            assert_eq!(found.split("\n\n").collect::<Vec<_>>(), expected, "{first}, {is_named}");
        }
    }
}

#[test]
fn so_it_is_in_spanish_german_and_french() {
    const IN_SPANISH: &[Case] = &[
        (
            "<p>Más información sobre los huecos llegará en mayo, según los buzos.</p>",
            &["Más información sobre los huecos llegará en mayo, según los buzos."],
            "<p>Más información: <a href=/s/2>Los conductores terminan su huelga</a></p>",
        ),
        (
            "<p>Sigue <a href=/s/7>el canal</a> durante dos millas, escribió el ingeniero, y verás los huecos con la marea baja.</p>",
            &["Sigue el canal durante dos millas, escribió el ingeniero, y verás los huecos con la marea baja."],
            "<p>Sigue nuestro <a href=https://social.example/eco>canal de WhatsApp</a></p>",
        ),
        (
            "<p>Comentarios de la ministra, hechos el lunes, se leyeron en el pueblo como una promesa.</p>",
            &["Comentarios de la ministra, hechos el lunes, se leyeron en el pueblo como una promesa."],
            "<p>Comentarios (2)</p><p>Otto</p><p>Lo digo desde hace años y nadie me escucha.</p>",
        ),
        (
            "<p>Fuentes del ayuntamiento confirmaron el martes que no habrá más dinero este año.</p>",
            &["Fuentes del ayuntamiento confirmaron el martes que no habrá más dinero este año."],
            "<p>Fuente: Agencia del Puerto</p>",
        ),
        (
            "<h2>Sobre el dinero</h2><p>El pueblo ha guardado una décima parte para lo que nadie ha pensado, y la contable lo cree poco.</p>",
            &[
                "Sobre el dinero",
                "El pueblo ha guardado una décima parte para lo que nadie ha pensado, y la contable lo cree poco.",
            ],
            "<h3>Noticias relacionadas</h3><p><a href=/s/2>Los conductores terminan su huelga</a></p>",
        ),
    ];
    const IN_GERMAN: &[Case] = &[
        (
            "<p>Kommentare der Ministerin vom Montag wurden im Ort als Versprechen gelesen.</p>",
            &["Kommentare der Ministerin vom Montag wurden im Ort als Versprechen gelesen."],
            "<p>Kommentare (2)</p><p>Otto</p><p>Das habe ich immer gesagt, und keiner hat zugehört.</p>",
        ),
        (
            "<p>Anzeige erstattete ein Fischer gegen den Baumeister.</p>",
            &["Anzeige erstattete ein Fischer gegen den Baumeister."],
            "<p>Anzeige</p>",
        ),
        (
            "<p>Folgen die Taucher <a href=/s/7>dem Kanal</a>, so sehen sie die Löcher bei Ebbe auch von oben.</p>",
            &["Folgen die Taucher dem Kanal, so sehen sie die Löcher bei Ebbe auch von oben."],
            "<p>Folgen Sie uns auf <a href=https://social.example/echo>Facebook</a></p>",
        ),
        ("<p>Von Montag an sind die Stände fort.</p>", &["Von Montag an sind die Stände fort."], "<p>Quelle: dpa</p>"),
        (
            "<h2>Mehr zum Geld</h2><p>Der Ort hat ein Zehntel für das zurückgelegt, woran keiner gedacht hat, und die Kämmerin hält es für wenig.</p>",
            &[
                "Mehr zum Geld",
                "Der Ort hat ein Zehntel für das zurückgelegt, woran keiner gedacht hat, und die Kämmerin hält es für wenig.",
            ],
            "<h3>Mehr zum Thema</h3><p><a href=/s/2>Busfahrer beenden Streik nach neun Tagen</a></p>",
        ),
    ];
    const IN_FRENCH: &[Case] = &[
        (
            "<p>Partager les frais avec l'État, c'est ce que la ville avait demandé.</p>",
            &["Partager les frais avec l'État, c'est ce que la ville avait demandé."],
            "<p>Partager</p>",
        ),
        (
            "<p>Suivez <a href=/s/7>le canal</a> sur deux milles, a écrit l'ingénieur, et vous verrez les trous à marée basse.</p>",
            &["Suivez le canal sur deux milles, a écrit l'ingénieur, et vous verrez les trous à marée basse."],
            "<p>Suivez-nous sur <a href=https://social.example/echo>Facebook</a></p>",
        ),
        (
            "<p>Abonnés à la gazette des marées depuis dix ans, les pêcheurs n'avaient rien lu des trous.</p>",
            &["Abonnés à la gazette des marées depuis dix ans, les pêcheurs n'avaient rien lu des trous."],
            "<p><a href=/sub>Abonnez-vous à notre newsletter</a></p>",
        ),
        (
            "<p>Par lundi de grand vent, le marché reste fermé.</p>",
            &["Par lundi de grand vent, le marché reste fermé."],
            "<p>Lire aussi : <a href=/s/2>Les conducteurs d'autobus cessent leur grève</a></p>",
        ),
        (
            "<h2>À propos du mur</h2><p>La ville a gardé un dixième de la somme pour ce à quoi nul n'a pensé, et la comptable juge que c'est peu.</p>",
            &[
                "À propos du mur",
                "La ville a gardé un dixième de la somme pour ce à quoi nul n'a pensé, et la comptable juge que c'est peu.",
            ],
            "<h3>Sur le même sujet</h3><p><a href=/s/2>Les conducteurs d'autobus cessent leur grève</a></p>",
        ),
    ];
    for (story, cases) in [(&SPANISH, IN_SPANISH), (&GERMAN, IN_GERMAN), (&FRENCH, IN_FRENCH)] {
        hold(story, cases, &[2, 5]);
    }
}
