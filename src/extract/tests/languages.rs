//! A sentence or two in each language that detection knows → its code, from the text alone. Written for this test.

use super::language;

/// The code, and what one reads of it in a paper.
const TEXTS: &[(&str, &str)] = &[
    (
        "en",
        "The ferry between the town and the islands will be late all week, because the old quay has to be repaired.",
    ),
    (
        "es",
        "El barco que une el pueblo con las islas llegará tarde toda la semana, porque hay que reparar el viejo muelle.",
    ),
    (
        "pt",
        "O barco que liga a cidade às ilhas vai chegar atrasado toda a semana, porque é preciso reparar o velho cais.",
    ),
    ("fr", "Le bateau qui relie la ville aux îles aura du retard toute la semaine, car il faut réparer le vieux quai."),
    (
        "it",
        "Il traghetto che collega la città alle isole sarà in ritardo per tutta la settimana, perché bisogna riparare il vecchio molo.",
    ),
    (
        "ro",
        "Vaporul dintre oraș și insule va întârzia toată săptămâna, pentru că vechiul chei trebuie reparat, a spus căpitanul.",
    ),
    (
        "ca",
        "El vaixell que uneix el poble amb les illes arribarà tard tota la setmana, perquè cal reparar el moll vell i això és molt car.",
    ),
    (
        "la",
        "Navis quae inter urbem et insulas currit tota hebdomade sero veniet, quod vetus moles reficienda est, ut magister portus dixit.",
    ),
    (
        "de",
        "Die Fähre zwischen der Stadt und den Inseln wird die ganze Woche verspätet sein, weil der alte Kai ausgebessert werden muss.",
    ),
    (
        "nl",
        "De veerboot tussen de stad en de eilanden zal de hele week te laat zijn, omdat de oude kade moet worden hersteld.",
    ),
    (
        "af",
        "Die veerboot tussen die dorp en die eilande sal die hele week laat wees, omdat die ou kaai herstel moet word, het hy gesê.",
    ),
    (
        "sv",
        "Färjan mellan staden och öarna kommer att vara försenad hela veckan, eftersom den gamla kajen måste lagas.",
    ),
    (
        "da",
        "Færgen mellem byen og øerne bliver forsinket hele ugen, fordi den gamle kaj skal repareres, siger havnefogeden, og det bliver ikke billigt.",
    ),
    (
        "no",
        "Ferjen mellom byen og øyene blir forsinket hele uken, fordi den gamle brygga må repareres, sier havnesjefen, og ingen vet hvor lenge det tar.",
    ),
    ("fi", "Kaupungin ja saarten välinen lautta on myöhässä koko viikon, koska vanha laituri täytyy korjata."),
    (
        "et",
        "Linna ja saarte vaheline praam hilineb terve nädala, sest vana kai tuleb ära parandada, ütles sadama juht.",
    ),
    ("hu", "A város és a szigetek közötti komp egész héten késni fog, mert a régi rakpartot meg kell javítani."),
    ("lt", "Keltas tarp miesto ir salų vėluos visą savaitę, nes reikia taisyti seną krantinę, sakė uosto viršininkas."),
    (
        "lv",
        "Prāmis starp pilsētu un salām kavēsies visu nedēļu, jo jāremontē vecā piestātne, sacīja ostas priekšnieks.",
    ),
    (
        "pl",
        "Prom między miastem a wyspami będzie się spóźniał przez cały tydzień, ponieważ trzeba naprawić stare nabrzeże.",
    ),
    (
        "cs",
        "Trajekt mezi městem a ostrovy bude mít celý týden zpoždění, protože je třeba opravit staré nábřeží, řekl ředitel přístavu.",
    ),
    (
        "sk",
        "Trajekt medzi mestom a ostrovmi bude celý týždeň meškať, pretože treba opraviť staré nábrežie, povedal riaditeľ prístavu, ktorý o tom vedel.",
    ),
    (
        "sl",
        "Trajekt med mestom in otoki bo ves teden zamujal, ker je treba popraviti stari pomol, je povedal vodja pristanišča.",
    ),
    (
        "hr",
        "Trajekt između grada i otoka kasnit će cijeli tjedan jer treba popraviti stari gat, rekao je lučki kapetan, a putnici će čekati.",
    ),
    ("ru", "Паром между городом и островами будет опаздывать всю неделю, потому что нужно чинить старую пристань."),
    (
        "uk",
        "Пором між містом і островами запізнюватиметься весь тиждень, бо треба полагодити стару пристань, сказав капітан.",
    ),
    (
        "be",
        "Паром паміж горадам і астравамі будзе спазняцца ўвесь тыдзень, бо трэба адрамантаваць старую прыстань, сказаў капітан.",
    ),
    (
        "bg",
        "Фериботът между града и островите ще закъснява през цялата седмица, защото старият кей трябва да бъде поправен.",
    ),
    (
        "mk",
        "Трајектот меѓу градот и островите ќе доцни цела недела, бидејќи стариот кеј мора да се поправи, рече капетанот.",
    ),
    (
        "sr",
        "Трајект између града и острва касниће целе недеље, јер стари кеј мора да се поправи, рекао је капетан луке.",
    ),
    (
        "el",
        "Το πλοίο ανάμεσα στην πόλη και τα νησιά θα αργεί όλη την εβδομάδα, γιατί πρέπει να επισκευαστεί η παλιά αποβάθρα.",
    ),
    (
        "tr",
        "Kasaba ile adalar arasındaki vapur bütün hafta gecikecek, çünkü eski iskelenin onarılması gerekiyor, dedi liman müdürü.",
    ),
    (
        "az",
        "Şəhər ilə adalar arasındakı bərə bütün həftə gecikəcək, çünki köhnə körpü təmir olunmalıdır, dedi liman rəisi.",
    ),
    (
        "uz",
        "Shahar bilan orollar orasidagi kema butun hafta kechikadi, chunki eski bandargohni ta’mirlash kerak, dedi boshliq.",
    ),
    (
        "tk",
        "Şäher bilen adalaryň arasyndaky gämi bütin hepdäniň dowamynda gijä galar, sebäbi köne menzil bejerilmeli, diýip başlyk aýtdy.",
    ),
    (
        "cy",
        "Bydd y llong rhwng y dref a'r ynysoedd yn hwyr drwy'r wythnos, oherwydd bod rhaid trwsio'r hen gei, meddai'r capten.",
    ),
    (
        "eo",
        "La pramo inter la urbo kaj la insuloj malfruos dum la tuta semajno, ĉar oni devas ripari la malnovan kajon, diris la estro.",
    ),
    (
        "id",
        "Kapal feri antara kota dan pulau-pulau akan terlambat sepanjang minggu karena dermaga lama harus diperbaiki, kata kepala pelabuhan.",
    ),
    (
        "jv",
        "Prau antarane kutha lan pulo-pulo bakal telat sajrone seminggu iki, amarga dermaga sing lawas kudu didandani, mangkono ature kepala pelabuhan.",
    ),
    (
        "tl",
        "Ang lantsa sa pagitan ng bayan at ng mga pulo ay mahuhuli sa buong linggo, dahil kailangang ayusin ang lumang daungan.",
    ),
    (
        "vi",
        "Chuyến phà giữa thị trấn và các đảo sẽ bị trễ cả tuần, vì bến tàu cũ phải được sửa chữa, ông trưởng cảng cho biết.",
    ),
    (
        "zu",
        "Umkhumbi ohamba phakathi kwedolobha neziqhingi uzofika sekwedlule isikhathi leli sonto lonke, ngoba ichweba elidala kumele lilungiswe.",
    ),
    (
        "sn",
        "Chikepe chinofamba pakati peguta nezvitsuwa chichanonoka vhiki rose, nokuti chiteshi chekare chinofanira kugadziriswa, akadaro mukuru wacho.",
    ),
    (
        "ak",
        "Ɔhyɛn a ɛfa kurow no ne nsupɔw no ntam no bɛka akyi dapɛn no nyinaa, efisɛ ɛsɛ sɛ wosiesie hyɛnkɔgyinabea dedaw no.",
    ),
    ("ka", "ბორანი ქალაქსა და კუნძულებს შორის მთელი კვირა დაიგვიანებს, რადგან ძველი ნავმისადგომი შესაკეთებელია."),
    ("hy", "Քաղաքի և կղզիների միջև լաստանավը կուշանա ամբողջ շաբաթ, քանի որ հին նավամատույցը պետք է նորոգվի։"),
    ("he", "המעבורת בין העיר לאיים תאחר כל השבוע, משום שצריך לתקן את הרציף הישן, אמר מנהל הנמל."),
    (
        "yi",
        "די שיף צווישן דער שטאָט און די אינדזלען וועט זיך פֿאַרשפּעטיקן אַ גאַנצע וואָך, ווייל מען דאַרף פֿאַרריכטן דעם אַלטן האַפֿן.",
    ),
    ("ar", "ستتأخر العبارة بين المدينة والجزر طوال الأسبوع، لأن الرصيف القديم يحتاج إلى إصلاح، كما قال مدير الميناء."),
    (
        "fa",
        "کشتی میان شهر و جزیره‌ها در تمام هفته دیر خواهد رسید، زیرا اسکلهٔ قدیمی باید تعمیر شود، رئیس بندر گفت که چاره‌ای نیست.",
    ),
    ("ur", "شہر اور جزیروں کے درمیان چلنے والی کشتی پورے ہفتے دیر سے آئے گی، کیونکہ پرانی گودی کی مرمت کی ضرورت ہے۔"),
    ("hi", "शहर और द्वीपों के बीच चलने वाली नाव पूरे सप्ताह देर से आएगी, क्योंकि पुराने घाट की मरम्मत की जानी है।"),
    ("mr", "शहर आणि बेटांमधील बोट संपूर्ण आठवडाभर उशिरा येईल, कारण जुन्या धक्क्याची दुरुस्ती करावी लागणार आहे, असे त्यांनी सांगितले."),
    ("ne", "सहर र टापुहरू बीचको डुङ्गा हप्ताभरि ढिलो हुनेछ, किनभने पुरानो घाट मर्मत गर्नुपर्ने छ, उनले भने।"),
    ("bn", "শহর আর দ্বীপগুলোর মধ্যে ফেরি সারা সপ্তাহ দেরিতে চলবে, কারণ পুরোনো ঘাটটি মেরামত করতে হবে।"),
    ("pa", "ਸ਼ਹਿਰ ਅਤੇ ਟਾਪੂਆਂ ਵਿਚਕਾਰ ਬੇੜੀ ਸਾਰਾ ਹਫ਼ਤਾ ਦੇਰ ਨਾਲ ਚੱਲੇਗੀ, ਕਿਉਂਕਿ ਪੁਰਾਣੇ ਘਾਟ ਦੀ ਮੁਰੰਮਤ ਕਰਨੀ ਹੈ।"),
    ("gu", "શહેર અને ટાપુઓ વચ્ચેની હોડી આખું અઠવાડિયું મોડી પડશે, કારણ કે જૂના ઘાટનું સમારકામ કરવાનું છે."),
    ("or", "ସହର ଓ ଦ୍ୱୀପ ମଧ୍ୟରେ ଚାଲୁଥିବା ଡଙ୍ଗା ସପ୍ତାହ ସାରା ବିଳମ୍ବରେ ଆସିବ, କାରଣ ପୁରୁଣା ଘାଟର ମରାମତି ହେବ।"),
    ("ta", "நகரத்துக்கும் தீவுகளுக்கும் இடையிலான படகு வாரம் முழுவதும் தாமதமாக வரும், ஏனெனில் பழைய துறையைச் சரிசெய்ய வேண்டும்."),
    ("te", "పట్టణానికీ దీవులకూ మధ్య నడిచే పడవ వారమంతా ఆలస్యంగా వస్తుంది, ఎందుకంటే పాత రేవును బాగు చేయాలి."),
    ("kn", "ಪಟ್ಟಣ ಮತ್ತು ದ್ವೀಪಗಳ ನಡುವಿನ ದೋಣಿ ಇಡೀ ವಾರ ತಡವಾಗಿ ಬರಲಿದೆ, ಏಕೆಂದರೆ ಹಳೆಯ ಬಂದರನ್ನು ದುರಸ್ತಿ ಮಾಡಬೇಕು."),
    ("ml", "പട്ടണത്തിനും ദ്വീപുകൾക്കും ഇടയിലുള്ള ബോട്ട് ആഴ്ച മുഴുവൻ വൈകും, കാരണം പഴയ കടവ് നന്നാക്കേണ്ടതുണ്ട്."),
    ("si", "නගරය සහ දූපත් අතර යන බෝට්ටුව සතිය පුරාම ප්‍රමාද වනු ඇත, මන්ද පැරණි තොටුපළ අලුත්වැඩියා කළ යුතුය."),
    ("th", "เรือข้ามฟากระหว่างเมืองกับหมู่เกาะจะล่าช้าตลอดทั้งสัปดาห์ เพราะท่าเรือเก่าต้องซ่อมแซม"),
    ("km", "សាឡាងរវាងទីក្រុង និងកោះនានានឹងយឺតពេញមួយសប្ដាហ៍ ព្រោះកំពង់ផែចាស់ត្រូវជួសជុល។"),
    ("my", "မြို့နှင့် ကျွန်းများကြား ကူးတို့သင်္ဘောသည် တစ်ပတ်လုံး နောက်ကျမည်၊ အကြောင်းမှာ ဆိပ်ကမ်းဟောင်းကို ပြုပြင်ရမည်ဖြစ်သည်။"),
    ("am", "በከተማውና በደሴቶቹ መካከል የሚሄደው ጀልባ ሳምንቱን ሙሉ ይዘገያል፣ ምክንያቱም አሮጌው ወደብ መጠገን አለበት።"),
    ("zh", "往来于县城和岛屿之间的渡船整个星期都会晚点，因为老码头需要修理，港务局长这样说。"),
    ("ja", "町と島を結ぶ船は、古い岸壁を直さなければならないため、今週いっぱい遅れる見込みだと港長は話した。"),
    ("ko", "마을과 섬을 오가는 배는 낡은 부두를 고쳐야 하기 때문에 이번 주 내내 늦어질 것이라고 항만 책임자가 말했다."),
];

#[test]
fn every_language_is_told_from_a_text_alone() {
    assert!(TEXTS.len() >= 60, "{} languages", TEXTS.len());
    let wrong: Vec<String> = TEXTS
        .iter()
        .filter_map(|(code, text)| {
            let found = language(text, None, None).map(|language| language.code);
            (found.as_deref() != Some(code)).then(|| format!("{code}: {found:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn a_short_text_falls_back_to_the_feeds_language() {
    for (code, text) in TEXTS {
        let short: String = text.chars().take(18).collect();
        let found = language(&short, None, Some(code)).expect("a language");
        assert_eq!((found.code.as_str(), found.sure), (*code, false), "{short}");
        // A feed in another language than it says is told by a long text, and by nothing less.
        let found = language(&short, None, Some("cy")).expect("a language");
        assert_eq!((found.code.as_str(), found.sure), ("cy", false), "{short}");
    }
}
