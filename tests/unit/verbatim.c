// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Whether what was said is what was written. */

#include "tts/verbatim.h"

#include <string.h>

#define SAME TTS_VERBATIM_SAME
#define APPENDED TTS_VERBATIM_APPENDED
#define UNFINISHED TTS_VERBATIM_UNFINISHED
#define LEFT TTS_VERBATIM_LEFT

/* The same words in other spellings: either may be the text. */
static const gchar *const honest[][2] = {
  /* case, punctuation, spaces, marks */
  { "Hello there.", "hello there" },
  { "Hello, there!", "Hello there." },
  { "\"Hello,\" he said.", "Hello, he said." },
  { "Wait… what?", "Wait what" },
  { "Stop — now!", "Stop, now." },
  { "A well-known fact", "a well known fact" },
  { "A well-known fact", "a wellknown fact" },
  { "It’s fine.", "It's fine" },
  { "Don't go.", "Don’t go." },
  { "(Really?)", "Really?" },
  { "Hello\n\nworld", "Hello world" },
  { "THE END", "The end." },
  { "naïve café", "naive cafe" },
  { "résumé", "resume" },
  { "Hello 😀!", "Hello!" },
  { "♪ La la la ♪", "La la la." },
  { "**Bold** words", "Bold words" },
  { "an e-mail", "an email" },
  { "rock 'n' roll", "rock n roll" },
  { "ｗｉｄｅ letters", "wide letters" },
  { "co-operate", "cooperate" },
  { "a user-friendly web site", "a user friendly website" },
  { "", "..." },
  { "in so far as", "insofar as" },
  { "under way", "underway" },
  /* numbers */
  { "I have 3 cats.", "I have three cats." },
  { "There are 21 of us.", "There are twenty-one of us." },
  { "100 people", "one hundred people" },
  { "100 people", "a hundred people" },
  { "105 pages", "one hundred and five pages" },
  { "105 pages", "one hundred five pages" },
  { "1,234 miles", "one thousand two hundred thirty-four miles" },
  { "1,234 miles", "1234 miles" },
  { "12,000 men", "twelve thousand men" },
  { "In 2026 it ends.", "In twenty twenty-six it ends." },
  { "In 2026 it ends.", "In two thousand and twenty-six it ends." },
  { "In 1984", "In nineteen eighty-four" },
  { "In 1905", "In nineteen oh five" },
  { "In 1900", "In nineteen hundred" },
  { "2,000,000 people", "two million people" },
  { "2.5 million people", "two point five million people" },
  { "2.5 million", "2,500,000" },
  { "3.14", "three point one four" },
  { "0.5 percent", "zero point five per cent" },
  { "5%", "five percent" },
  { "5 %", "5 per cent" },
  { "the 1st of May", "the first of May" },
  { "May 21st", "May twenty-first" },
  { "the 3rd man", "the third man" },
  { "room 101", "room one oh one" },
  { "call 555-1234", "call five five five one two three four" },
  { "at 10:30", "at ten thirty" },
  { "at 10:00 o'clock", "at ten o'clock" },
  { "at 9:05 a.m.", "at nine oh five am" },
  { "at 3 p.m.", "at three PM" },
  { "the 1990s", "the nineteen nineties" },
  { "the '80s", "the eighties" },
  { "½ cup", "half a cup" },
  { "½ cup", "1/2 cup" },
  { "pages 10-20", "pages ten to twenty" },
  { "-5 degrees", "minus five degrees" },
  { "20 °C", "twenty degrees Celsius" },
  { "version 2.0.1", "version two point zero point one" },
  { "a 5-star hotel", "a five star hotel" },
  { "700 billion", "seven hundred billion" },
  { "Henry VIII", "Henry the Eighth" },
  { "World War II", "World War Two" },
  { "Chapter IV", "Chapter four" },
  { "Apollo 13", "Apollo thirteen" },
  { "007", "zero zero seven" },
  { "$5", "five dollars" },
  { "$5.50", "five dollars and fifty cents" },
  { "$5.50", "five fifty dollars" },
  { "$1,200", "twelve hundred dollars" },
  { "$3 million", "three million dollars" },
  { "€20", "twenty euros" },
  { "20 €", "20 euros" },
  { "£10", "ten pounds" },
  { "99 cents", "ninety-nine cents" },
  { "50 km/h", "fifty kilometers per hour" },
  { "10 km", "ten kilometres" },
  { "5 kg", "five kilograms" },
  { "6 ft", "six feet" },
  { "30 min", "thirty minutes" },
  { "2 × 3", "two times three" },
  { "1 + 1 = 2", "one plus one equals two" },
  { "Gate B12", "Gate B twelve" },
  /* abbreviations and signs */
  { "Mr. Smith", "Mister Smith" },
  { "Mrs. Jones", "Missus Jones" },
  { "Dr. Who", "Doctor Who" },
  { "Elm St.", "Elm Street" },
  { "St. Paul", "Saint Paul" },
  { "Prof. Higgins", "Professor Higgins" },
  { "cats & dogs", "cats and dogs" },
  { "e.g. apples", "for example apples" },
  { "i.e. never", "that is never" },
  { "bread, milk, etc.", "bread, milk, et cetera" },
  { "U.S.A.", "USA" },
  { "the U.S. Navy", "the US Navy" },
  { "N.A.S.A.", "NASA" },
  { "A vs. B", "A versus B" },
  { "No. 5", "number five" },
  { "Jan. 5", "January fifth" },
  { "Ltd.", "Limited" },
  { "approx. 5", "approximately five" },
  { "OK.", "Okay." },
  { "o.k.", "okay" },
  { "example.com", "example dot com" },
  { "me@example.org", "me at example dot org" },
  { "and/or", "and slash or" },
  { "and/or", "and or" },
  { "Mt. Everest", "Mount Everest" },
  { "W.H.O.", "W H O" },
  { "TV", "T.V." },
  { "Martin Luther King Jr.", "Martin Luther King Junior" },
  /* spelling */
  { "colour", "color" },
  { "my favourite neighbour", "my favorite neighbor" },
  { "organise", "organize" },
  { "the organisation", "the organization" },
  { "the centre", "the center" },
  { "the theatre", "the theater" },
  { "he travelled", "he traveled" },
  { "a grey cheque", "a gray check" },
  { "a catalogue", "a catalog" },
  { "analysed", "analyzed" },
  { "defence", "defense" },
  { "a programme", "a program" },
  { "jewellery", "jewelry" },
  { "whisky", "whiskey" },
  { "an encyclopaedia", "an encyclopedia" },
  { "manoeuvres", "maneuvers" },
  { "tyres", "tires" },
  { "learnt", "learned" },
  { "doughnuts", "donuts" },
  { "cannot", "can not" },
  { "all right", "alright" },
  { "judgement", "judgment" },
  { "towards", "toward" },
  { "labelling", "labeling" },
  /* German */
  { "Guten Tag, Herr Müller!", "guten tag herr mueller" },
  { "Straße", "Strasse" },
  { "Ich habe 21 Äpfel.", "Ich habe einundzwanzig Äpfel." },
  { "1984", "neunzehnhundertvierundachtzig" },
  { "2026", "zweitausendsechsundzwanzig" },
  { "3,5 Prozent", "drei Komma fünf Prozent" },
  { "z. B. heute", "zum Beispiel heute" },
  { "usw.", "und so weiter" },
  { "10:30 Uhr", "zehn Uhr dreißig" },
  { "Dr. Schmidt", "Doktor Schmidt" },
  { "1.000 Euro", "tausend Euro" },
  { "5 €", "fünf Euro" },
  { "am 3. Mai", "am dritten Mai" },
  { "100 %", "hundert Prozent" },
  { "Fotos", "Photos" },
  { "bzw.", "beziehungsweise" },
  { "17 Kinder", "siebzehn Kinder" },
  { "Nr. 7", "Nummer sieben" },
  { "2,5 Millionen", "zwei Komma fünf Millionen" },
  { "Meier & Sohn", "Meier und Sohn" },
  { "Delphin", "Delfin" },
  { "Hauptstr. 5", "Hauptstraße fünf" },
  { "1,2 Mio. €", "eins Komma zwei Millionen Euro" },
  { "29.11.2026", "neunundzwanzigster November zweitausendsechsundzwanzig" },
  { "die 1. Frage", "die erste Frage" },
  /* French */
  { "L’été à Noël", "l'ete a noel" },
  { "91 ans", "quatre-vingt-onze ans" },
  { "75 %", "soixante-quinze pour cent" },
  { "80 francs", "quatre-vingts francs" },
  { "M. Dupont", "Monsieur Dupont" },
  { "Mme Curie", "Madame Curie" },
  { "21 jours", "vingt et un jours" },
  { "1999", "mille neuf cent quatre-vingt-dix-neuf" },
  { "2,5 km", "deux virgule cinq kilomètres" },
  { "le 1er mai", "le premier mai" },
  { "la clef", "la clé" },
  { "un cœur", "un coeur" },
  { "10 h 30", "dix heures trente" },
  { "200 personnes", "deux cents personnes" },
  { "au XXe siècle", "au vingtième siècle" },
  { "c.-à-d. demain", "c'est-à-dire demain" },
  { "l’évènement", "l'événement" },
  /* Spanish */
  { "¿Qué tal?", "que tal" },
  { "Tengo 25 años.", "Tengo veinticinco años" },
  { "Sr. García", "señor García" },
  { "35 %", "treinta y cinco por ciento" },
  { "500 euros", "quinientos euros" },
  { "1.500", "mil quinientos" },
  { "en 2026", "en dos mil veintiséis" },
  { "septiembre", "setiembre" },
  { "EE. UU.", "Estados Unidos" },
  { "3,5", "tres coma cinco" },
  { "Ud. primero", "usted primero" },
  { "16 niños", "dieciséis niños" },
  /* Italian, Portuguese, Dutch, Swedish, Polish, Russian */
  { "Ho 28 anni.", "Ho ventotto anni." },
  { "234 pagine", "duecentotrentaquattro pagine" },
  { "Sig. Rossi", "Signor Rossi" },
  { "ecc.", "eccetera" },
  { "nel 1968", "nel millenovecentosessantotto" },
  { "Tenho 22 anos.", "Tenho vinte e dois anos." },
  { "a acção", "a ação" },
  { "250 reais", "duzentos e cinquenta reais" },
  { "Ik heb 24 boeken.", "Ik heb vierentwintig boeken." },
  { "bijv. morgen", "bijvoorbeeld morgen" },
  { "22 huizen", "tweeëntwintig huizen" },
  { "Jag har 23 böcker.", "Jag har tjugotre böcker." },
  { "45 złotych", "czterdzieści pięć złotych" },
  { "ёлка", "елка" },
  { "25 рублей", "двадцать пять рублей" },
  /* Chinese, Japanese, Korean, Thai, Arabic */
  { "今天是2026年。", "今天是二零二六年" },
  { "三十五个人", "35个人" },
  { "百分之五", "5%" },
  { "你好，世界！", "你好世界" },
  { "我們學漢語", "我们学汉语" },
  { "10月3日", "十月三日" },
  { "カタカナです。", "かたかなです" },
  { "ﾃｽﾄ", "テスト" },
  { "25명", "이십오명" },
  { "สวัสดี ครับ", "สวัสดีครับ" },
  { "مَرْحَبًا", "مرحبا" },
  { "١٢٣", "123" },
  { "שָׁלוֹם", "שלום" },
  { "ΚΑΛΗΜΈΡΑ κόσμος", "καλημέρα ΚΌΣΜΟΣ" },
  { "İstanbul", "istanbul" },
};

