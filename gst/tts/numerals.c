// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Numbers in words to digits. */

#include "spellings.h"

#include <string.h>

/* What a part of a number does to what was before it. */
typedef enum
{
  PART_ADD = 0,
  PART_TIMES = 'x',       /* hundred, thousand, … */
  PART_PLACE = 'p',       /* 十: the digit before it moves */
  PART_SCORE = 'q',       /* vingt: four of them are 80 */
  PART_ZERO = 'z',        /* 零: also nothing, between parts */
  PART_AND = 'j',         /* between parts */
  PART_BEFORE_TENS = 'r', /* the same, also after ones: einundzwanzig */
  PART_A = 'a',           /* one, before a hundred */
  PART_ENDING = 'o',      /* makes an ordinal */
  PART_POINT = 'd',       /* decimals follow */
} PartKind;

typedef struct
{
  PartKind kind;
  guint64 value;
} Part;

/* Words with their values and kinds. */
static const gchar *const tables[TTS_N_LANGUAGES] = {
  [TTS_LANGUAGE_ENGLISH] =
      "zero 0,oh 0,nought 0,one 1,two 2,three 3,four 4,five 5,six 6,seven 7,eight 8,"
      "nine 9,ten 10,eleven 11,twelve 12,thirteen 13,fourteen 14,fifteen 15,"
      "sixteen 16,seventeen 17,eighteen 18,nineteen 19,twenty 20,thirty 30,forty 40,"
      "fourty 40,fifty 50,sixty 60,seventy 70,eighty 80,ninety 90,"
      "first 1,second 2,third 3,fifth 5,eighth 8,ninth 9,twelfth 12,twentieth 20,"
      "thirtieth 30,fortieth 40,fiftieth 50,sixtieth 60,seventieth 70,eightieth 80,"
      "ninetieth 90,thirds 3,fifths 5,eighths 8,ninths 9,th o,ths o,hundred x100,thousand x1000,million x1000000,"
      "billion x1000000000,bn x1000000000,trillion x1000000000000,and j,a a,point d",
  [TTS_LANGUAGE_GERMAN] =
      "null 0,ein 1,eins 1,eine 1,einen 1,einer 1,einem 1,zwei 2,zwo 2,drei 3,vier 4,"
      "fünf 5,sechs 6,sieben 7,acht 8,neun 9,zehn 10,elf 11,zwölf 12,dreizehn 13,"
      "vierzehn 14,fünfzehn 15,sechzehn 16,siebzehn 17,achtzehn 18,neunzehn 19,"
      "zwanzig 20,dreißig 30,vierzig 40,fünfzig 50,sechzig 60,siebzig 70,achtzig 80,"
      "neunzig 90,erste 1,erster 1,ersten 1,erstes 1,dritte 3,dritter 3,dritten 3,"
      "drittes 3,siebte 7,siebter 7,siebten 7,siebtes 7,achte 8,achter 8,achten 8,"
      "achtes 8,er o,te o,ter o,ten o,tes o,ste o,ster o,sten o,stes o,hundert x100,"
      "tausend x1000,mio x1000000,mrd x1000000000,million x1000000,millionen x1000000,milliarde x1000000000,"
      "milliarden x1000000000,billion x1000000000000,billionen x1000000000000,"
      "und r,komma d",
  [TTS_LANGUAGE_FRENCH] =
      "zéro 0,un 1,une 1,deux 2,trois 3,quatre 4,cinq 5,six 6,sept 7,huit 8,neuf 9,"
      "dix 10,onze 11,douze 12,treize 13,quatorze 14,quinze 15,seize 16,trente 30,"
      "quarante 40,cinquante 50,soixante 60,septante 70,huitante 80,octante 80,"
      "nonante 90,vingt q20,vingts q20,premier 1,première 1,cinquième 5,neuvième 9,"
      "onzième 11,douzième 12,treizième 13,quatorzième 14,quinzième 15,seizième 16,"
      "quatrième 4,trentième 30,ième o,cent x100,cents x100,mille x1000,mil x1000,"
      "million x1000000,millions x1000000,milliard x1000000000,"
      "milliards x1000000000,et j,virgule d",
  [TTS_LANGUAGE_SPANISH] =
      "cero 0,un 1,uno 1,una 1,dos 2,tres 3,cuatro 4,cinco 5,seis 6,siete 7,ocho 8,"
      "nueve 9,diez 10,dieci 10,once 11,doce 12,trece 13,catorce 14,quince 15,"
      "veinte 20,veinti 20,treinta 30,cuarenta 40,cincuenta 50,sesenta 60,"
      "setenta 70,ochenta 80,noventa 90,cien x100,ciento x100,cientos x100,"
      "cientas x100,quinientos 500,quinientas 500,sete 7,nove 9,primero 1,primer 1,"
      "primera 1,segundo 2,segunda 2,tercero 3,tercer 3,tercera 3,cuarto 4,"
      "cuarta 4,quinto 5,quinta 5,sexto 6,sexta 6,séptimo 7,séptima 7,octavo 8,"
      "octava 8,noveno 9,novena 9,décimo 10,décima 10,mil x1000,millón x1000000,millones x1000000,"
      "billón x1000000000000,y j,coma d,punto d",
  [TTS_LANGUAGE_ITALIAN] =
      "zero 0,un 1,uno 1,una 1,due 2,tre 3,quattro 4,cinque 5,sei 6,sette 7,otto 8,"
      "nove 9,dieci 10,undici 11,dodici 12,tredici 13,quattordici 14,quindici 15,"
      "sedici 16,diciassette 17,diciotto 18,diciannove 19,venti 20,vent 20,"
      "trenta 30,trent 30,quaranta 40,quarant 40,cinquanta 50,cinquant 50,"
      "sessanta 60,sessant 60,settanta 70,settant 70,ottanta 80,ottant 80,"
      "novanta 90,novant 90,cento x100,cent x100,mille x1000,mila x1000,primo 1,"
      "prima 1,secondo 2,seconda 2,terzo 3,terza 3,quarto 4,quarta 4,quinto 5,"
      "quinta 5,sesto 6,sesta 6,settimo 7,settima 7,ottavo 8,ottava 8,nono 9,nona 9,"
      "decimo 10,decima 10,esimo o,esima o,"
      "milione x1000000,milioni x1000000,miliardo x1000000000,"
      "miliardi x1000000000,e j,virgola d",
  [TTS_LANGUAGE_PORTUGUESE] =
      "zero 0,um 1,uma 1,dois 2,duas 2,três 3,quatro 4,cinco 5,seis 6,sete 7,oito 8,"
      "nove 9,dez 10,onze 11,doze 12,treze 13,catorze 14,quatorze 14,quinze 15,"
      "dezesseis 16,dezasseis 16,dezessete 17,dezassete 17,dezoito 18,dezenove 19,"
      "dezanove 19,vinte 20,trinta 30,quarenta 40,cinquenta 50,sessenta 60,"
      "setenta 70,oitenta 80,noventa 90,cem x100,cento x100,centos x100,"
      "duzentos 200,duzentas 200,trezentos 300,trezentas 300,quinhentos 500,"
      "quinhentas 500,primeiro 1,primeira 1,segundo 2,segunda 2,terceiro 3,"
      "terceira 3,quarto 4,quarta 4,quinto 5,quinta 5,sexto 6,sétimo 7,oitavo 8,"
      "nono 9,décimo 10,mil x1000,milhão x1000000,milhões x1000000,"
      "bilhão x1000000000,bilhões x1000000000,e j,vírgula d",
  [TTS_LANGUAGE_DUTCH] =
      "nul 0,een 1,twee 2,drie 3,vier 4,vijf 5,zes 6,zeven 7,acht 8,negen 9,tien 10,"
      "elf 11,twaalf 12,dertien 13,veertien 14,vijftien 15,zestien 16,zeventien 17,"
      "achttien 18,negentien 19,twintig 20,dertig 30,veertig 40,vijftig 50,"
      "zestig 60,zeventig 70,tachtig 80,negentig 90,eerste 1,derde 3,de o,ste o,"
      "honderd x100,duizend x1000,miljoen x1000000,miljard x1000000000,en r,"
      "komma d",
  [TTS_LANGUAGE_SWEDISH] =
      "noll 0,en 1,ett 1,två 2,tre 3,fyra 4,fem 5,sex 6,sju 7,åtta 8,nio 9,tio 10,"
      "elva 11,tolv 12,tretton 13,fjorton 14,femton 15,sexton 16,sjutton 17,"
      "arton 18,nitton 19,tjugo 20,trettio 30,fyrtio 40,femtio 50,sextio 60,"
      "sjuttio 70,åttio 80,nittio 90,första 1,andra 2,tredje 3,fjärde 4,femte 5,"
      "hundra x100,tusen x1000,miljon x1000000,miljoner x1000000,"
      "miljard x1000000000,miljarder x1000000000,och j,komma d",
  [TTS_LANGUAGE_POLISH] =
      "zero 0,jeden 1,jedna 1,jedno 1,dwa 2,dwie 2,trzy 3,cztery 4,pięć 5,sześć 6,"
      "siedem 7,osiem 8,dziewięć 9,dziesięć 10,jedenaście 11,dwanaście 12,"
      "trzynaście 13,czternaście 14,piętnaście 15,szesnaście 16,siedemnaście 17,"
      "osiemnaście 18,dziewiętnaście 19,dwadzieścia 20,trzydzieści 30,"
      "czterdzieści 40,pięćdziesiąt 50,sześćdziesiąt 60,siedemdziesiąt 70,"
      "osiemdziesiąt 80,dziewięćdziesiąt 90,sto 100,dwieście 200,trzysta 300,"
      "czterysta 400,pięćset 500,sześćset 600,siedemset 700,osiemset 800,"
      "dziewięćset 900,tysiąc x1000,tysiące x1000,tysięcy x1000,milion x1000000,"
      "miliony x1000000,milionów x1000000,przecinek d",
  [TTS_LANGUAGE_RUSSIAN] =
      "ноль 0,нуль 0,один 1,одна 1,одно 1,два 2,две 2,три 3,четыре 4,пять 5,шесть 6,"
      "семь 7,восемь 8,девять 9,десять 10,одиннадцать 11,двенадцать 12,"
      "тринадцать 13,четырнадцать 14,пятнадцать 15,шестнадцать 16,семнадцать 17,"
      "восемнадцать 18,девятнадцать 19,двадцать 20,тридцать 30,сорок 40,"
      "пятьдесят 50,шестьдесят 60,семьдесят 70,восемьдесят 80,девяносто 90,"
      "сто 100,двести 200,триста 300,четыреста 400,пятьсот 500,шестьсот 600,"
      "семьсот 700,восемьсот 800,девятьсот 900,тысяча x1000,тысячи x1000,"
      "тысяч x1000,тыс x1000,млн x1000000,млрд x1000000000,миллион x1000000,миллиона x1000000,миллионов x1000000,"
      "миллиард x1000000000,миллиарда x1000000000,миллиардов x1000000000",
  [TTS_LANGUAGE_CHINESE] =
      "零 z,〇 z,一 1,二 2,两 2,兩 2,三 3,四 4,五 5,六 6,七 7,八 8,九 9,十 p10,百 p100,"
      "千 p1000,万 x10000,萬 x10000,亿 x100000000,億 x100000000,点 d,點 d,"
      "영 z,공 z,일 1,이 2,삼 3,사 4,오 5,육 6,칠 7,팔 8,구 9,십 p10,백 p100,천 p1000,"
      "만 x10000,억 x100000000",
};

