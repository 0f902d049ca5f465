// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Other spellings, abbreviations, and signs with their words. */

#include "spellings.h"

#include <string.h>

/* Of each line all forms count as the first; a form may be in several. Without
 * spaces, as words are compared. */
static const gchar *const common[] = { "&", "%", "€|euro|euros|eur", "$|usd", "£|gbp",
  "¥|yen|jpy", "+|plus", "@|at", "#", "°", "°c|celsius", "°f|fahrenheit", "§", "×|x", "÷",
  "½|1/2", "¼|1/4", "¾|3/4", "ok|okay|okey", "=", "/", "-", ".", ":", "*", "_",
  "n°|no|nr", "№|no|nr", "tv|television", "etc|etcetera", "kg|kilo|kilos", "vs|versus",
  "±", "~", "^", "<", ">", "http", "https", "www|doubleudoubleudoubleu|tripledoubleu",
  "v|volt|volts", "hz|hertz", "w|watt|watts", NULL };

static const gchar *const english[] = { "&|and", "%|percent|pct", "$|dollar|dollars",
  "£|pound|pounds", "cent|cents|¢", "@|at", "#|hash|number|hashtag|pound|sharp",
  "°|degree|degrees", "°c|degreescelsius|degreecelsius|celsius",
  "°f|degreesfahrenheit|degreefahrenheit|fahrenheit", "§|section", "×|times|by|x",
  "÷|dividedby", "½|half|halfa|ahalf|onehalf|1half|andahalf",
  "¼|aquarter|quarter|onequarter|1quarter", "¾|threequarters|3quarters", "1/3|athird",
  "=|equals|equal|is", "/|slash|per|or|over", "-|to|minus|negative|dash|hyphen|through",
  ".|dot|point", ":|to|colon", "_|underscore", "+|plus", "*|star|times",
  "±|plusorminus|plusminus", "~|about|approximately|around|tilde",
  "^|tothe|tothepowerof|caret", "<|lessthan|islessthan", ">|greaterthan|isgreaterthan",
  "mister|mr", "missus|mrs|misses", "ms|miz|miss", "doctor|dr", "drive|dr",
  "professor|prof", "saint|st", "street|st", "avenue|ave", "boulevard|blvd", "road|rd",
  "mount|mt", "fort|ft", "junior|jr", "senior|sr", "captain|capt", "colonel|col",
  "general|gen", "lieutenant|lt", "sergeant|sgt", "reverend|rev", "honorable|hon",
  "president|pres", "governor|gov", "senator|sen", "representative|rep", "number|no|nr",
  "volume|vol", "page|p|pg", "pages|pp", "figure|fig", "chapter|ch|chap", "edition|ed",
  "department|dept", "company|co", "corporation|corp", "incorporated|inc", "limited|ltd",
  "versus|vs|v", "approximately|approx", "forexample|eg", "thatis|ie", "alsoknownas|aka",
  "without|w/o", "established|est", "estimated|est", "foryourinformation|fyi",
  "assoonaspossible|asap", "bytheway|btw", "goingto|gonna", "wantto|wanna", "gotto|gotta",
  "kindof|kinda", "sortof|sorta", "outof|outta", "letme|lemme", "giveme|gimme",
  "dontknow|dunno", "because|cuz", "youall|yall", "madam|maam", "and|n",
  "rockandroll|rocknroll", "etcetera|etc|andsoon", "apartment|apt", "extension|ext",
  "government|govt", "january|jan", "february|feb", "march|mar", "april|apr", "june|jun",
  "july|jul", "august|aug", "september|sep|sept", "october|oct", "november|nov",
  "december|dec", "monday|mon", "tuesday|tue|tues", "wednesday|wed",
  "thursday|thu|thur|thurs", "friday|fri", "saturday|sat", "sunday|sun",
  "km|kilometers|kilometres|kilometer|kilometre", "m|meters|metres|meter|metre",
  "cm|centimeters|centimetres|centimeter|centimetre",
  "mm|millimeters|millimetres|millimeter|millimetre",
  "kg|kilograms|kilogram|kilogrammes|kilos", "g|grams|gram|grammes",
  "mg|milligrams|milligram", "l|liters|litres|liter|litre",
  "ml|milliliters|millilitres|milliliter|millilitre", "lb|pounds|pound|lbs",
  "oz|ounces|ounce", "ft|feet|foot", "in|inches|inch", "tbsp|tablespoons|tablespoon",
  "tsp|teaspoons|teaspoon", "yd|yards|yard|yds", "sqft|squarefeet|squarefoot",
  "yr|years|year|yrs", "wk|weeks|week|wks", "mo|months|month|mos", "mi|miles|mile",
  "mph|milesperhour|mileanhour|milesanhour|mi/h",
  "kmh|kilometersperhour|kilometresperhour|kmph|km/h", "h|hours|hour|hr|hrs",
  "min|minutes|minute|mins", "s|seconds|second|sec|secs", "ms|milliseconds|millisecond",
  "khz|kilohertz", "mhz|megahertz", "ghz|gigahertz", "kw|kilowatts|kilowatt",
  "kb|kilobytes|kilobyte", "mb|megabytes|megabyte", "gb|gigabytes|gigabyte",
  "tb|terabytes|terabyte", "sqm|squaremeters|squaremetres|m2", "oclock|:00",
  "20s|twenties", "30s|thirties", "40s|forties", "50s|fifties", "60s|sixties",
  "70s|seventies", "80s|eighties", "90s|nineties", "10s|tens", "00s|hundreds",
  "gray|grey", "jail|gaol", "hiccups|hiccoughs", "grade|gr", "woolen|woollen",
  "among|amongst", "while|whilst", "amid|amidst", "check|cheque", "checks|cheques",
  "tire|tyre", "tires|tyres", "program|programme", "programs|programmes",
  "jewelry|jewellery", "curb|kerb", "story|storey", "stories|storeys",
  "aluminum|aluminium", "donut|doughnut", "donuts|doughnuts", "whiskey|whisky",
  "yogurt|yoghurt", "pajamas|pyjamas", "judgment|judgement", "aging|ageing",
  "artifact|artefact", "artifacts|artefacts", "alright|allright", "catalog|catalogue",
  "catalogs|catalogues", "dialog|dialogue", "dialogs|dialogues", "analog|analogue",
  "defense|defence", "offense|offence", "license|licence", "licenses|licences",
  "practice|practise", "practiced|practised", "practicing|practising",
  "pretense|pretence", "fulfill|fulfil", "skillful|skilful", "enroll|enrol",
  "installment|instalment", "willful|wilful",

  "mom|mum", "mommy|mummy", "cozy|cosy", "specialty|speciality", "learned|learnt",
  "burned|burnt", "dreamed|dreamt", "spelled|spelt", "leaned|leant", "spoiled|spoilt",
  "toward|towards", "afterward|afterwards", "backward|backwards", "forward|forwards",
  "likable|likeable", "livable|liveable", "sizable|sizeable", "movable|moveable",
  "acknowledgment|acknowledgement", "advisor|adviser", "advisors|advisers", "disk|disc",
  "disks|discs", "phony|phoney", "ax|axe", "naive|naieve", "hiccup|hiccough",
  "barbecue|barbeque|bbq", "ketchup|catsup", "omelet|omelette", "cigaret|cigarette",
  "hello|hallo|hullo", "through|thru", "though|tho", "whoa|woah", "ahh|ah|aah",
  "ooh|oh|ohh", "hmm|hm|hmmm", "uhhuh|uhuh", "til|till", "adviser|advisor",
  "email|electronicmail", "lasagna|lasagne", "kebab|kabob", "airplane|aeroplane",
  "airplanes|aeroplanes", "us|unitedstates|usa", "uk|unitedkingdom", "macdonald|mcdonald",
  NULL };