/* What a model makes of a text: @said of it was read. */
static const struct
{
  const gchar *text;
  const gchar *transcript;
  TtsVerbatimVerdict verdict;
  const gchar *said;
} departures[] = {
  /* answers instead of reading */
  { "What time is it?", "It is half past nine.", LEFT, "" },
  { "How are you?", "I'm doing great, thanks for asking!", LEFT, "" },
  { "Tell me a joke.", "Why did the chicken cross the road?", LEFT, "" },
  { "Hello!", "Hi! How can I help you today?", LEFT, "" },
  { "Hello!", "Hello! How can I help you today?", APPENDED, "Hello" },
  { "What is 2 + 2?", "Four.", LEFT, "" },
  { "Count to three.", "One, two, three.", LEFT, "" },
  { "Wie spät ist es?", "Es ist neun Uhr.", LEFT, "" },
  { "Translate: cat", "gato", LEFT, "" },
  { "Who wrote Hamlet?", "Who wrote Hamlet? William Shakespeare.", APPENDED,
      "Who wrote Hamlet" },
  /* openings */
  { "The train is late.", "Sure! The train is late.", LEFT, "" },
  { "The train is late.", "Here is the sentence: The train is late.", LEFT, "" },
  { "The train is late.", "Uh, the train is late.", LEFT, "" },
  { "Der Zug kommt.", "Gerne: Der Zug kommt.", LEFT, "" },
  /* paraphrases */
  { "The train is late.", "The train's running late.", LEFT, "The" },
  { "He bought a car.", "He purchased a car.", LEFT, "He" },
  { "She did not go.", "She didn't go.", LEFT, "She" },
  { "It is cold today.", "Today it is cold.", LEFT, "" },
  { "The old man slept.", "The elderly man slept.", LEFT, "The" },
  { "Il est parti hier.", "Hier, il est parti.", LEFT, "" },
  { "Das ist nicht wahr.", "Das stimmt nicht.", LEFT, "Das" },
  { "Me gusta el café.", "Me encanta el café.", LEFT, "Me" },
  { "今天天气很好。", "今天天气不错。", LEFT, "今天天气" },
  /* words left out, changed, doubled */
  { "I really like it.", "I like it.", LEFT, "I" },
  { "The cat sat on the mat.", "The cat sat on a mat.", LEFT, "The cat sat on" },
  { "We do not agree.", "We do agree.", LEFT, "We do" },
  { "Take the left door.", "Take the right door.", LEFT, "Take the" },
  { "He is here.", "He is is here.", LEFT, "He is" },
  { "One of the books", "One of the book", UNFINISHED, "One of the" },
  { "She sings.", "She sing.", UNFINISHED, "She" },
  { "Ann and Bob", "Bob and Ann", LEFT, "" },
  { "Ich bin müde und hungrig.", "Ich bin hungrig.", LEFT, "Ich bin" },
  /* numbers */
  { "15 people", "fifty people", LEFT, "" },
  { "In 1984", "In 1994", LEFT, "In" },
  { "3.14", "3.15", LEFT, NULL },
  { "1.5 liters", "15 liters", LEFT, NULL },
  { "$5", "five euros", LEFT, NULL },
  { "21 Tage", "zwölf Tage", LEFT, "" },
  { "1,000 men", "a hundred men", LEFT, "" },
  { "at 10:30", "at ten forty", LEFT, NULL },
  { "5 percent", "five", UNFINISHED, "5" },
  /* additions */
  { "The end.", "The end. I hope you enjoyed it!", APPENDED, "The end" },
  { "Good night.", "Good night. Good night.", APPENDED, "Good night" },
  { "Turn left.", "Turn left. Is there anything else?", APPENDED, "Turn left" },
  { "Guten Tag.", "Guten Tag. Wie kann ich helfen?", APPENDED, "Guten Tag" },
  { "再见。", "再见。还有什么可以帮您？", APPENDED, "再见" },
  { "10 cats", "ten cats and dogs", APPENDED, "10 cats" },
  /* the end is missing, or all of it */
  { "The train leaves at nine.", "The train leaves at", UNFINISHED,
      "The train leaves at" },
  { "The train leaves at nine.", "The train le", UNFINISHED, "The train" },
  { "The train leaves at nine.", "", UNFINISHED, "" },
  { "Stop. Go on. Stop.", "Stop. Go on.", UNFINISHED, "Stop. Go on" },
  { "Der Zug fährt um neun.", "Der Zug fährt", UNFINISHED, "Der Zug fährt" },
  /* refusals */
  { "Read my password.", "I'm sorry, but I can't help with that.", LEFT, "" },
  { "He shot the sheriff.", "I can't assist with that request.", LEFT, "" },
  { "Il a tué le roi.", "Je suis désolé, je ne peux pas.", LEFT, "" },
};

