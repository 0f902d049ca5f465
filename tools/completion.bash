# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
# Options are those that --help lists; everything else is a file.
_gst_openai ()
{
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}

  case $before in
    --formats | -f)
      mapfile -t COMPREPLY < <(compgen -W 'srt vtt txt json ttml' -- "$word")
      return ;;
    --style)
      mapfile -t COMPREPLY < <(compgen -W "$("$1" --style list 2> /dev/null)" -- "$word")
      return ;;
    --directory | -d)
      mapfile -t COMPREPLY < <(compgen -d -- "$word")
      return ;;
  esac
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$("$1" --help 2> /dev/null \
      | grep -o -- '--[a-z][a-z-]*' | sort -u)" -- "$word")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    compopt -o filenames 2> /dev/null
  fi
}
complete -F _gst_openai gst-openai-burn-1.0 gst-openai-captions-1.0 \
  gst-openai-check-1.0 \
  gst-openai-dub-1.0 gst-openai-qc-1.0 gst-openai-server-1.0 gst-openai-transcribe-1.0 \
  gst-openai-voices-1.0
