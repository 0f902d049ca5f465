// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* gst-openai-qc-1.0: checks subtitles against a guideline. */

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "common/program.h"
#include "i18n.h"
#include "rewrite.h"

static gchar **arguments;
static gchar *style_name, *language, *rate, *fixed;
static gboolean as_json, force, quiet;

static const GOptionEntry entries[] = {
  { "style", 's', 0, G_OPTION_ARG_STRING, &style_name,
      N_ ("Guideline, as caption-style of openaistt names it (default: that of Netflix; "
          "list: prints all)"),
      "NAME" },
  { "language", 'l', 0, G_OPTION_ARG_STRING, &language,
      N_ ("Language of the subtitles (default: by their script)"), "CODE" },
  { "frame-rate", 'r', 0, G_OPTION_ARG_STRING, &rate,
      N_ ("Frames a second of the film, by which times are compared"), "RATE" },
  { "json", 'j', 0, G_OPTION_ARG_NONE, &as_json, N_ ("Print findings as JSON"), NULL },
  { "fix", 'o', 0, G_OPTION_ARG_FILENAME, &fixed,
      N_ ("Write the file with times that are right, as far as there is room"), "FILE" },
  { "force", 0, 0, G_OPTION_ARG_NONE, &force, N_ ("Write over what is there"), NULL },
  { "quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, N_ ("Print no findings"), NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments, NULL, "FILE…" },
  G_OPTION_ENTRY_NULL,
};

static const Program program = {
  .name = "gst-openai-qc-1.0",
  .summary =
      N_ ("Checks .srt and .vtt files against a guideline: how fast one reads, how "
          "long lines and\ncaptions are, gaps. Ends with 0 when nothing was found, "
          "with 1 when something was."),
  .examples = "  gst-openai-qc-1.0 --frame-rate 25 film.srt\n"
              "  gst-openai-qc-1.0 --style bbc --fix right.srt film.srt\n",
  .entries = entries,
};

/* A line each. */
static G_NORETURN void
list_styles (void)
{
  for (const GEnumValue *style = stt_cue_styles; style->value_nick; style++)
    printf ("%s\n", style->value_nick);
  exit (EXIT_DONE);
}

/* FALSE: printed. */
static gboolean
parse_style (SttCueStyle *style)
{
  if (g_strcmp0 (style_name, "list") == 0)
    list_styles ();
  for (const GEnumValue *known = stt_cue_styles; known->value_nick; known++) {
    if (!style_name || g_str_equal (known->value_nick, style_name)) {
      *style = known->value;
      return TRUE;
    }
  }
  return program_fail (
      "--style %s is no guideline; --style list prints those there are", style_name);
}

/* 25, 29.97 or 30000/1001. The rates of films that are no whole numbers are those of
 * NTSC. */
static gboolean
parse_rate (const gchar *text, gint *n, gint *d)
{
  gchar *end;
  gdouble value = g_ascii_strtod (text, &end);

  *d = 1;
  if (*end == '/' && value == (gint) value) {
    *n = value;
    *d = g_ascii_strtoll (end + 1, &end, 10);
    return *end == '\0' && *n > 0 && *d > 0;
  }
  if (*end || value < 1 || value > 1000)
    return FALSE;
  *n = (gint) (value + 0.5);
  if (value != *n) {
    *n *= 1000;
    *d = 1001;
  }
  return TRUE;
}

static gboolean
parse (int argc, char **argv, SttCueStyle *style, SttCueOverrides *overrides)
{
  *overrides = (SttCueOverrides) { .min_gap = -1, .max_linger = -1 };
  if (!program_parse (&program, &argc, &argv))
    return FALSE;
  if (!parse_style (style))
    return FALSE;
  if (!arguments || (fixed && arguments[1]))
    return program_fail ("Usage: %s [OPTION…] FILE; --help tells more", program.name);
  if (rate && !parse_rate (rate, &overrides->fps_n, &overrides->fps_d))
    return program_fail (
        "--frame-rate %s is no rate; right are 25, 29.97 and 30000/1001", rate);
  return !fixed || program_may_write (fixed, force);
}

static SttCueRules
rules_for (GPtrArray *cues, SttCueStyle style, const SttCueOverrides *overrides)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < cues->len && !language; i++)
    g_string_append (text, ((Cue *) g_ptr_array_index (cues, i))->text);
  return stt_cue_rules_new (
      style, language ? language : stt_cue_rules_guess_language (text->str), overrides);
}

