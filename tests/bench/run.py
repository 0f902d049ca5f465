#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""run.py NAME: one benchmark. Its exit status tells whether it could be measured, not
whether the target was met: that is in its rows."""

import json
import re
import sys
import traceback
from urllib.parse import urlsplit

from bench import CannotMeasure, Rows, counts, figure, have, have_element, have_sdk, median, \
    named, numbers, run, sdk, server, talk, timed, tool, Helper, TOOLS, WORK
import nghttpx
from certificates import make_authority, make_certificate

SPEECH = json.dumps({"model": "gpt-4o-mini-tts", "voice": "alloy", "input": "Hello over there.",
                     "response_format": "pcm"})
NOT_HERE = "not on this machine"
NO_CLOCK = "async=false sync=false"


def curl(*arguments):
    return run("curl", "-sS", "--fail", *arguments)


def curl_speech(url, times, *options):
    """Milliseconds to the first byte of each answer."""
    seconds = curl("-o", "/dev/null", "-w", "%{time_starttransfer}\n", "-H",
                   "Content-Type: application/json", "-d", SPEECH, *options,
                   f"{url}/audio/speech?[1-{times}]")
    return [1000 * value for value in numbers(seconds)]


def peers_text(**figures):
    return "; ".join(f"{name.replace('_', ' ')}: {text}" for name, text in figures.items())


# --- speech ------------------------------------------------------------------------------------
SERVER_MS = 20
ROUNDS = 5
TIMES = 20


def over_server(values):
    """Without the first, which opens the connection, and without the server's own time."""
    return [value - SERVER_MS for value in values[1:]]


def first_sample(rows):
    """From asking to the first samples."""
    ours, by_curl, by_sdk = [], [], []
    fresh, curl_fresh, espeak = [], [], []
    if not have("curl"):
        raise CannotMeasure("curl is missing")
    with_sdk, with_espeak = have_sdk(), have_element("espeak")
    with server("speech", SERVER_MS) as speech:
        url = speech.address
        for _ in range(ROUNDS):
            ours += over_server(numbers(tool("bench-speak", url, TIMES, "kept")))
            by_curl += over_server(curl_speech(url, TIMES))
            if with_sdk:
                by_sdk += over_server(numbers(run(*sdk(url, "speech", TIMES))))
            fresh += over_server(numbers(tool("bench-speak", url, TIMES, "new")))
            curl_fresh += over_server(curl_speech(url, TIMES, "-H", "Connection: close"))
            if with_espeak:
                espeak += numbers(tool("bench-speak", 'espeak text="Hello over there."', TIMES))[1:]
    meets = median(ours) <= median(by_curl) + 1
    if with_sdk:
        meets = meets and median(ours) <= median(by_sdk) / 2
    rows.add(f"Time to the first sample, over the server's own {SERVER_MS} ms",
             "curl + 1 ms, half of the SDK's", figure(ours, "ms"),
             peers_text(curl=figure(by_curl, "ms"),
                        Node_SDK=figure(by_sdk, "ms") if with_sdk else NOT_HERE), meets)
    rows.add("The same, a new pipeline and connection each time", "none", figure(fresh, "ms"),
             peers_text(curl=figure(curl_fresh, "ms"),
                        espeak_element=figure(espeak, "ms") if with_espeak else NOT_HERE), None)


    in_session(rows)


def in_session(rows):
    """From the server's first delta to the first buffer, beside a WebSocket client."""
    values = numbers(tool("bench-session", ROUNDS * TIMES))
    raw, ours = values[::2], values[1::2]
    rows.add("From the first audio of a Realtime session to the first buffer",
             "a WebSocket client + 2 ms", figure(ours, "ms"),
             peers_text(libsoup=figure(raw, "ms")), median(ours) <= median(raw) + 2)


DECODE_MB = 100


def events(rows):
    values = numbers(tool("bench-pure", "events"))
    rows.add("Event stream and base64 to audio, one core", f"{DECODE_MB} MB/s of audio",
             figure(values, "MB/s", 0), "–", median(values) >= DECODE_MB)


# --- captions ----------------------------------------------------------------------------------
ANSWER_MS = 100
SILENCE_MS = 500
SHORT, LONG = 3, 10
BITS_PER_SECOND, RTT_MS = 1_000_000, 50


