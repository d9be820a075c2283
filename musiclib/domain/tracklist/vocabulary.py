"""Words and shapes the readers of lines know: versions, noise, headings, columns. Constants only."""

import re

_I = re.IGNORECASE

SPACED_DASH = re.compile(r"\s+[-–—―−]{1,2}\s+")

VERSION_WORD = re.compile(
    r"\b(?:(?:re-?)?mix(?:ed|es|down)?|rmx|re-?edit|edit(?:ed)?|versions?|vers?\.|versión|versione|versão"
    r"|dub(?:mix)?"
    r"|instrumental|acc?app?ell?a|a cappella|re-?master(?:ed|izado|isé)?|live|demo|acoustic|unplugged"
    r"|bootleg"
    r"|re-?work(?:ed)?|re-?fix(?:ed)?|flip|vip|extended|original|mono|stereo|cover|reprise|interlude"
    r"|session|take"
    r"|cut|mash-?up|medley|bonus|deluxe|alternate|karaoke|orchestral|remake|reboot|re-?rub|re-?touch"
    r"|re-?vision"
    r"|re-?interpretation|re-?construction|re-?model|re-?imagined|re-?recorded|overdub|tool|explicit"
    r"|clean|dirty|intro"
    r"|outro|single|radio|club|feat\.?|ft\.?|featuring|prod\.?|produced|part|pt\.?|vol\.?|soundtrack"
    r"|theme|skit"
    r"|anniversary|playback|transition|blend|version originale|fassung|akustisch|en vivo|en directo"
    r"|ao vivo|dal vivo"
    r"|remezcla|remixé|acústic[ao]|acoustique|acustic[ao]|akustik|slowed|sped up|nightcore|chopped|screwed"
    r"|ремикс|версия|кавер|акустика|акустическая|инструментал|концертная)\b"
    r"|リミックス|バージョン|ヴァージョン|ライブ|ライヴ|インスト|カラオケ|混音|现场|現場|伴奏|翻唱|리믹스|버전|라이브|ريمكس|版\b"
    r"|\b\d{1,2}(?:\"|''| ?inch)",
    _I,
)
"""In a bracket it says which version of a song is meant, so the bracket belongs to the title."""

VERSION_TAIL = re.compile(
    r"(?:the )?(?:\d{4}[ -]*)?(?:digital |album |single |original |extended |radio |club |short |long "
    r"|full |mono |stereo "
    r"|studio |acoustic |instrumental |alternate |deluxe |bonus |live |video |demo |re-?mastered |clean "
    r"|dirty |explicit )*"
    r"(?:re-?master(?:ed)?|live(?: (?:at|in|from|on) .*|$)|mix|version|edit|remix|dub|demo|take \d+|mono"
    r"|stereo|instrumental"
    r"|acoustic|acapella|extended|bonus track|reprise|single|radio|interlude|unplugged|en vivo"
    r"|ao vivo)\b(?: \d{4})?"
    r"(?: (?:version|edit|mix|re-?master(?:ed)?))?$"
    r"|from ['\"].*|(?:part|pt\.?) (?:\d+|[ivx]+)$",
    _I,
)
"""A whole part after a dash that only names a version: 'Song - 2011 Remaster'."""

MIX_NAME = re.compile(
    r"\b(?:re-?mix|mix|rmx|edit|re-?edit|version|dub|remaster(?:ed)?|bootleg|rework|refix|flip|vip"
    r"|instrumental"
    r"|extended|acapella|reboot|mash-?up|ремикс|версия)\b|リミックス|バージョン|ver\.|混音|리믹스|버전",
    _I,
)
FEATURING = re.compile(r"(?<!\w)(?:feat|ft|featuring)\b", _I)
JOINER = re.compile(r" (?:&|\+|and|und|y|et|i|и|x|×|vs\.?|b2b|pres\.?|presents|with|w/|meets) |, |、", _I)
COUNTRY_TAG = re.compile(r"\((?:[A-Z]{2,3}|ofc|official|band|dj|[A-Z]{2}\d?)\)\s*$")
TITLE_WORD = re.compile(
    r"(?<!\w)(?:i|i'm|i'll|i've|you|you're|your|my|me|it|it's|is|are|was|don't|can't|won't|ain't|let"
    r"|let's|to|of|in"
    r"|for|on|from|be|got|get|go|when|what|where|why|how|we|she|he|this|that|no|not|never|all|love|night"
    r"|feel|want"
    r"|ich|du|mein|dein|nicht|ist|je|tu|mon|ma|mes|pas|est|que|mi|tu|te|yo|no|es|por|para|я|ты|мой|моя|не"
    r"|мы|в|на)(?!\w)",
    _I,
)
PERSON_LIKE = re.compile(
    r"^(?:dj|mc|the|los|las|les|die|d\.j\.|mr\.?|mrs\.?|ms\.?|dr\.?|lil'?|big|young|sir|lady|king|queen"
    r"|st\.?)\s"
    r"|\s(?:orchestra|quartet|quintet|trio|band|ensemble|brothers|bros\.?|sisters|choir|collective"
    r"|project|crew|boys"
    r"|girls|sound ?system|all ?stars|experience|family|gang|posse|clan|philharmonic|symphony)$",
    _I,
)