static const gchar *const german[] = { "&|und", "%|prozent", "$|dollar", "£|pfund",
  "cent|cents", "@|at|ätt", "#|nummer|raute", "°|grad", "°c|gradcelsius",
  "°f|gradfahrenheit", "§|paragraf|paragraph", "×|mal|x|mal",
  ("½|halb|halbe|halber|halbes|halben|einhalb|einhalber|einhalbes|einhalbe|"
   "einehalbe|einenhalben|einemhalben|einerhalben|1halb|undeinhalb"),
  "1½|eineinhalb|anderthalb", "¼|einviertel|viertel", "¾|dreiviertel", "1/3|eindrittel",
  "2/3|zweidrittel", "=|gleich|ist", "/|schrägstrich|pro|oder|slash",
  "-|bis|minus|bindestrich|strich", ".|punkt|komma", ":|zu|doppelpunkt", "_|unterstrich",
  "+|plus", "+|und", "*|mal|stern", "uhr", "zumbeispiel|zb|zbsp", "undsoweiter|usw",
  "beziehungsweise|bzw", "dasheißt|dh", "unteranderem|ua", "zurzeit|zzt|zz",
  "vorallem|va", "nummer|nr", "straße|str", "doktor|dr", "professor|prof", "herr|hr",
  "herrn|hrn", "frau|fr", "circa|ca|zirka", "inklusive|inkl", "mehrwertsteuer|mwst",
  "exklusive|exkl", "gegebenenfalls|ggf", "eventuell|evtl", "siehe|s", "seite|s",
  "vergleiche|vgl", "sankt|st", "stunde|std", "stunden|std|h", "minuten|min|minute",
  "sekunden|sek|s|sekunde", "telefon|tel", "telephon|tel", "millionen|mio|million",
  "milliarden|mrd|milliarde", "absatz|abs", "artikel|art", "maximal|max", "minimal|min",
  "ungefähr|ungef", "geboren|geb", "gestorben|gest", "jahrhundert|jh", "vorchristus|vchr",
  "nachchristus|nchr", "januar|jan|jänner", "februar|feb", "april|apr", "august|aug",
  "september|sep|sept", "oktober|okt", "november|nov", "dezember|dez", "montag|mo",
  "dienstag|di", "mittwoch|mi", "donnerstag|do", "freitag|fr", "samstag|sa|sonnabend",
  "sonntag|so", "km|kilometer", "m|meter", "cm|zentimeter", "mm|millimeter",
  "kg|kilogramm|kilo", "g|gramm", "l|liter", "ml|milliliter",
  "kmh|kilometerprostunde|stundenkilometer|km/h", "qm|quadratmeter|m2", "delfin|delphin",
  "fantasie|phantasie", "telefon|telephon", "paragraf|paragraph", "aufwendig|aufwändig",
  "selbständig|selbstständig", "potential|potenzial", "differential|differenzial",
  "rau|rauh", "spaghetti|spagetti", "ketchup|ketschup", "joghurt|jogurt",
  "portemonnaie|portmonee", "panther|panter", "thunfisch|tunfisch", "albtraum|alptraum",
  "majonäse|mayonnaise", "hämorrhoiden|hämorriden", "schifffahrt|schiffahrt",
  "stängel|stengel", "placieren|platzieren", "plazieren|platzieren", "sodass|sodaß",
  "geschrien|geschrieen", "gehen|gehn", "sehen|sehn", "stehen|stehn", "unsere|unsre",
  "unserer|unsrer", "andere|andre", "gerade|grade", "heute|heut", "gern|gerne",
  "usa|vereinigtestaaten", NULL };

