// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What a caption has to keep to be read: the numbers of the guidelines. */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  STT_CUE_STYLE_DEFAULT, /* Netflix, captions in the language that is spoken */
  STT_CUE_STYLE_BBC,
  STT_CUE_STYLE_EBU, /* as ARD, ORF, SRF and ZDF have it */
  STT_CUE_STYLE_ARCOM,
  STT_CUE_STYLE_DCMP,
  STT_CUE_STYLE_CHILDREN,
  STT_CUE_STYLE_CEA608,
  STT_CUE_STYLE_SHORTS,
} SttCueStyle;

/* How captions tell that another speaks. */
typedef enum
{
  STT_SPEAKERS_NONE,
  STT_SPEAKERS_DASH,   /* two short turns are one caption, each on a line with a dash */
  STT_SPEAKERS_LABEL,  /* [name] before the first caption of a turn */
  STT_SPEAKERS_VOICE,  /* <v name> in WebVTT */
  STT_SPEAKERS_COLOUR, /* of the text, where the pad takes markup; two short turns are
                        * one caption */
  STT_SPEAKERS_STYLE,  /* as the caption style has it */
} SttSpeakerStyle;

/* What becomes of descriptions of sound, such as [Music]. */
typedef enum
{
  STT_SOUNDS_NONE,
  STT_SOUNDS_TOLD,     /* as the server writes them */
  STT_SOUNDS_STYLE,    /* as the caption style has it: one of those below */
  STT_SOUNDS_BRACKETS, /* [music] */
  STT_SOUNDS_CAPITALS, /* MUSIC */
  STT_SOUNDS_STARS,    /* *Music* */
  STT_SOUNDS_JAPANESE, /* （音楽） */
} SttSoundLabels;

/* Each of them: what it is, and how users call it. Ends with NULL. */
extern GEnumValue stt_cue_styles[];

/* Single values that win over those of a style. */
typedef struct
{
  guint max_lines;           /* 0: the style's */
  guint max_columns;         /* 0: the style's */
  gdouble max_reading_speed; /* characters a second; 0: the style's */
  guint min_duration;        /* milliseconds; 0: the style's */
  guint max_duration;        /* milliseconds; 0: the style's */
  gint min_gap;              /* milliseconds; -1: the style's */
  gint max_linger;           /* milliseconds; -1: the style's */
  gint fps_n;                /* frames a second; 0: times are on no grid */
  gint fps_d;
} SttCueOverrides;

/* Nanoseconds. */
typedef struct
{
  guint max_lines;
  guint max_columns;    /* of a line: full-width characters count two */
  guint column_width;   /* columns of a character, as guidelines count them */
  gdouble max_speed;    /* columns a second */
  gdouble target_speed; /* the same, which a caption has where there is time */
  guint64 min_duration;
  guint64 max_duration;
  guint64 min_gap;    /* between two captions */
  guint64 close_gap;  /* a shorter gap becomes min_gap */
  guint64 max_linger; /* how long a caption stays after its speech */
  gboolean cea608;    /* only its characters */
  gint fps_n;         /* > 0: times are whole frames */
  gint fps_d;
} SttCueRules;

/* Those of @style for a text in @language, ISO 639-1; NULL: as in English. */
SttCueRules stt_cue_rules_new (
    SttCueStyle style, const gchar *language, const SttCueOverrides *overrides);

/* What @wanted is in @style; never STT_SPEAKERS_STYLE, STT_SOUNDS_STYLE. */
SttSpeakerStyle stt_cue_style_speakers (SttCueStyle style, SttSpeakerStyle wanted);
SttSoundLabels stt_cue_style_sounds (
    SttCueStyle style, SttSoundLabels wanted, const gchar *language);

/* The language in which @text is written, as far as its script tells: ja, ko, zh, th,
 * ar, hi, ru; or NULL. */
const gchar *stt_cue_rules_guess_language (const gchar *text);

/* How long it takes to read so many columns; and how long it may take at least. */
guint64 stt_cue_rules_comfortable_time (const SttCueRules *self, guint columns);
guint64 stt_cue_rules_shortest_time (const SttCueRules *self, guint columns);

/* The nearest frame; @time where there is no grid. */
guint64 stt_cue_rules_round (const SttCueRules *self, guint64 time);

/* The last frame that is no later; and the first that is no earlier. */
guint64 stt_cue_rules_round_down (const SttCueRules *self, guint64 time);
guint64 stt_cue_rules_round_up (const SttCueRules *self, guint64 time);

G_END_DECLS