NOISE_TAG = re.compile(
    r"[\d.,]+[km]? (?:plays|views|likes|streams|downloads|votes|points)"
    r"|(?:the )?(?:(?:un)?official|offizielles?|officiel|oficial|new song|lyrics?|with lyrics|video ?clip"
    r"|clip officiel|music"
    r"|full|hd|hq|uhd|4k|1080p|720p|free download|free dl|out now|premiere|exclusive|visuali[sz]er|audio"
    r"|video|hd audio"
    r"|hq audio|letra|testo|paroles|mv|m/v|pv|теxт|клип|official videoclip|homage"
    r"|\d{4}(?!\s+version)|high quality"
    r"|music video|listen|download|buy|stream|link|youtube|soundcloud|spotify|bandcamp|beatport|discogs"
    r"|flac|wav|aiff|mp3|(?:mp3 )?\d{3} ?kbps|mp3 \d{3}"
    r"|(?:16|24|32)[ -]?bit(?:[ /-]+\d{2,3}(?:\.\d)? ?khz)?)"
    r"(?:[\s/|-]+(?:official|music|lyrics?|video|audio|clip|hd|hq|4k|visuali[sz]er|homage|version|\d{4}"
    r"|only|and|&"
    r"|free|download|song|videoclip))*",
    _I,
)
"""Whole bracket that says something about an upload, not about the music."""

TRAILING_NOISE = re.compile(
    r"(?:\s+[-|:]?\s*(?:\*?(?:official|offizielles|officiel) (?:music |lyrics? |hd )?(?:video|audio"
    r"|visuali[sz]er|clip)\*?"
    r"|lyrics? video|\bHD|\bHQ|\b4K|\bfree download))+\s*$",
    _I,
)

LABEL_WORD = re.compile(
    r"\b(?:records?|recordings?|recs?\.?|music|musik|musique|discos|disques|label|ltd|limited|digital"
    r"|trax|audio"
    r"|sounds?|entertainment|productions?|white|white label|promo|cdr?|dubplate|unreleased|forthcoming"
    r"|self[- ]released"
    r"|bandcamp|imprint|tapes|editions?|verlag)\b\.?",
    _I,
)
CATALOG_NUMBER = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Z0-9. -]*\d)[A-Z]{2,}[A-Z0-9]{0,8}[ .-]?\d{1,6}[A-Z]{0,3}(?![A-Za-z0-9])"
)
ISRC = re.compile(r"(?<![A-Z0-9])[A-Z]{2}-?[A-Z0-9]{3}-?\d{2}-?\d{5}(?![A-Z0-9])")
BPM = re.compile(r"(\d{2,3}(?:[.,]\d{1,2})?)\s*bpm", _I)
CAMELOT = re.compile(r"(?:0?[1-9]|1[0-2])\s?[ABabdm]")
MUSICAL_KEY = re.compile(
    r"[A-Ha-h](?:\s?(?:#|b|♯|♭|is|es)|-?(?:sharp|flat))?(?:\s?(?:m|min|maj|minor|major|moll|dur)\.?)?"
)