static const gchar *const french[] = { "&|et", "%|pourcent|pourcents", "$|dollar|dollars",
  "£|livre|livres", "centimes|centime|cent", "@|arobase|at", "#|numéro|dièse",
  "°|degré|degrés", "°c|degréscelsius|degrécelsius", "§|paragraphe", "×|fois|x",
  "½|demi|demie|undemi|unedemi|unedemie|etdemi|etdemie", "¼|unquart", "¾|troisquarts",
  "1/3|untiers", "2/3|deuxtiers", "=|égale|égal", "/|sur|par|ou|slash", "-|à|moins|tiret",
  ".|point|virgule", "_|tiretbas", "+|plus", "monsieur|m|mr", "madame|mme",
  "mademoiselle|mlle", "messieurs|mm", "mesdames|mmes", "docteur|dr",
  "professeur|pr|prof", "maître|me", "saint|st", "sainte|ste", "numéro|no|n°|nº",
  "cestàdire|cad", "parexemple|pex|parex", "etcétéra|etc|etcaetera|etcetera", "avenue|av",
  "boulevard|bd|boul", "page|p", "environ|env", "jésuschrist|jc", "avantjésuschrist|avjc",
  "heure|h", "heures|h", "minutes|min|minute", "secondes|s|seconde|sec",
  "km|kilomètres|kilomètre", "m|mètres|mètre", "cm|centimètres|centimètre",
  "kg|kilogrammes|kilogramme|kilos|kilo", "g|grammes|gramme", "l|litres|litre",
  "kmh|kilomètresheure|kilomètresàlheure|km/h", "janvier|janv", "février|févr|fév",
  "avril|avr", "juillet|juil", "septembre|sept", "octobre|oct", "novembre|nov",
  "décembre|déc", "clé|clef", "clés|clefs", "ognon|oignon", "ognons|oignons", "paie|paye",
  "cuillère|cuiller", "yaourt|yogourt", "événement|évènement", "soûl|saoul",
  "bistro|bistrot", "igloo|iglou", "nénufar|nénuphar", "shampoing|shampooing", "lys|lis",
  "gaité|gaieté", "essaie|essaye", "balaie|balaye", "paiement|payement",
  "états-unis|usa|étatsunis", NULL };