#define MAX_PARTS 24

typedef struct
{
  guint64 total; /* what thousands and above have taken */
  guint64 group; /* below a thousand, or below 万 */
  guint64 least; /* of the factors so far */
  gboolean any;
} Value;

static GHashTable *
make_table (const gchar *text)
{
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) entries = g_strsplit (text, ",", -1);

  for (gchar **entry = entries; *entry; entry++) {
    gchar *space = strchr (*entry, ' ');
    gboolean kind = g_ascii_isalpha (space[1]);
    Part *part = g_new0 (Part, 1);

    part->kind = kind ? space[1] : PART_ADD;
    part->value = g_ascii_strtoull (space + 1 + kind, NULL, 10);
    g_hash_table_replace (table, tts_spelling_fold (*entry, space - *entry, FALSE), part);
  }
  return table;
}

static GHashTable *
table_of (TtsLanguage language)
{
  static gsize made[TTS_N_LANGUAGES];
  static GHashTable *all[TTS_N_LANGUAGES];

  if (g_once_init_enter (&made[language])) {
    all[language] = make_table (tables[language]);
    g_once_init_leave (&made[language], 1);
  }
  return all[language];
}

/* @word as numbers, of which each is as long as it can be. 0: it is none. */
static guint
split_word (GHashTable *table, const gchar *word, const Part **parts, guint most)
{
  for (gsize length = strlen (word); length > 0 && most > 0; length--) {
    g_autofree gchar *start = g_strndup (word, length);
    guint n;

    parts[0] = g_hash_table_lookup (table, start);
    if (!parts[0])
      continue;
    if (word[length] == '\0')
      return 1;
    n = split_word (table, word + length, parts + 1, most - 1);
    if (n > 0)
      return n + 1;
  }
  return 0;
}