HEADING = re.compile(
    r"[\W_]*(?:(?:the |full |complete |official |my |partial |dj )*(?:track[\s-]?list(?:ing|e)?"
    r"|set[\s-]?list|songlist|play[\s-]?list"
    r"|tracks?|songs?|chapters|timestamps?|time ?stamps|titelliste|titel|titres|liste des titres"
    r"|lista de (?:canciones|temas|músicas)"
    r"|canciones|temas|faixas|tracklist completa|brani|scaletta|треклист|трек-лист|список треков"
    r"|композиции|содержание"
    r"|トラックリスト|セットリスト|曲目|収録曲|曲目リスト|曲目列表|歌单|收录曲目?|歌曲列表"
    r"|트랙리스트|트랙 리스트|수록곡|세트리스트|قائمة الأغاني)"
    r"(?:[\s:：.!-]*|\s*\(.*\)\W*)"
    r"|(?:side|face|seite|lado|сторона|disc|disk|disco|disque|cd|lp|vinyl|part|hour|set|act|stunde|heure"
    r"|hora|диск|часть|час)"
    r"\s*#?(?:\d{1,2}|[a-f]{1,2}|one|two|three|four|i{1,3}|iv)\b(?:\s*[:：–—|-].*|\s*\(.*\))?\W*"
    r"|encore(?:\s*\d+)?\s*:?|zugabe:?|rappel:?|bis:?|main set:?|(?:first|second|third|1st|2nd"
    r"|3rd) (?:set|hour|half|part):?)\s*",
    _I,
)

MIX_TITLE_WORD = re.compile(
    r"(?<!\w)(?:track[\s-]?list(?:ing)?|set[\s-]?list|playlist|podcast|episode|ep\.? ?#?\d+|radio ?show"
    r"|live (?:@|at|from|in) "
    r"|guest ?mix|essential mix|mixtape|dj[ -]set|boiler room|vol(?:ume)?\.? ?\d+|mixed by|compiled by"
    r"|in the mix|top \d+|session"
    r"|chart|charts|closing set|opening set|b2b set|festival|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
    r"|\d{4}-\d{2}-\d{2}|\(\d+ tracks\)"
    r"|best of (?:19|20)\d\d|discography|выпуск|эфир|part \d+ of)(?!\w)|\s@\s|#\d{2,}",
    _I,
)