def delays(url, seconds, times, streams, settings=""):
    values = numbers(tool("bench-captions", url, seconds, times, streams, settings))
    if len(values) != times * streams:
        raise RuntimeError(f"{len(values)} cues, not {times * streams}")
    return [value - ANSWER_MS - SILENCE_MS for value in values]


def utterance(seconds):
    """The whole upload of those who begin when it has ended."""
    path = WORK / f"utterance-{seconds}.wav"
    run("gst-launch-1.0", "-q", "audiotestsrc", "wave=pink-noise", "samplesperbuffer=1600",
        f"num-buffers={seconds * 10}", "!", "audio/x-raw,format=S16LE,rate=16000,channels=1", "!",
        "wavenc", "!", "filesink", f"location={path}")
    return path


def uploads_after(url, path, times):
    seconds = [numbers(curl("-o", "/dev/null", "-w", "%{time_total}\n", "-F", "model=gpt-transcribe",
                            "-F", f"file=@{path}", f"{url}/audio/transcriptions"))[0]
               for _ in range(times)]
    return [1000 * value - ANSWER_MS for value in seconds]


def sdk_after(url, path, times):
    return [value - ANSWER_MS
            for value in numbers(run(*sdk(url, "transcribe-each", *[path] * times)))[1:]]


def caption_delay(rows):
    """From the last sample of an utterance to its cue."""
    with_sdk = have_sdk()
    by_sdk = []
    with server("text", ANSWER_MS) as text:
        fast = delays(text.address, SHORT, 3, 8)
        by_curl = uploads_after(text.address, utterance(SHORT), 10)
        if with_sdk:
            by_sdk = sdk_after(text.address, utterance(SHORT), 10)
    rows.add("Caption delay, over server time and silence-duration", "5 ms", figure(fast, "ms"),
             peers_text(curl_after_the_cut=figure(by_curl, "ms"),
                        Node_SDK=figure(by_sdk, "ms") if with_sdk else NOT_HERE),
             median(fast) <= 5)

    with server("text", ANSWER_MS) as text:
        port = text.address.split(":")[2].split("/")[0]
        with Helper("bench-relay", port, BITS_PER_SECOND, RTT_MS) as relay:
            url = f"http://127.0.0.1:{relay.address}/v1"
            slow = delays(url, LONG, 5, 1)
            by_curl = uploads_after(url, utterance(LONG), 3)
    limit = min(RTT_MS + 20, median(by_curl) / 20)
    rows.add(f"The same over 1 Mbit/s with {RTT_MS} ms round trip, {LONG} s of speech",
             f"1/20 of an upload after the cut, {RTT_MS + 20} ms", figure(slow, "ms", 1),
             peers_text(curl_after_the_cut=figure(by_curl, "ms", 0)), median(slow) <= limit)


# --- CPU ---------------------------------------------------------------------------------------
MINUTES = 10
ONE_CHANNEL = "audioconvert ! audioresample ! audio/x-raw,rate=16000,channels=1"


def cpu_per_hour(tail, minutes=MINUTES):
    return numbers(tool("bench-feed", talk(48000, 2), minutes * 60, 1, tail))[-1] * 60 / minutes


def cpu(rows):
    """An hour of 48 kHz stereo, against the elements that would do the same work: they
    hear no speech, for which the network has a figure of its own."""
    kinds = (("FLAC", "flac", f"{ONE_CHANNEL} ! flacenc ! fakesink", 1.15),
             ("WAV", "wav", f"{ONE_CHANNEL} ! fakesink", 1.25))
    with server("text", 0) as text:
        for name, form, peer, factor in kinds:
            ours, theirs = [], []
            for _ in range(ROUNDS):
                ours.append(cpu_per_hour(f"openaistt vad=energy upload-format={form} api-key=\"\" "
                                         f"base-url={text.address} ! fakesink"))
                theirs.append(cpu_per_hour(peer))
            ratio = median(ours) / median(theirs)
            rows.add(f"CPU for an hour of 48 kHz stereo, {name}", f"{factor} × GStreamer's own elements",
                     f"{figure(ours, 's')}, {ratio:.2f} ×",
                     f"`{peer}`: {figure(theirs, 's')}", ratio <= factor)
    if have_element("pocketsphinx"):
        seconds = cpu_per_hour(f"{ONE_CHANNEL} ! pocketsphinx ! fakesink", 1)
        rows.add("For scale: an engine on this machine", "none", "–",
                 f"pocketsphinx element: {seconds:.0f} s of CPU an hour", None)