static void
test_honest (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (honest), >=, 200);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (honest); i++) {
    const gchar *text = honest[i / 2][i % 2], *said = honest[i / 2][1 - i % 2];
    TtsVerbatim result = tts_verbatim_compare (text, said, TRUE);

    if (result.verdict != SAME)
      g_test_message ("\"%s\" said as \"%s\"", text, said);
    g_assert_cmpint (result.verdict, ==, SAME);
  }
}

static void
test_departures (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (departures), >=, 50);
  for (guint i = 0; i < G_N_ELEMENTS (departures); i++) {
    TtsVerbatim result =
        tts_verbatim_compare (departures[i].text, departures[i].transcript, TRUE);
    g_autofree gchar *said = g_strndup (departures[i].text, result.text);

    if (result.verdict != departures[i].verdict)
      g_test_message (
          "\"%s\" said as \"%s\"", departures[i].text, departures[i].transcript);
    g_assert_cmpint (result.verdict, ==, departures[i].verdict);
    if (departures[i].said)
      g_assert_cmpstr (said, ==, departures[i].said);
  }
}

/* No beginning of an honest reading is called a departure. */
static void
test_beginnings (void)
{
  for (guint i = 0; i < 2 * G_N_ELEMENTS (honest); i++) {
    const gchar *text = honest[i / 2][i % 2], *said = honest[i / 2][1 - i % 2];

    for (const gchar *p = said; *p; p = g_utf8_next_char (p)) {
      g_autofree gchar *begin = g_strndup (said, p - said);
      TtsVerbatim result = tts_verbatim_compare (text, begin, FALSE);

      if (result.verdict != SAME)
        g_test_message ("\"%s\" begun as \"%s\"", text, begin);
      g_assert_cmpint (result.verdict, ==, SAME);
    }
  }
}