ADVERT = re.compile(
    r"[\W_]*(?:"
    r"(?:follow|subscribe|support|download|stream|contact|join|visit|check(?: out)?|donate|abonniert?"
    r"|folgt?|folge"
    r"|suivez|abonnez|sígueme|sigue|síguenos|suscríbete|подпис\w+|слушать|скачать)\b.{0,60}?(?::|https?:"
    r"|www\.|@\w"
    r"|\b(?:me|us|our|this|more|now|here|your|на|auf)\b|\bthe (?:show|channel|mix)\b|👇|👉|▼|!\s*$).*"
    r"|(?:buy|get|grab|like|share|find|listen|watch|hit|turn on|click|connect|shop|book|order|pre-?order"
    r"|comment|tap)"
    r"\b.{0,60}?(?:https?:|www\.|@\w|\b(?:here|below|button|bell|link|links|comments|channel|tickets"
    r"|your #\d+)\b"
    r"|\bus\b(?: on| at|$)|:\s*$|: |👇|👉|▼).*"
    r"|(?:instagram|facebook|twitter|sound ?cloud|mix ?cloud|spotify|youtube|tiktok|bandcamp|beatport"
    r"|apple music|patreon|discord|telegram"
    r"|website|web|homepage|e-?mail|mail|booking|bookings|management|contact|press|merch|tickets|label"
    r"|buy|stream|download|artwork"
    r"|photo|cover art|links?|socials?|more info|info|license|copyright|hosted by|recorded (?:at|live|in"
    r"|on)|mastered (?:at|by)"
    r"|subscribe|vk|ig|fb|sc|insta|x|rss|itunes|donate|paypal|ko-?fi|thanks to|thank you|special thanks"
    r"|shout ?outs?)\s*[:：|/-].*"
    r""
    r"|(?:©|\(c\)|℗|copyright|all rights reserved).*"
    r"|(?:please|thanks|thank you|enjoy|hope you|credits?|disclaimer|note|nb|ps|p\.s|p\.p\.s|edit|update"
    r"|about)\b[.:,!\s].*"
    r"|(?:thanks for|thank you for|enjoy the|hope you) .*"
    r"|\d[\d.,]*\s*[KMB]?\s*(?:views|plays|streams|likes|comments|followers|subscribers|reposts|songs"
    r"|tracks|titel|titres"
    r"|canciones|треков)\b.*"
    r"|(?:show|read|see|view) (?:more|less|all)\b.*"
    r"|(?:about|tags?|genres?|share|reply|report|edit|released?|posted|published|uploaded|duration|total"
    r"|runtime|language|comments?)"
    r"(?:\s*[:：].*|\W*)"
    r"|(?:released|posted|published|uploaded|recorded|aired|broadcast(?:ed)?) (?:on |in |at "
    r"|live )?.{0,12}?\b(?:\w+ \d|\d).*"
    r"|share or embed\b.*|i was there!?\s+\d+"
    r"|(?:ripped|encoded|uploaded|scanned) by .*"
    r"|edit setlist.*|songs played by album.*|report setlist.*|full tracklist .*"
    r")",
    _I,
)
CREDIT = re.compile(
    r"\W*(?:(?:all |additional |executive |co-?|vocals? |music |words |lyrics )*"
    r"(?:written|produced|composed|arranged|mixed|remixed|mastered|remastered|engineered|recorded"
    r"|performed|lyrics"
    r"|music|words|vocals?|producer"
    r"|remix|guitar|drums|bass|keyboards|piano|synth\w*|engineer|featuring|performer|lead vocals|artwork"
    r"|photography|songwriter"
    r"|composer|arranger|publisher|published|mix|strings|percussion|saxophone|trumpet|violin|written-by"
    r"|backing vocals"
    r"|text|musik|komponist|texter|produziert|paroles|musique|letra|música|слова|музыка|作詞|作曲|編曲|作词|编曲|词"
    r"|曲|작사|작곡)"
    r"(?:[ -](?:by|von|par|por))?(?:(?: &|,) [\w-]+){0,4}|other)\s*(?:\[[^\]]*\]\s*)?(?:[:：]|[–—-]\s"
    r"|\s(?:by|von|par)\s).*",
    _I,
)
METADATA = re.compile(
    r"\W*(?P<key>artists?|albums?|title|performer|band|label|genres?|styles?|format|country|released?"
    r"|year|date|catalog(?:ue)?(?: ?(?:#|no\.?|number))?"
    r"|venue|tour|notes?|barcode|duration|length|total(?: time| length)?|runtime|bitrate|quality"
    r"|ripped by|encoder|source|tape|mix(?:ed by)?|dj|host|show|station"
    r"|interpret|künstler|titel|jahr|erschienen|genre|laufzeit|artiste|année|durée|artista|álbum|género"
    r"|año|duración|disco"
    r"|исполнитель|альбом|жанр|год|лейбл|страна|название|продолжительность|アーティスト|アルバム|発売日|レーベル|歌手|专辑|专辑名"
    r"|發行|发行|艺术家|演唱|"
    r"가수|앨범|아티스트|발매일?)[\s.]*[:：=]\s*(?P<value>.*)",
    _I,
)
ARTIST_KEYS = frozenset(
    {
        *("artist", "artists", "performer", "band", "interpret", "künstler", "artiste", "artista"),
        *("исполнитель", "アーティスト", "歌手", "艺术家", "演唱", "가수", "아티스트"),
    }
)
ALBUM_KEYS = frozenset(
    {"album", "albums", "title", "disco", "álbum", "альбом", "アルバム", "专辑", "专辑名", "앨범", "название"}
)