def chunker(rows):
    values = numbers(tool("bench-pure", "chunker", talk(16000, 1)))
    rows.add("Chunker alone, one core", "3000 × real time", figure(values, "×", 0), "–",
             median(values) >= 3000)


def network(rows):
    values = [100 / n for n in numbers(tool("bench-pure", "network", talk(16000, 1)))]
    rows.add("The network that hears voices, for each stream", "0.2 % of a core",
             figure(values, "%", 3), "Silero's in onnxruntime: 0.7 %", median(values) <= 0.2)
    values = [100 / n for n in numbers(tool("bench-pure", "detector", talk(24000, 1)))]
    rows.add("The same with what is around it, from the 24 kHz of sessions", "0.2 % of a core",
             figure(values, "%", 3), "–", median(values) <= 0.2)


HOURS = 2
PARTS = 24
MOST_GROWTH = 1.05
LENGTHS = (60, 300, 900)


def hours_growth(url):
    """The last half hour against the first: of three runs, the one of each part that was
    disturbed least."""
    runs = [numbers(tool("bench-feed", talk(16000, 1), HOURS * 3600, PARTS,
                         f"openaistt api-key=\"\" base-url={url} ! fakesink"))
            for _ in range(3)]
    parts = [min(part) for part in zip(*runs)]
    quarter = PARTS // 4
    return median(parts[PARTS - 1 - quarter:PARTS - 1]) / median(parts[:quarter])


def instructions(seconds, tail):
    out = WORK / "callgrind.out"
    run("valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={out}",
        TOOLS / "bench-feed", talk(16000, 1), seconds, 1, tail)
    return int(re.search(r"^(?:summary|totals): (\d+)", out.read_text(), re.M).group(1))


def later_growth(url, settings):
    """Instructions a second of audio from the fifth minute on against those before; what
    starting up takes is in neither."""
    counted = [instructions(seconds, f"openaistt api-key=\"\" upload-format=wav {settings} "
                                     f"base-url={url} ! fakesink") for seconds in LENGTHS]
    return ((counted[2] - counted[1]) / (LENGTHS[2] - LENGTHS[1])
            / ((counted[1] - counted[0]) / (LENGTHS[1] - LENGTHS[0])))


def growth(rows):
    """A second of audio costs what the first did."""
    with server("text", 0) as text:
        grown = hours_growth(text.address)
    rows.add(f"Cost of a second of audio, CPU: last half hour of {HOURS} h to first",
             f"1, that is {MOST_GROWTH} at most", f"{grown:.2f}", "–", grown <= MOST_GROWTH)
    if not have("valgrind"):
        return
    tails = (("requests, one a second", 8, "vad=none max-chunk-duration=1000 skip-silence=false"),
             ("cues, a hundred a minute and more", 200, "granularity=word"))
    for name, words, settings in tails:
        with server("text", 0, words) as text:
            grown = later_growth(text.address, settings)
        rows.add(f"The same in instructions, with many {name}: minutes 5 to 15 to 1 to 5",
                 f"1, that is {MOST_GROWTH} at most", f"{grown:.3f}", "–", grown <= MOST_GROWTH)


# --- many streams ------------------------------------------------------------------------------
STREAMS = 500
STREAM_SECONDS = 15
MOST_CPU = 1.6
MIB = 1024 * 1024