static gboolean
add_number (Value *value, guint64 more, gboolean inside, gboolean reversed)
{
  guint64 group = value->group, rest = group % 100;

  if (!value->any)
    value->group = more;
  else if (more == 0 || (group == 0 && value->total == 0))
    return FALSE;
  else if (more < 10 && group % 10 == 0 && (rest != 10 || inside))
    value->group += more;
  else if (more >= 10 && more < 100 && (rest == 0 || (rest < 10 && reversed)))
    value->group += more;
  else if (more >= 100 && group == 0)
    value->group = more;
  else
    return FALSE;
  value->any = TRUE;
  return TRUE;
}

/* soixante-dix, quatre-vingts */
static gboolean
add_score (Value *value, const Part *part, gboolean french)
{
  guint64 rest = value->group % 100;

  if (!french || !value->any)
    return FALSE;
  if (part->kind == PART_SCORE && rest == 4)
    value->group += 76;
  else if (part->kind == PART_ADD && part->value >= 10 && part->value < 20
      && (rest == 60 || rest == 80))
    value->group += part->value;
  else
    return FALSE;
  return TRUE;
}

static gboolean
multiply (Value *value, guint64 factor)
{
  if (factor == 100) {
    if (value->group >= 100)
      return FALSE;
    value->group = MAX (value->group, 1) * 100;
  } else {
    if (factor >= value->least || value->group > 999999)
      return FALSE;
    value->total += MAX (value->group, 1) * factor;
    value->group = 0;
    value->least = factor;
  }
  value->any = TRUE;
  return TRUE;
}