DATE_LINE = re.compile(
    r"\W*\d+ (?:second|minute|min|hour|day|week|month|year)s? ago\W*"
    r"|\W*(?:(?:mon|tue|wed|thu|fri|sat|sun)\w*,?\s+)?"
    r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{4}年\d{1,2}月\d{1,2}日"
    r"|\d{1,2}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?[^\W\d_]{3,10}\.?,?\s+\d{2,4}"
    r"|[^\W\d_]{3,10}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}"
    r"|(?:jan|feb|mar|mär|apr|mai|may|jun|jul|aug|sep|oct|okt|nov|dec|dez|ene|abr|ago|dic|fév|avr|aoû|déc"
    r"|янв|фев|мар"
    r"|апр|май|июн|июл|авг|сен|окт|ноя|дек)[^\W\d_]*\s+(?:19|20)\d\d|(?:19|20)\d\d)"
    r"(?:[,\s|@-]+\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]m)?)?(?:\s*[-–]\s*\d{1,2}:\d{2})?\W*",
    _I,
)
SUMMARY = re.compile(
    r"\W*(?:total|gesamt|overall|full|итого|общее время|durée totale|duración total)\b"
    r"(?: (?:playing|running|play|run|album|disc|side))*[ -]?(?:time|length|duration|runtime|zeit"
    r"|spielzeit|laufzeit|dauer)?"
    r"\s*[:=-]?\s*[\d:.hms ]*\W*",
    _I,
)
BUTTON = re.compile(
    r"\W*(?:add(?:ed)? to (?:my )?(?:playlists?|library|queue|cart|favou?rites|crate|wishlist)|full track"
    r"|play (?:track|all|video)|(?:buy|download) (?:track|album|now)|copy link|more (?:actions|options)"
    r"|date added"
    r"|free download|pre-?order now|\d[\d.,]*\s*[KMB]?\s*(?:views|plays|streams|likes|reposts))\W*",
    _I,
)
"""What the pages of players and shops write beside a track."""
BUTTON_WORDS = frozenset(
    {
        *("play", "pause", "more", "share", "like", "buy", "download", "stream", "listen", "video", "lyrics"),
        *(
            "add",
            "follow",
            "wishlist",
            "preview",
            "explicit",
            "info",
            "reply",
            "repost",
            "edit",
            "•••",
            "...",
        ),
    }
)
OTHER_LIST = re.compile(
    r"\W*(?:(?:my|our|the|all|useful|more|upcoming|next|past|recent|weekly|used|tech(?:nical)?|stage"
    r"|studio) )*"
    r"(?:to[- ]?do(?:s| list)?|check[- ]?list|packing list|shopping list|groceries|agenda|gear|equipment"
    r"|rider|set-?up"
    r"|reading list|books?|films?|movies|links?|socials|crew|credits|team|staff|personnel|musicians"
    r"|line-?up|recipe|ingredients"
    r"|dates|gigs|shows|tour(?: dates)?|live dates|events?|schedule|opening hours|prices|menu|contacts?"
    r"|sponsors|partners|venues?"
    r"|einkaufsliste|packliste|termine|konzerte|tourdaten|bücher|filme|rezept|zutaten|besetzung"
    r"|mitwirkende|preise|warenkorb"
    r"|liste de courses|matériel|livres|équipe|recette|ingrédients|prochaines dates|fechas|conciertos"
    r"|equipo|libros|ingredientes"
    r"|date del tour|libri|datas|agenda de shows|livros)"
    r"(?: (?:used|before .*|for .*|from .*|of .*|in .*|this .*|\d{4}))?\W*",
    _I,
)
"""A heading that says that the list below it is one of other things."""
LYRICS_HEAD = re.compile(
    r"[\W_]*(?:(?:pre|post)[- ]?)?(?:chorus|verse|verses|bridge|refrain|hook|strophe|couplet|estribillo"
    r"|estrofa|ritornello"
    r"|strofa|припев|куплет|refrão)(?:\s*(?:\d{1,2}|[ivx]{1,4}|x\d|\(.*\)))?\W*",
    _I,
)
"""What stands above the parts of a song's words."""
ROLE = re.compile(
    r"(?:(?:lead|backing|assistant|executive|additional|acoustic|electric|bass|tenor|alto|soprano"
    r"|baritone|upright|double"
    r"|art|stage|tour|live|monitor|front of house|first|second|co-?)[ -])*"
    r"(?:vocals?|voice|guitars?|bass(?: guitar)?|drums?|percussion|keyboards?|keys|piano|organ|synths?"
    r"|synthesi[sz]ers?"
    r"|sax(?:ophone)?|trumpet|trombone|clarinet|flute|violin|viola|cello|harp|horns?|strings|conductor"
    r"|engineer(?:ing)?"
    r"|producer|production|mixing|mastering|manager|management|camera|sound|lights?|lighting|editing"
    r"|editor|photograph(?:y|er)"
    r"|photos?|design(?:er)?|director|direction|artwork|layout|booking|press|promotion|host|moderation"
    r"|technik|technician"
    r"|gesang|gitarre|schlagzeug|klavier|tasten|kamera|ton|licht|schnitt|regie|chant|guitare|batterie|voz"
    r"|guitarra|batería)"
    r"(?:(?:,| &| and| und| et| y|/) ?\w[\w ]{0,30})?",
    _I,
)
"""What a person does in a band or a crew, as the whole of a name's place."""
SIGN_OFF = re.compile(
    r"(?:peace(?: (?:out|and love))?|cheers|best(?: wishes| regards)?|(?:kind |warm )?regards|(?:much "
    r"|one |big )?love|xo+|x{2,}"
    r"|greetings?|bye|goodbye|ciao|see you(?: soon)?|bless(?:ings)?|hugs|(?:liebe |viele |beste )?grüße"
    r"|lg|vg|mfg|tschüss"
    r"|salut(?:ations)?|bises|bisous|amitiés|à bientôt|saludos|abrazos?|besos|hasta (?:luego|pronto)"
    r"|abraços|saluti|baci"
    r"|pozdrawiam|sevgiler|с уважением|привет|(?:big |many |special )?thanks(?: again)?|thank you|merci"
    r"|danke|gracias|obrigado"
    r"|grazie)[!.,]*",
    _I,
)
"""What a letter ends with before its writer's name."""
BREAK = re.compile(
    r"(?:(?:air|station|news|ad|advert|commercial|talk|mic|legal)[ -]?(?:breaks?|id|jingle)|news|headlines"
    r"|weather|traffic|jingle"
    r"|commercials?|adverts?|nachrichten|werbung|wetter|verkehr|informations?|publicité|météo|noticias"
    r"|publicidad|новости|реклама)",
    _I,
)
"""What a radio log has between its songs."""
URL = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w.-])[\w.-]+@[\w-]+\.[a-z]{2,}\b|(?<![\w.-])(?:[\w-]+\.)+(?:com|net"
    r"|org|fm|tv|be|ly|gl"
    r"|me|to|cc)/\S+",
    _I,
)
AUDIO_EXTENSION = re.compile(
    r"\.(?:mp3|flac|wav|aiff?|m4a|aac|ogg|opus|wma|alac|ape|wv|mp4|webm|mkv|m4p|dsf|mpc)$", _I
)
STOP_WORD = re.compile(
    r"(?<!\w)(?:the|a|an|and|or|but|of|to|in|is|are|was|were|for|with|on|this|that|these|i|you|it|we|they"
    r"|be|been|have|has|had|from|at|so"
    r"|as|not|will|can|my|your|our|their|his|her|its|if|by|about|there|here|some|more|just|very|also"
    r"|because|who|which"
    r"|der|die|das|und|ist|ein|eine|mit|für|von|auf|wir|ich|nicht|le|la|les|et|est|un|une|pour|avec|dans"
    r"|nous|que|el|los|las|y|es|una|con|para|por"
    r"|и|в|на|не|с|что|это|как|для|мы|по)(?!\w)",
    _I,
)
UNKNOWN = re.compile(
    r"(?:\?{1,4}|id|unknown|unknown artist|unknown track|unidentified|n/?a|tba|unreleased id"
    r"|id\s?#?\d{1,2}|track id)",
    _I,
)
_ARTIST_HEAD = r"(?:artists?|bands?|interpret(?:en)?|künstler|artistes?|artistas?|исполнитель|アーティスト)"
_TITLE_HEAD = r"(?:titles?|tracks?|songs?|names?|titel|titres?|títulos?|canción|название|曲名)"
ORDER_HEAD = re.compile(
    rf"(?:.*[(\[:]\s*)?(?:{_ARTIST_HEAD}\s*[-/|,\t]+\s*{_TITLE_HEAD}"
    rf"|(?P<title_first>{_TITLE_HEAD}\s*[-/|,\t]+\s*{_ARTIST_HEAD}))\s*(?:[)\]:].*)?",
    _I,
)
"""A heading that says how the rows below it are written: 'Part two (Title - Artist)'."""
VARIOUS = re.compile(
    r"(?:various(?: artists?)?|v/?a|verschiedene.*|varios(?: artistas)?|artistes divers)", _I
)
"""What stands in the place of the artist when each track has its own."""