static const gchar *const spanish[] = { "&|y", "%|porciento|porcien",
  "$|dólares|dólar|pesos|peso", "£|libras|libra", "centavos|centavo", "céntimos|céntimo",
  "@|arroba", "#|número|numeral", "°|grados|grado", "°c|gradoscelsius|gradoscentígrados",
  "×|por|x", "½|medio|media|unmedio|ymedio|ymedia", "¼|uncuarto", "¾|trescuartos",
  "1/3|untercio", "2/3|dostercios", "=|igual|esiguala", "/|barra|por|o",
  "-|a|menos|guion|guión", ".|punto|coma", "_|guionbajo", "+|más", "señor|sr",
  "señora|sra", "señorita|srta", "señores|sres|srs", "doctor|dr", "doctora|dra", "don|d",
  "doña|dña", "usted|ud|vd", "ustedes|uds|vds", "profesor|prof", "profesora|profa",
  "número|núm|no|nro|nº", "porejemplo|pej", "etcétera|etc", "estadosunidos|eeuu|eua|usa",
  "avenida|avda|av", "calle|c", "página|pág|p", "páginas|págs", "santo|sto", "santa|sta",
  "kilómetros|km|kilómetro", "metros|m|metro", "centímetros|cm",
  "kilogramos|kg|kilos|kilo|kilogramo", "gramos|g|gr|gramo", "litros|l|litro",
  "kmh|kilómetrosporhora|km/h", "horas|h|hora", "minutos|min|minuto",
  "segundos|s|seg|segundo", "enero|ene", "febrero|feb", "agosto|ago",
  "septiembre|setiembre|sept|sep", "octubre|oct", "noviembre|nov", "diciembre|dic",
  "méxico|méjico", "mexicano|mejicano", "texas|tejas", "psicología|sicología",
  "psicólogo|sicólogo", "oscuro|obscuro", "sustancia|substancia", "transporte|trasporte",
  "harmonía|armonía", "kiosco|quiosco", "cebiche|ceviche", "zinc|cinc",
  "reemplazar|remplazar", "séptimo|sétimo", "fútbol|futbol", "quizá|quizás", NULL };

static const gchar *const italian[] = { "&|e", "%|percento|percent", "$|dollari|dollaro",
  "£|sterline|sterlina", "centesimi|centesimo", "@|chiocciola", "#|numero|cancelletto",
  "°|gradi|grado", "°c|gradicelsius|gradicentigradi", "×|per|x",
  "½|mezzo|mezza|emezzo|emezza", "¼|unquarto", "¾|trequarti", "1/3|unterzo",
  "2/3|dueterzi", "=|uguale", "/|barra|per|o", "-|a|meno|trattino", ".|punto|virgola",
  "+|più", "signor|sig|signore", "signora|sigra|sigra", "signorina|sigrna",
  "dottor|dott|dr", "dottoressa|dottssa", "professor|prof", "professoressa|profssa",
  "ingegner|ing", "avvocato|avv", "eccetera|ecc|etc", "adesempio|ades|es", "cioè|cioe",
  "pagina|pag|p", "numero|n|num", "piazza|pza", "via|v", "santo|s", "san|s", "santa|s",
  "km|chilometri|chilometro", "m|metri|metro", "cm|centimetri",
  "kg|chili|chilogrammi|chilo", "g|grammi|grammo", "l|litri|litro",
  "kmh|chilometriallora|chilometriorari|km/h", "ore|h|ora", "minuti|min|minuto",
  "secondi|s|sec|secondo", "gennaio|gen", "febbraio|feb", "marzo|mar", "aprile|apr",
  "settembre|set|sett", "ottobre|ott", "novembre|nov", "dicembre|dic",
  "obiettivo|obbiettivo", "sopratutto|soprattutto", "stasera|questasera",
  "famigliare|familiare", "ubbidire|obbedire", NULL };

static const gchar *const portuguese[] = { "&|e", "%|porcento", "$|dólares|dólar",
  "r$|reais|real", "£|libras|libra", "centavos|centavo", "cêntimos|cêntimo", "@|arroba",
  "#|número|cerquilha", "°|graus|grau", "°c|grauscelsius", "×|vezes|x", "½|meio|meia",
  "=|igual", "/|barra|por|ou", "-|a|menos|hífen|até", ".|ponto|vírgula", "+|mais",
  "senhor|sr", "senhora|sra|srª", "doutor|dr", "doutora|dra", "dom|d", "dona|d",
  "professor|prof", "professora|profa|profª", "número|nº|no|nr", "etcétera|etc",
  "porexemplo|pex|pex", "avenida|av", "rua|r", "página|pág|p", "você|vc", "você|cê",
  "km|quilómetros|quilômetros|quilómetro|quilômetro", "m|metros|metro", "cm|centímetros",
  "kg|quilos|quilogramas|quilo", "g|gramas|grama", "l|litros|litro",
  "kmh|quilómetrosporhora|quilômetrosporhora|km/h", "horas|h|hora", "minutos|min|minuto",
  "segundos|s|seg|segundo", "janeiro|jan", "fevereiro|fev", "março|mar", "abril|abr",
  "junho|jun", "julho|jul", "agosto|ago", "setembro|set", "outubro|out", "novembro|nov",
  "dezembro|dez", "ação|acção", "ações|acções", "direção|direcção", "projeto|projecto",
  "projetos|projectos", "ótimo|óptimo", "fato|facto", "fatos|factos", "ato|acto",
  "atual|actual", "atualmente|actualmente", "diretor|director", "diretora|directora",
  "eletricidade|electricidade", "elétrico|eléctrico", "objetivo|objectivo",
  "batismo|baptismo", "contato|contacto", "recepção|receção", "úmido|húmido",
  "húmido|úmido", "ideia|idéia", "voo|vôo", "tranquilo|tranqüilo", "linguiça|lingüiça",
  "estreia|estréia", "heroico|heróico", "cotidiano|quotidiano", "quatorze|catorze",
  "louro|loiro", "ouro|oiro", "dois|doi", NULL };

