//! One line of a page → whether the publisher calls its readers: to subscribe, to follow, to install, to write.
//! Fixed forms of words in the languages of most feeds; what somebody is quoted with is no call.

use super::pattern::pattern;

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
// A picture to point a telephone at, and an account to follow.
pattern!(
    SCAN,
    r"(?:扫描|扫码|扫一扫|掃描|長按|长按|识别).*(?:二维码|QR\ ?code|條碼).*(?:关注|關注|下载|下載|订阅|訂閱|加入)|关注.*(?:公众号|官方微信|微信号|视频号)"
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

/// Signs of a line that calls to point a telephone at a picture; a report of what such pictures are used for is longer.
const MAX_SCAN: usize = 70;
/// Marks of quotation: what somebody else says is no call of the publisher's.
const QUOTATION: [char; 6] = ['“', '”', '"', '«', '„', '「'];

/// A call to subscribe to the publisher, follow it, install its app.
pub(super) fn is_call(text: &str, chars: usize) -> bool {
    chars < 350
        && !text.starts_with(QUOTATION)
        && (CALL.is_match(text)
            || OWN_VOICE.is_match(text)
            || (MAYBE_CALL.is_match(text) && OURS.is_match(text))
            || is_scan(text, chars))
}

/// A call to point a telephone at a picture that leads to the publisher: no link is in it.
pub(super) fn is_scan(text: &str, chars: usize) -> bool {
    chars < MAX_SCAN && !text.starts_with(QUOTATION) && SCAN.is_match(text)
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

#[cfg(test)]
mod tests {
    use super::super::lines::tests::are_told;
    use super::*;

    #[test]
    fn lines_are_what_they_say() {
        are_told(&[
            (
                "call",
                |t| is_call(t, t.chars().count()),
                &[
                    "CLICK HERE TO GET THE POST APP",
                    "Sign up for our newsletter",
                    "Síguenos en Facebook",
                    "每日推送港口资讯，扫描下方二维码，关注本报官方微信。",
                ],
                &["Join us in the garden", "The newsletter was late", "乘客扫描二维码就能买船票。"],
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
        ]);
    }
}