def streams(rows):
    """Live streams in one process, and the same that end in fakesink."""
    wav = talk(16000, 1)
    sink = f"fakesink {NO_CLOCK}"
    ours, theirs = [], []
    with server("text", 300) as text:
        stt = f"openaistt api-key=\"\" base-url={text.address} ! {sink}"
        one = named(tool("bench-streams", wav, 1, STREAM_SECONDS, stt))
        for _ in range(2):
            theirs.append(named(tool("bench-streams", wav, STREAMS, STREAM_SECONDS, sink)))
            ours.append(named(tool("bench-streams", wav, STREAMS, STREAM_SECONDS, stt)))
    beyond = [own["cpu"] - other["cpu"] for own, other in zip(ours, theirs)]
    rows.add(f"CPU of {STREAMS} live streams, beyond that of {STREAMS} fakesinks",
             f"{MOST_CPU * 100:.0f} % of a core", figure([100 * part for part in beyond], "%", 0),
             f"fakesinks: {figure([100 * other['cpu'] for other in theirs], '%', 0)}",
             median(beyond) <= MOST_CPU)
    each = {kind: median([(own[kind] - one[kind] - other[kind] + other[f'{kind[:-6]}-before'])
                          / (STREAMS - 1) for own, other in zip(ours, theirs)])
            for kind in ("resident-after", "heap-after")}
    rows.add("Memory of each live stream beyond the first, chunks of 6 s", "1 MiB",
             f"{each['resident-after'] / MIB:.2f} MiB resident, "
             f"{each['heap-after'] / MIB:.2f} MiB allocated", "–", each["resident-after"] <= MIB)


SESSIONS = 200
MOST_DELTA = 5000


def sessions(rows):
    """Realtime sessions in one process: from the server's words to our messages."""
    wav = talk(16000, 1)
    sink = f"fakesink {NO_CLOCK}"
    theirs = named(tool("bench-streams", wav, SESSIONS, STREAM_SECONDS, sink))
    with server("sessions", 0) as text:
        stt = (f"openaistt api-key=\"\" base-url={text.address} transport=realtime "
               f"drop-hallucinations=false granularity=word ! {sink}")
        ours = named(tool("bench-streams", wav, SESSIONS, STREAM_SECONDS, stt))
    for name, place, things in (("delta", "message", "messages"), ("pad", "caption", "captions")):
        rows.add(f"From the server's words to their {place}, {SESSIONS} Realtime sessions, "
                 "99th percentile", f"{MOST_DELTA / 1000:.0f} ms",
                 f"{ours[f'{name}-p99'] / 1000:.1f} ms",
                 f"median {ours[f'{name}-p50'] / 1000:.2f} ms, {ours[f'{name}-n']:.0f} {things}",
                 ours[f"{name}-p99"] <= MOST_DELTA)
    rows.add(f"CPU of {SESSIONS} Realtime sessions, that of their fakesinks among it",
             "100 % of a core",
             f"{100 * ours['cpu']:.0f} %, {1000 * ours['cpu'] / SESSIONS:.1f} ms for each second "
             "of a stream", f"fakesinks: {100 * theirs['cpu']:.0f} %", ours["cpu"] <= 1)


# --- a whole file ------------------------------------------------------------------------------
AT_ONCE = 8
HOUR = 3600


def hour_file():
    """An hour of the recording as FLAC, 48 kHz stereo."""
    path = WORK / "hour.flac"
    if not path.exists():
        part = WORK / "hour.part"
        tool("bench-feed", talk(48000, 2), HOUR, 1, f"flacenc ! filesink location={part}")
        part.rename(path)
    return path


def hour(rows):
    """A file against a server that takes a second for each request."""
    path = hour_file()
    play = ("gst-launch-1.0", "-q", "filesrc", f"location={path}", "!", "decodebin", "!")
    decode, _ = timed(*play, "fakesink")
    with server("text", 1000) as text:
        wall, seconds = timed(*play, "openaistt", f"max-requests={AT_ONCE}", 'api-key=""',
                              f"base-url={text.address}", "!", "fakesink")
    _, floor = timed(*play, *ONE_CHANNEL.split(), "!", "fakesink")
    requests, _ = counts(text)
    ideal = requests / AT_ONCE + decode
    rows.add(f"An hour's file, {AT_ONCE} requests at a time of 1 s each: time",
             f"1.1 × ideal ({requests} / {AT_ONCE} s + {decode:.1f} s to decode)",
             f"{wall:.1f} s, {wall / ideal:.2f} ×", "–", wall <= 1.1 * ideal)

    recipes = {}
    meets = None
    cut = HOUR / requests
    for name, line in (("SDK", sdk_recipe()), ("curl", curl_recipe())):
        if not line:
            recipes[f"ffmpeg + {name}"] = NOT_HERE
            continue
        with server("text", 1000) as text:
            recipe_wall, recipe_cpu = timed("sh", "-ec", line, "sh", path, f"{cut:.3f}",
                                            text.address, WORK / "parts")
        recipes[f"ffmpeg + {name}"] = f"{recipe_cpu:.1f} s ({recipe_wall:.0f} s of time)"
        if name == "SDK":
            meets = seconds <= recipe_cpu / 2
    rows.add("The same: CPU", "half of ffmpeg + SDK", f"{seconds:.1f} s",
             f"{peers_text(**recipes)}; `decodebin ! {ONE_CHANNEL} ! fakesink`: {floor:.1f} s", meets)