static const gchar *const dutch[] = { "&|en", "%|procent", "$|dollar", "£|pond",
  "@|apenstaartje|at", "#|nummer|hekje", "°|graden|graad", "°c|gradencelsius",
  "×|keer|maal|x", "½|half|eenhalf|eenhalve", "=|is|gelijkaan", "/|slash|per|of",
  "-|tot|min|streepje", ".|punt|komma", "+|plus", "meneer|dhr|deheer", "mevrouw|mevr|mw",
  "dokter|dr", "doctor|dr", "professor|prof", "bijvoorbeeld|bijv|bv",
  "enzovoort|enz|enzovoorts", "datwilzeggen|dwz", "ongeveer|ong", "circa|ca",
  "onderandere|oa", "metbetrekkingtot|mbt", "nummer|nr", "straat|str", "sint|st",
  "bladzijde|blz|p", "km|kilometer", "m|meter", "cm|centimeter", "kg|kilo|kilogram",
  "g|gram", "l|liter", "kmu|kilometerperuur|km/u|km/h", "uur|u|h", "minuten|min|minuut",
  "seconden|s|sec|seconde", "januari|jan", "februari|feb", "maart|mrt", "april|apr",
  "augustus|aug", "september|sept|sep", "oktober|okt", "november|nov", "december|dec",
  "pannenkoek|pannekoek", "pannenkoeken|pannekoeken", "cadeau|kado", "actie|aktie",
  "product|produkt", "direct|direkt", "exact|exakt", "ideeën|ideeen", "zoëven|zoeven",
  "paardenbloem|paardebloem", NULL };

static const gchar *const swedish[] = { "&|och", "%|procent", "$|dollar",
  "kr|kronor|krona", "@|snabela|at", "°|grader|grad", "°c|gradercelsius", "=|är|lika",
  "/|snedstreck|per|eller", "-|till|minus|streck", ".|punkt|komma", "+|plus",
  "½|halv|enhalv", "tillexempel|tex", "ochsåvidare|osv", "blandannat|bla",
  "detvillsäga|dvs", "doktor|dr", "nummer|nr", "cirka|ca", "medmera|mm", "km|kilometer",
  "m|meter", "cm|centimeter", "kg|kilo|kilogram", "kmh|kilometeritimmen|km/h",
  "klockan|kl", "dig|dej", "mig|mej", "sig|sej", "säga|säja", "de|dom", NULL };

static const gchar *const polish[] = { "&|i", "%|procent|procenta|procentów",
  "zł|złotych|złote|złoty", "@|małpa|at", "°|stopni|stopnie|stopień",
  "°c|stopnicelsjusza", "/|ukośnik|na|lub", "-|do|minus|myślnik", ".|kropka|przecinek",
  "+|plus", "naprzykład|np", "itakdalej|itd", "itympodobne|itp", "toznaczy|tzn",
  "międzyinnymi|min", "doktor|dr", "profesor|prof", "pan|p", "pani|p", "ulica|ul",
  "ulicy|ul", "numer|nr", "rok|r", "roku|r", "godzina|godz", "około|ok",
  "km|kilometrów|kilometry", NULL };

static const gchar *const russian[] = { "&|и", "%|процент|процента|процентов",
  "$|доллар|доллара|долларов", "₽|рубль|рубля|рублей|руб", "№|номер",
  "°|градус|градуса|градусов", "/|дробь|или", "-|до|минус|тире|дефис", ".|точка",
  "+|плюс", "таккак|тк", "тоесть|те", "итакдалее|итд", "итомуподобное|итп",
  "например|напр", "господин|гн", "улица|ул", "улице|ул", "город|г", "год|г", "года|г",
  "году|г", "доктор|др", "профессор|проф", "тысяч|тыс", "миллионов|млн",
  "миллиардов|млрд", "км|километров|километра|километр",
  "кг|килограммов|килограмма|килограмм", NULL };