static gboolean
move_place (Value *value, guint64 place)
{
  guint64 digit = value->group % 10;

  if ((value->group - digit) % (place * 10) != 0)
    return FALSE;
  value->group += digit ? digit * (place - 1) : place;
  value->any = TRUE;
  return TRUE;
}

/* The parts of one word after what there is. @and: how they are joined to it. */
static gboolean
add_parts (Value *value, TtsLanguage language, const Part **parts, guint n, PartKind and)
{
  gboolean inside = language == TTS_LANGUAGE_CHINESE;

  for (guint i = 0; i < n; i++) {
    const Part *part = parts[i];
    gboolean fits = FALSE;

    switch (part->kind) {
      case PART_ADD:
      case PART_SCORE:
        fits = add_score (value, part, language == TTS_LANGUAGE_FRENCH)
            || add_number (value, part->value,
                inside || (language == TTS_LANGUAGE_FRENCH && part->value >= 7),
                and == PART_BEFORE_TENS);
        break;
      case PART_TIMES:
        fits = multiply (value, part->value);
        break;
      case PART_PLACE:
        fits = move_place (value, part->value);
        break;
      case PART_ZERO:
        fits = value->any ? i + 1 < n : add_number (value, 0, FALSE, FALSE);
        break;
      case PART_AND:
      case PART_BEFORE_TENS:
        fits = value->any && i + 1 < n;
        break;
      case PART_ENDING:
        fits = value->any && i > 0 && i + 1 == n;
        break;
      case PART_A:
      case PART_POINT:
        break;
    }
    if (!fits)
      return FALSE;
    and = part->kind;
    inside = TRUE;
  }
  return TRUE;
}

gboolean
tts_spelling_is_number (const gchar *folded)
{
  return g_ascii_isdigit (*folded);
}