CUT = ('rm -rf "$4"; mkdir "$4"; ffmpeg -loglevel error -i "$1" -ac 1 -ar 16000 -c:a flac '
       '-f segment -segment_time "$2" "$4/%05d.flac"; ')


def sdk_recipe():
    if not have("ffmpeg") or not have_sdk():
        return None
    return CUT + f'{" ".join(map(str, sdk()))} "$3" transcribe "$4"/*.flac'


def curl_recipe():
    if not have("ffmpeg") or not have("curl"):
        return None
    return CUT + (f'ls "$4"/*.flac | xargs -P {AT_ONCE} -I % curl -sS -o /dev/null '
                  '-F model=gpt-transcribe -F file=@% "$3/audio/transcriptions"')


# --- where it goes -----------------------------------------------------------------------------
PROFILE_SECONDS = 300


def inclusive(listing, function):
    """The instructions a function took with all that it called."""
    found = re.findall(rf"^\s*([\d,]+) \([^)]*\)\s+\S*:{function}(?:\s|$)", listing, re.M)
    if not found:
        raise RuntimeError(f"{function} is not in the profile")
    return max(int(number.replace(",", "")) for number in found)


def profile(rows):
    """Instructions of five minutes of the hour's file: a busy machine changes nothing."""
    if not have("valgrind"):
        raise CannotMeasure("valgrind is missing")
    path, out = WORK / "minutes.flac", WORK / "callgrind.out"
    tool("bench-feed", talk(48000, 2), PROFILE_SECONDS, 1, f"flacenc ! filesink location={path}")
    with server("text", 0) as text:
        run("valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={out}", "gst-launch-1.0",
            "-q", "filesrc", f"location={path}", "!", "decodebin", "!", "openaistt",
            f"max-requests={AT_ONCE}", 'api-key=""', f"base-url={text.address}", "!", "fakesink")
    listing = run("callgrind_annotate", "--inclusive=yes", "--threshold=100", out)
    total = int(re.search(r"^([\d,]+) .*PROGRAM TOTALS", listing, re.M).group(1).replace(",", ""))
    chain = inclusive(listing, "gst_openai_stt_chain")
    chunker_push = inclusive(listing, "stt_chunker_push")
    hearing = inclusive(listing, "openai_voice_net_push")
    parts = {
        "`flacdec` and what is before it":
            inclusive(listing, "FLAC__stream_decoder_process_single") - chain,
        "to 16 kHz mono, most of it `GstAudioConverter`":
            inclusive(listing, "gst_openai_resampler_push"),
        "FLAC of the uploads": inclusive(listing, "openai_encoder_push_bytes"),
        "the network that hears voices": hearing,
        "telling speech from silence beside it": chunker_push - hearing,
        "network thread": inclusive(listing, "io_main"),
        "captions and messages": inclusive(listing, "gst_openai_stt_src_loop"),
    }
    inner = [parts[name] for name in list(parts)[1:5]]
    parts["the rest of the streaming thread: locks, pieces, buffers"] = chain - sum(inner)
    parts["starting up, and the rest"] = total - sum(parts.values())
    for name, instructions in sorted(parts.items(), key=lambda part: -part[1]):
        rows.rows.append([name, f"{instructions / PROFILE_SECONDS / 1e6:.2f}",
                          f"{100 * instructions / total:.1f} %"])
        print(*rows.rows[-1], sep=": ")


# --- connections -------------------------------------------------------------------------------
REQUESTS = 100


def make_certificates():
    if not (have("nghttpx") and have("openssl")):
        raise CannotMeasure("nghttpx or openssl is missing")
    WORK.mkdir(exist_ok=True)
    make_authority(WORK, "ca")
    make_certificate(WORK, "localhost")