static const gchar *const chinese[] = { "百分之", "%|パーセント|퍼센트",
  "$|美元|ドル|달러", "¥|元|円", "°c|摄氏度", "-|到|至|から", ".|点", "+|加|プラス",
  "个|個", "为|為", "这|這", "吗|嗎", "们|們", "国|國", "学|學", "时|時", "说|說",
  "来|來", "对|對", "没|沒", "么|麼|麽", "发|發", "后|後", "里|裡|裏", "会|會", "过|過",
  "还|還", "见|見", "电|電", "话|話", "请|請", "谢|謝", "点|點", "开|開", "关|關",
  "东|東", "车|車", "长|長", "门|門", "问|問", "间|間", "马|馬", "鱼|魚", "鸟|鳥",
  "龙|龍", "爱|愛", "书|書", "语|語", "汉|漢", "气|氣", "头|頭", "买|買", "卖|賣",
  "钱|錢", "现|現", "实|實", "经|經", "动|動", "机|機", "场|場", "师|師", "应|應",
  "体|體", "两|兩", "从|從", "让|讓", "给|給", "听|聽", "读|讀", "写|寫", "红|紅",
  "绿|綠", "蓝|藍", "黄|黃", "台|臺", "湾|灣", "京|亰", "号|號", "万|萬", "亿|億",
  "岁|歲", "处|處", "办|辦", "务|務", "议|議", "难|難", "觉|覺", "认|認", "识|識",
  "进|進", "远|遠", "边|邊", "运|運", "连|連", "线|線", "网|網", "脑|腦", "药|藥",
  "医|醫", "乐|樂", "欢|歡", "样|樣", "种|種", "儿|兒", "子|仔", "为|爲",
  "下さい|ください|下さい", "事|こと", "時|とき", "物|もの", "出来|でき", "私|わたし",
  "言|い", "今日|きょう", "明日|あした", "何|なに", "有難う|有り難う|ありがとう",
  "ば|ゔぁ", "び|ゔぃ", "ぶ|ゔ", "べ|ゔぇ", "ぼ|ゔぉ", "お早う|おはよう", "沢山|たくさん",
  "所|ところ", "人|ひと", "子供|子ども|こども", "良|よ", "行|い", "見|み", "無|な",
  "達|たち", "様|さま", "頂|いただ", "致|いた", "御|ご|お", "位|くらい", NULL };

static const gchar *const *const tables[TTS_N_LANGUAGES] = {
  [TTS_LANGUAGE_ENGLISH] = english,
  [TTS_LANGUAGE_GERMAN] = german,
  [TTS_LANGUAGE_FRENCH] = french,
  [TTS_LANGUAGE_SPANISH] = spanish,
  [TTS_LANGUAGE_ITALIAN] = italian,
  [TTS_LANGUAGE_PORTUGUESE] = portuguese,
  [TTS_LANGUAGE_DUTCH] = dutch,
  [TTS_LANGUAGE_SWEDISH] = swedish,
  [TTS_LANGUAGE_POLISH] = polish,
  [TTS_LANGUAGE_RUSSIAN] = russian,
  [TTS_LANGUAGE_CHINESE] = chinese,
};

/* British endings and the American ones; of German, the one that is abbreviated. */
static const struct
{
  const gchar *from;
  const gchar *to;
} endings[] = {
  { "isations", "izations" },
  { "isation", "ization" },
  { "isational", "izational" },
  { "ised", "ized" },
  { "ises", "izes" },
  { "ising", "izing" },
  { "iser", "izer" },
  { "isers", "izers" },
  { "ise", "ize" },
  { "ysed", "yzed" },
  { "yses", "yzes" },
  { "ysing", "yzing" },
  { "yse", "yze" },
  { "ouring", "oring" },
  { "oured", "ored" },
  { "ourite", "orite" },
  { "ourites", "orites" },
  { "ourable", "orable" },
  { "ourably", "orably" },
  { "ourful", "orful" },
  { "ourhood", "orhood" },
  { "ourless", "orless" },
  { "ours", "ors" },
  { "our", "or" },
  { "tres", "ters" },
  { "tre", "ter" },
  { "bre", "ber" },
  { "bres", "bers" },
  { "ogues", "ogs" },
  { "ogue", "og" },
  { "elling", "eling" },
  { "elled", "eled" },
  { "eller", "eler" },
  { "ellers", "elers" },
  { "ellor", "elor" },
  { "ellors", "elors" },
  { "ellous", "elous" },
  { "ellously", "elously" },
  { "alled", "aled" },
  { "alling", "aling" },
  { "illed", "iled" },
  { "str", "strasse" },
};