static void
print_finding (
    const gchar *path, const Cue *cue, const QcFinding *finding, gboolean frames)
{
  g_autofree gchar *text = g_strdelimit (g_strdup (cue->text), "\n", ' ');
  guint64 ms = cue->start / GST_MSECOND;
  gboolean whole = finding->rule != QC_TOO_FAST;

  printf ("%s: %" G_GUINT64_FORMAT ":%02u:%02u.%03u %s %.*f (%.*f) %s: %s\n", path,
      ms / 3600000, (guint) (ms / 60000 % 60), (guint) (ms / 1000 % 60),
      (guint) (ms % 1000), qc_rule_name (finding->rule), whole ? 0 : 1, finding->measured,
      whole ? 0 : 1, finding->limit, qc_rule_unit (finding->rule, frames), text);
}

static void
add_json (JsonArray *array, const gchar *path, const Cue *cue, const QcFinding *finding,
    gboolean frames)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "file", path);
  json_object_set_int_member (object, "cue", finding->cue + 1);
  json_object_set_double_member (object, "start", (gdouble) cue->start / GST_SECOND);
  json_object_set_double_member (
      object, "end", (gdouble) (cue->start + cue->duration) / GST_SECOND);
  json_object_set_string_member (object, "rule", qc_rule_name (finding->rule));
  json_object_set_double_member (object, "measured", finding->measured);
  json_object_set_double_member (object, "limit", finding->limit);
  json_object_set_string_member (object, "unit", qc_rule_unit (finding->rule, frames));
  json_object_set_string_member (object, "text", cue->text);
  json_array_add_object_element (array, object);
}

static guint
report (const gchar *path, GPtrArray *cues, const SttCueRules *rules, JsonArray *array)
{
  g_autoptr (GArray) findings = qc_check (cues, rules);

  for (guint i = 0; i < findings->len; i++) {
    const QcFinding *finding = &g_array_index (findings, QcFinding, i);
    const Cue *cue = g_ptr_array_index (cues, finding->cue);

    if (as_json)
      add_json (array, path, cue, finding, rules->fps_n > 0);
    else if (!quiet)
      print_finding (path, cue, finding, rules->fps_n > 0);
  }
  return findings->len;
}

/* FALSE: printed. */
static gboolean
fix (const gchar *path, GPtrArray *cues, gboolean plain, const SttCueRules *rules)
{
  g_autofree QcTimes *old = g_new (QcTimes, cues->len);
  g_autoptr (GError) error = NULL;
  guint changed;

  if (!plain)
    return program_fail (
        "%s: it is not UTF-8, or not in the order of its times: that has "
        "to be put right first",
        path);
  for (guint i = 0; i < cues->len; i++) {
    const Cue *cue = g_ptr_array_index (cues, i);

    old[i] = (QcTimes) { cue->start, cue->duration };
  }
  changed = qc_fix (cues, rules);
  if (!qc_rewrite (path, fixed, cues, old, &error))
    return program_fail ("%s: %s", fixed, error->message);
  if (!quiet && !as_json)
    printf (_("%s: %u of %u captions have other times; written to %s\n"), path, changed,
        cues->len, fixed);
  return TRUE;
}

static void
print_json (JsonArray *array)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);
  g_autofree gchar *text = NULL;

  json_node_set_array (node, array);
  json_generator_set_pretty (generator, TRUE);
  json_generator_set_root (generator, node);
  text = json_generator_to_data (generator, NULL);
  printf ("%s\n", text);
}

/* The number of findings; -1: printed what went wrong. */
static gint
check_file (const gchar *path, SttCueStyle style, const SttCueOverrides *overrides,
    JsonArray *array)
{
  g_autoptr (GError) error = NULL;
  gboolean plain;
  g_autoptr (GPtrArray) cues = subtitles_read (path, &plain, &error);
  SttCueRules rules;
  guint found;

  if (!cues) {
    program_print_error ("%s: %s", path, error->message);
    return -1;
  }
  rules = rules_for (cues, style, overrides);
  found = report (path, cues, &rules, array);
  if (!quiet && !as_json)
    printf (_("%s: %u captions, %u findings\n"), path, cues->len, found);
  return fixed && !fix (path, cues, plain, &rules) ? -1 : (gint) found;
}

int
main (int argc, char **argv)
{
  g_autoptr (JsonArray) array = json_array_new ();
  SttCueOverrides overrides;
  SttCueStyle style;
  gboolean failed = FALSE;
  guint found = 0;

  if (!parse (argc, argv, &style, &overrides))
    return EXIT_USAGE;
  for (gchar **path = arguments; *path; path++) {
    gint n = check_file (*path, style, &overrides, array);

    failed |= n < 0;
    found += MAX (n, 0);
  }
  if (as_json)
    print_json (array);
  if (failed)
    return EXIT_USAGE;
  return found > 0 ? EXIT_FAILED : EXIT_DONE;
}