def connections(rows):
    """One request after the other over TLS."""
    make_certificates()
    path = WORK / "lines.srt"
    path.write_text("".join(f"{n}\n00:{n // 60:02}:{n % 60:02},000 --> 00:{n // 60:02}:{n % 60:02},500\n"
                            f"This is line number {n}.\n\n" for n in range(REQUESTS)))
    noise = (f"audiotestsrc wave=pink-noise samplesperbuffer=1600 num-buffers={REQUESTS * 10} ! "
             "audio/x-raw,rate=16000,channels=1")
    lines = {
        "openaistt": ("text", f"{noise} ! openaistt vad=none max-requests=1 "
                              "max-chunk-duration=1000 api-key=\"\" {} ! fakesink"),
        "openaitts": ("speech", f"filesrc location={path} ! subparse ! openaitts "
                                "prefetch=0 api-key=\"\" {} ! fakesink"),
    }
    for name, (kind, line) in lines.items():
        seen = {}
        for protocol in ("h2", "http/1.1"):
            with server(kind, 0) as behind, \
                 nghttpx.Proxy(WORK, "localhost", urlsplit(behind.address).port,
                               protocol) as proxy:
                run("gst-launch-1.0", "-q", *line.format(proxy.settings()).split())
                ports = [request[0] for request in proxy.requests() if request[-1] == "200"]
                seen[protocol] = len(ports), len(set(ports))
        ours = ", ".join(f"{n} ({protocol}, {requests} requests)"
                         for protocol, (requests, n) in seen.items())
        rows.add(f"Connections for {REQUESTS} requests in turn over TLS, {name}", "1", ours,
                 "curl, run for each: 100", all(n == 1 and requests >= REQUESTS
                                                for requests, n in seen.values()))


# --- the first request of a process -------------------------------------------------------------
FAST_LINE = 100_000_000
SOONER_MS = 100


def first_caption(url, settings):
    return delays(url, 1, 1, 1, f"stream-upload=false {settings}")


def first_growing_caption(url, settings):
    return delays(url, 1, 1, 1, settings)


def first_speech(url, settings):
    return [value - SERVER_MS
            for value in numbers(tool("bench-speak", url, 1, "first", settings))]


def preconnect(rows):
    """New processes that connect when they play, and that connect when they have to send."""
    make_certificates()
    for name, kind, milliseconds, target, measure in (
            ("caption", "text", ANSWER_MS, SOONER_MS, first_caption),
            ("caption, of an upload that grows while it is spoken", "text", ANSWER_MS, None,
             first_growing_caption),
            ("sample, of what is said a while after the start", "speech", SERVER_MS, SOONER_MS,
             first_speech)):
        early, late = [], []
        with server(kind, milliseconds) as behind, \
             nghttpx.Proxy(WORK, "localhost", urlsplit(behind.address).port) as proxy, \
             Helper("bench-relay", proxy.port, FAST_LINE, RTT_MS) as line:
            for _ in range(ROUNDS):
                for found, wanted in ((early, "true"), (late, "false")):
                    found += measure(f"https://localhost:{line.address}/v1",
                                     f"tls-ca-file={WORK / 'ca.pem'} preconnect={wanted}")
        sooner = median(late) - median(early)
        rows.add(f"First {name}, over TLS with {RTT_MS} ms round trip, sooner by `preconnect`",
                 f"{target} ms" if target else "none",
                 f"{sooner:.0f} ms: {figure(early, 'ms', 0)}",
                 f"`preconnect=false`: {figure(late, 'ms', 0)}",
                 sooner >= target if target else None)


BENCHMARKS = {
    "first-sample": first_sample,
    "caption-delay": caption_delay,
    "hour": hour,
    "cpu": cpu,
    "connections": connections,
    "preconnect": preconnect,
    "chunker": chunker,
    "network": network,
    "events": events,
    "sessions": sessions,
    "streams": streams,
    "growth": growth,
    "profile": profile,
}


def main():
    rows = Rows(sys.argv[1])
    try:
        BENCHMARKS[rows.name](rows)
    except CannotMeasure as why:
        print(why)
        return 77
    except Exception:  # pylint: disable=broad-except
        traceback.print_exc()
        return 1
    rows.write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