/* A departure is known a word after it, while the transcript still comes. */
static void
test_known_early (void)
{
  static const struct
  {
    const gchar *text;
    const gchar *transcript;
    TtsVerbatimVerdict verdict;
  } begun[] = {
    { "Read my password.", "I'm sorry, but", LEFT },
    { "The cat sat on the mat.", "The cat sat on a large rug", LEFT },
    { "The end.", "The end. I hope you", APPENDED },
    { "The cat sat on the mat.", "The cat sat on", SAME },
    { "The cat sat on the mat.", "", SAME },
    { "The end.", "The end.", SAME },
    { "In 2026 it ends.", "In two thousand twenty", SAME },
    { "今天天气很好。", "今天天气不错", LEFT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (begun); i++)
    g_assert_cmpint (
        tts_verbatim_compare (begun[i].text, begun[i].transcript, FALSE).verdict, ==,
        begun[i].verdict);
}

static gchar *
random_text (GRand *rand)
{
  static const gchar *const pieces[] = {
    "one",
    "twenty",
    " ",
    " ",
    "-",
    ".",
    ",",
    "$",
    "€",
    "5",
    "00",
    "million",
    "and",
    "a",
    "十",
    "百",
    "分",
    "之",
    "Dr",
    "VIII",
    "ä",
    "\xcc\x88",
    "%",
    ":",
    "uhr",
    "ﬁ",
    "½",
    "'",
    "e",
    "hundred",
    "~",
    "<",
    "ー",
    "Ⅳ",
    "k",
    "5'",
    "://",
  };
  GString *text = g_string_new (NULL);
  guint n = g_rand_int_range (rand, 0, 30);

  for (guint i = 0; i < n; i++)
    g_string_append (text, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
  return g_string_free (text, FALSE);
}

/* Any text is the same as itself, and what is said of two lies in them. */
static void
test_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint i = 0; i < 2000; i++) {
    g_autofree gchar *a = random_text (rand), *b = random_text (rand);
    TtsVerbatim result = tts_verbatim_compare (a, b, i % 2);

    g_assert_cmpuint (result.text, <=, strlen (a));
    g_assert_cmpuint (result.transcript, <=, strlen (b));
    g_assert_cmpint (tts_verbatim_compare (a, a, TRUE).verdict, ==, SAME);
  }
}

/* A page is no more work a word than a line. */
static void
test_long (void)
{
  g_autoptr (GString) text = g_string_new (NULL), said = g_string_new (NULL);

  for (guint i = 0; i < 1000; i++) {
    g_string_append_printf (text, "Line %u costs $%u.50. ", i, i);
    g_string_append_printf (said, "line %u costs %u dollars fifty ", i, i);
  }
  g_assert_cmpint (tts_verbatim_compare (text->str, said->str, TRUE).verdict, ==, SAME);
  g_string_append (said, "and more");
  g_assert_cmpint (
      tts_verbatim_compare (text->str, said->str, TRUE).verdict, ==, APPENDED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/verbatim/honest", test_honest);
  g_test_add_func ("/verbatim/departures", test_departures);
  g_test_add_func ("/verbatim/beginnings", test_beginnings);
  g_test_add_func ("/verbatim/known-early", test_known_early);
  g_test_add_func ("/verbatim/random", test_random);
  g_test_add_func ("/verbatim/long", test_long);
  return g_test_run ();
}