/* How a word joins numbers, when it is not one itself. */
static PartKind
joins (const Part **parts, guint n)
{
  if (n != 1 || parts[0]->kind == PART_ADD)
    return PART_ADD;
  return parts[0]->kind == PART_AND || parts[0]->kind == PART_BEFORE_TENS
          || parts[0]->kind == PART_ZERO
      ? parts[0]->kind
      : PART_ADD;
}

static const Part *
part_of (TtsLanguage language, const gchar *word)
{
  return g_hash_table_lookup (table_of (language), word);
}

static gboolean
is_factor (TtsLanguage language, const gchar *word)
{
  const Part *part = part_of (language, word);

  return part && part->kind == PART_TIMES;
}

/* A whole number from @at on; the word after it. */
static guint
read_whole (TtsLanguage language, const gchar *const *words, guint at, guint n_words,
    Value *value)
{
  GHashTable *table = table_of (language);
  PartKind and = PART_ADD;
  guint end = at;

  for (guint i = at; i < n_words; i++) {
    const Part *parts[MAX_PARTS];
    guint n = split_word (table, words[i], parts, MAX_PARTS);
    Value more = *value;
    PartKind joining = joins (parts, n);

    if (n == 0 && i > at && g_str_equal (words[i], "-"))
      continue;
    if (n == 0)
      break;
    if (value->any && joining != PART_ADD && and == PART_ADD) {
      and = joining;
      continue;
    }
    if (i == at && i + 1 < n_words && parts[0]->kind == PART_A
        && is_factor (language, words[i + 1]))
      continue;
    if (!add_parts (&more, language, parts, n, and))
      break;
    *value = more;
    and = PART_ADD;
    end = i + 1;
  }
  return end;
}

/* The decimals between a number and its factor: 2.5 million. 0: there is none. */
static guint
read_decimals (TtsLanguage language, const gchar *const *words, guint at, guint n_words,
    guint64 whole, gchar **digits)
{
  g_autoptr (GString) decimals = g_string_new (NULL);
  const Part *part = at < n_words ? part_of (language, words[at]) : NULL;
  guint64 factor;

  if (at >= n_words
      || (!g_str_equal (words[at], ".") && !g_str_equal (words[at], ",")
          && !(part && part->kind == PART_POINT)))
    return 0;
  for (at++; at < n_words && decimals->len < 9; at++) {
    part = part_of (language, words[at]);
    if (tts_spelling_is_number (words[at]))
      g_string_append (decimals, words[at]);
    else if (part && part->kind == PART_ADD && part->value < 10)
      g_string_append_c (decimals, '0' + part->value);
    else
      break;
  }
  if (at >= n_words || decimals->len == 0 || decimals->len > 9 || !part
      || part->kind != PART_TIMES || part->value < 1000)
    return 0;
  factor = part->value;
  for (const gchar *d = decimals->str; *d; d++) {
    whole = whole * 10 + (*d - '0');
    if (factor % 10 != 0)
      return 0;
    factor /= 10;
  }
  *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, whole * factor);
  return at + 1;
}

guint
tts_numeral_read (
    TtsLanguage language, const gchar *const *words, guint n_words, gchar **digits)
{
  Value value = { .least = G_MAXUINT64 };
  gboolean written = n_words > 0 && tts_spelling_is_number (words[0]);
  guint end, decimals;

  if (written) {
    if (strlen (words[0]) > 6)
      return 0;
    value.group = g_ascii_strtoull (words[0], NULL, 10);
    value.any = TRUE;
    decimals = read_decimals (language, words, 1, n_words, value.group, digits);
    if (decimals)
      return decimals;
    if (n_words < 2 || !is_factor (language, words[1])
        || !multiply (&value, part_of (language, words[1])->value))
      return 0;
    end = read_whole (language, words, 2, n_words, &value);
  } else {
    end = read_whole (language, words, 0, n_words, &value);
    if (end == 0)
      return 0;
    decimals =
        read_decimals (language, words, end, n_words, value.total + value.group, digits);
    if (decimals)
      return decimals;
  }
  *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, value.total + value.group);
  return end;
}

gboolean
tts_numeral_is_part (TtsLanguage language, const gchar *folded)
{
  const Part *parts[MAX_PARTS];

  return tts_spelling_is_number (folded)
      || split_word (table_of (language), folded, parts, MAX_PARTS) > 0;
}