/* What is written in two ways anywhere in a word: of Greek and Latin, and more. */
static const struct
{
  const gchar *from;
  const gchar *to;
} stems[] = {
  { "aem", "em" },
  { "paed", "ped" },
  { "palaeo", "paleo" },
  { "archaeo", "archeo" },
  { "mediaev", "mediev" },
  { "naesth", "nesth" },
  { "aesthet", "esthet" },
  { "gynaec", "gynec" },
  { "caesar", "cesar" },
  { "foet", "fet" },
  { "oestr", "estr" },
  { "oesoph", "esoph" },
  { "rrhoe", "rrhe" },
  { "oeuvred", "euvered" },
  { "oeuvre", "euver" },
  { "oeuvr", "euver" },
  { "mould", "mold" },
  { "moust", "must" },
  { "sceptic", "skeptic" },
  { "sulph", "sulf" },
  { "draught", "draft" },
  { "plough", "plow" },
  { "tumour", "tumor" },
  { "humour", "humor" },
  { "colour", "color" },
  { "graph", "graf" },
  { "photo", "foto" },
};

/* Letters that no normalization takes apart. */
static const struct
{
  gunichar from;
  const gchar *to;
} letters[] = {
  { 0x00df, "ss" },
  { 0x00e6, "ae" },
  { 0x0153, "oe" },
  { 0x00f8, "o" },
  { 0x0142, "l" },
  { 0x0111, "d" },
  { 0x00f0, "d" },
  { 0x00fe, "th" },
  { 0x0131, "i" },
  { 0x0640, "" },
  { 0x0649, "\331\212" },
  { 0x0629, "\331\207" },
  { 0x2044, "/" },
  { 0x2212, "-" },
  { 0x2010, "-" },
  { 0x2011, "-" },
  { 0x2012, "-" },
  { 0x2013, "-" },
  { 0x2014, "-" },
};

/* What is said, or may be, beside signs inside of words and numbers. */
#define SIGNS                                                                            \
  "&%\u20ac$\u00a3\u00a5\u20bd\u00a2@#\u00b0\u00a7+=\u00d7\u00f7\u2116\u00ba\u00b1"
#define LIGHT_SIGNS "~^<>"
#define CURRENCIES "\u20ac$\u00a3\u00a5\u20bd"

/* Marks that only help to read, or that another way of writing leaves out. */
static gboolean
is_mark (gunichar c)
{
  return (c >= 0x0300 && c <= 0x036f) || (c >= 0x0483 && c <= 0x0487)
      || (c >= 0x0591 && c <= 0x05c7) || (c >= 0x0610 && c <= 0x061a)
      || (c >= 0x064b && c <= 0x065f) || c == 0x0670 || c == 0x0027 || c == 0x2019
      || c == 0x02bc || c == 0x2018 || c == 0x0060 || c == 0x00b4
      || g_unichar_type (c) == G_UNICODE_FORMAT;
}

static void
append_folded (GString *out, gunichar c)
{
  gint digit = g_unichar_digit_value (c);

  for (guint i = 0; i < G_N_ELEMENTS (letters); i++) {
    if (letters[i].from == c) {
      g_string_append (out, letters[i].to);
      return;
    }
  }
  if (digit >= 0)
    g_string_append_c (out, '0' + digit);
  else if (c >= 0x30a1 && c <= 0x30f6) /* katakana as hiragana */
    g_string_append_unichar (out, c - 0x60);
  else
    g_string_append_unichar (out, c);
}

/* As it is written where there are no two dots. */
static void
append_expanded (GString *out, gunichar mark)
{
  gchar last = out->len ? out->str[out->len - 1] : 0;

  if (mark == 0x0308 && (last == 'a' || last == 'o' || last == 'u'))
    g_string_append_c (out, 'e');
  else if (mark == 0x030a && last == 'a')
    g_string_append_c (out, 'a');
}

gchar *
tts_spelling_fold (const gchar *text, gsize length, gboolean expand)
{
  g_autofree gchar *lower = g_utf8_casefold (text, length);
  g_autofree gchar *apart = g_utf8_normalize (lower, -1, G_NORMALIZE_ALL);
  GString *out = g_string_sized_new (length + 1);

  for (const gchar *p = apart; p && *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (!is_mark (c))
      append_folded (out, c);
    else if (expand)
      append_expanded (out, c);
  }
  return g_string_free (out, FALSE);
}

/* Every form of a line counts as its first one. */
static void
add_line (GHashTable *table, const gchar *line)
{
  g_auto (GStrv) forms = g_strsplit (line, "|", -1);
  const gchar *first = NULL;

  for (gchar **form = forms; *form; form++) {
    gchar *folded = tts_spelling_fold (*form, strlen (*form), FALSE);
    GPtrArray *readings = g_hash_table_lookup (table, folded);

    if (!first)
      first = g_intern_string (folded);
    if (!readings) {
      readings = g_ptr_array_new ();
      g_hash_table_insert (table, folded, readings);
    } else {
      g_free (folded);
    }
    g_ptr_array_add (readings, (gpointer) first);
  }
}

static GHashTable *
make_table (const gchar *const *lines)
{
  GHashTable *table = g_hash_table_new (g_str_hash, g_str_equal);

  for (const gchar *const *line = common; *line; line++)
    add_line (table, *line);
  for (; *lines; lines++)
    add_line (table, *lines);
  return table;
}

static GHashTable *
make_beginnings (GHashTable *readings)
{
  GHashTable *beginnings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, readings);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    for (gsize length = 1; length <= strlen (key); length++)
      g_hash_table_add (beginnings, g_strndup (key, length));
  }
  return beginnings;
}

typedef struct
{
  GHashTable *readings;   /* GPtrArray by their form */
  GHashTable *beginnings; /* of forms */
} Table;

static Table *
table_of (TtsLanguage language)
{
  static gsize made[TTS_N_LANGUAGES];
  static Table all[TTS_N_LANGUAGES];

  if (g_once_init_enter (&made[language])) {
    all[language].readings = make_table (tables[language]);
    all[language].beginnings = make_beginnings (all[language].readings);
    g_once_init_leave (&made[language], 1);
  }
  return &all[language];
}

const GPtrArray *
tts_spellings_find (TtsLanguage language, const gchar *folded)
{
  return g_hash_table_lookup (table_of (language)->readings, folded);
}

gboolean
tts_spellings_begin (TtsLanguage language, const gchar *folded)
{
  return g_hash_table_contains (table_of (language)->beginnings, folded);
}

const gchar *
tts_spelling_month (TtsLanguage language, guint month)
{
  static const gchar *const names[TTS_N_LANGUAGES][12] = {
    [TTS_LANGUAGE_ENGLISH] = { "january", "february", "march", "april", "may", "june",
        "july", "august", "september", "october", "november", "december" },
    [TTS_LANGUAGE_GERMAN] = { "januar", "februar", "marz", "april", "mai", "juni", "juli",
        "august", "september", "oktober", "november", "dezember" },
    [TTS_LANGUAGE_FRENCH] = { "janvier", "fevrier", "mars", "avril", "mai", "juin",
        "juillet", "aout", "septembre", "octobre", "novembre", "decembre" },
    [TTS_LANGUAGE_SPANISH] = { "deenerode", "defebrerode", "demarzode", "deabrilde",
        "demayode", "dejuniode", "dejuliode", "deagostode", "deseptiembrede",
        "deoctubrede", "denoviembrede", "dediciembrede" },
    [TTS_LANGUAGE_ITALIAN] = { "gennaio", "febbraio", "marzo", "aprile", "maggio",
        "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre" },
    [TTS_LANGUAGE_PORTUGUESE] = { "dejaneirode", "defevereirode", "demarcode",
        "deabrilde", "demaiode", "dejunhode", "dejulhode", "deagostode", "desetembrode",
        "deoutubrode", "denovembrode", "dedezembrode" },
    [TTS_LANGUAGE_DUTCH] = { "januari", "februari", "maart", "april", "mei", "juni",
        "juli", "augustus", "september", "oktober", "november", "december" },
  };

  return month >= 1 && month <= 12 ? names[language][month - 1] : NULL;
}

gboolean
tts_spelling_has_stem (const gchar *folded)
{
  for (guint i = 0; i < G_N_ELEMENTS (stems); i++) {
    if (strstr (folded, stems[i].to))
      return TRUE;
  }
  return FALSE;
}

gchar *
tts_spelling_regular (const gchar *folded)
{
  gsize length = strlen (folded);

  for (guint i = 0; i < G_N_ELEMENTS (stems); i++) {
    const gchar *stem = strstr (folded, stems[i].from);

    if (stem)
      return g_strdup_printf ("%.*s%s%s", (gint) (stem - folded), folded, stems[i].to,
          stem + strlen (stems[i].from));
  }
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++) {
    gsize ending = strlen (endings[i].from);

    if (length > ending + 1 && g_str_has_suffix (folded, endings[i].from))
      return g_strdup_printf ("%.*s%s", (gint) (length - ending), folded, endings[i].to);
  }
  return NULL;
}

gboolean
tts_spelling_is_sign (gunichar c)
{
  return g_unichar_type (c) == G_UNICODE_OTHER_NUMBER
      || g_utf8_strchr (SIGNS, -1, c) != NULL || tts_spelling_is_light (c);
}

gboolean
tts_spelling_is_light (gunichar c)
{
  return c < 128 && strchr (LIGHT_SIGNS, c) != NULL;
}

gboolean
tts_spelling_is_currency (const gchar *folded)
{
  return *folded && g_utf8_strchr (CURRENCIES, -1, g_utf8_get_char (folded)) != NULL;
}
