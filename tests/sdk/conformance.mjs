// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The official SDK against a running server: node conformance.mjs BASE_URL */

import assert from 'node:assert/strict';
import OpenAI, { toFile } from 'openai';

const SENTENCE = 'The weather report says that it will rain on Friday.';
const LATER = 'Please bring your umbrella.';
const WORDS = /weather report.* rain on friday/;

const baseURL = process.argv[2];
if (!baseURL) {
  console.error('usage: node conformance.mjs BASE_URL');
  process.exit(2);
}
const client = new OpenAI({
  baseURL,
  apiKey: 'sk-local',
  maxRetries: 0,
  timeout: 60_000,
});

const tests = [];
const test = (name, run) => tests.push({ name, run });

const speak = (options) =>
  client.audio.speech.create({
    model: 'gpt-4o-mini-tts',
    voice: 'alloy',
    input: SENTENCE,
    ...options,
  });

const bytesOf = async (response) => Buffer.from(await response.arrayBuffer());

let recording;
const spoken = async (name = 'speech.wav') => {
  recording ??= await bytesOf(
    await speak({ input: `${SENTENCE}\n\n${LATER}`, response_format: 'wav' }),
  );
  return toFile(recording, name);
};

const transcribe = async (options) =>
  client.audio.transcriptions.create({
    model: 'whisper-1',
    file: await spoken(),
    ...options,
  });

const seconds = (cueTime) => {
  const [hours, minutes, rest] = cueTime.split(':');
  return hours * 3600 + minutes * 60 + Number(rest.replace(',', '.'));
};

const checkCues = (text, timing) => {
  const cues = [...text.matchAll(timing)];
  assert.ok(cues.length >= 1);
  let previous = 0;
  for (const [, start, end] of cues) {
    assert.ok(previous <= seconds(start) && seconds(start) < seconds(end));
    previous = seconds(end);
  }
};

const rejects = async (promise, type, status, fields = {}) => {
  const error = await promise.then(
    () => assert.fail('was accepted'),
    (reason) => reason,
  );
  assert.ok(error instanceof type, `${error}`);
  assert.equal(error.status, status);
  assert.match(error.requestID, /^req_/);
  assert.equal(typeof error.error.message, 'string');
  assert.equal(typeof error.type, 'string');
  for (const [name, value] of Object.entries(fields))
    assert.equal(error[name], value, name);
};

test('models.list and models.retrieve', async () => {
  const ids = [];
  for await (const model of client.models.list()) ids.push(model.id);
  assert.deepEqual(ids.sort(), ['flite', 'pocketsphinx-en-us']);
  for (const id of [...ids, 'whisper-1', 'tts-1']) {
    const model = await client.models.retrieve(id);
    assert.equal(model.object, 'model');
    assert.ok(ids.includes(model.id));
  }
});

test('models.retrieve of an unknown model', () =>
  rejects(client.models.retrieve('no/such model'), OpenAI.NotFoundError, 404, {
    code: 'model_not_found',
  }));

const formats = {
  mp3: ['audio/mpeg', (b) => b[0] === 0xff && (b[1] & 0xe0) === 0xe0],
  opus: ['audio/opus', (b) => b.toString('latin1', 0, 4) === 'OggS'],
  aac: ['audio/aac', (b) => b[0] === 0xff && (b[1] & 0xf6) === 0xf0],
  flac: ['audio/flac', (b) => b.toString('latin1', 0, 4) === 'fLaC'],
  wav: [
    'audio/wav',
    (b) =>
      b.toString('latin1', 0, 4) === 'RIFF' &&
      b.readUInt32LE(4) === 0xffffffff &&
      b.readUInt32LE(24) === 24000 &&
      b.readUInt32LE(40) === 0xffffffff,
  ],
  pcm: ['audio/pcm', (b) => b.length % 2 === 0],
};

for (const [format, [contentType, looksRight]] of Object.entries(formats)) {
  test(`speech as ${format}, heard again`, async () => {
    const response = await speak({ response_format: format });
    assert.equal(response.headers.get('content-type'), contentType);
    assert.equal(response.headers.get('transfer-encoding'), 'chunked');
    assert.equal(response.headers.get('content-length'), null);
    assert.match(response.headers.get('x-request-id'), /^req_/);
    const audio = await bytesOf(response);
    assert.ok(looksRight(audio), audio.toString('hex', 0, 16));
    if (format === 'pcm') {
      const length = audio.length / 2 / 24000;
      assert.ok(length > 2 && length < 6, `${length} s`);
      return;
    }
    const extension = format === 'opus' ? 'ogg' : format;
    const { text } = await client.audio.transcriptions.create({
      model: 'whisper-1',
      file: await toFile(audio, `speech.${extension}`),
    });
    assert.match(text, WORDS);
  });
}

test('speech is mp3 unless told otherwise', async () => {
  const response = await speak({});
  assert.equal(response.headers.get('content-type'), 'audio/mpeg');
  assert.ok(formats.mp3[1](await bytesOf(response)));
});

test('speech arrives while it is spoken', async () => {
  const response = await speak({
    input: `${SENTENCE} `.repeat(40),
    response_format: 'pcm',
  });
  let pieces = 0;
  for await (const piece of response.body) pieces += piece.length > 0;
  assert.ok(pieces > 10, `${pieces} pieces`);
});

test('speech at another speed', async () => {
  const pcm = { response_format: 'pcm' };
  const slow = await bytesOf(await speak({ ...pcm, speed: 0.5 }));
  const fast = await bytesOf(await speak({ ...pcm, speed: 2 }));
  const ratio = slow.length / fast.length;
  assert.ok(ratio > 3 && ratio < 5, `${ratio}`);
});

test('speech as events', async () => {
  const response = await speak({
    stream_format: 'sse',
    response_format: 'wav',
  });
  assert.match(response.headers.get('content-type'), /^text\/event-stream/);
  const lines = (await response.text()).split('\r\n\r\n');
  assert.equal(lines.pop(), '');
  assert.equal(lines.pop(), 'data: [DONE]');
  const events = lines.map((line) => JSON.parse(line.replace(/^data: /, '')));
  const done = events.pop();
  assert.equal(done.type, 'speech.audio.done');
  const { input_tokens, output_tokens, total_tokens } = done.usage;
  assert.ok(input_tokens > 0 && output_tokens > 0);
  assert.equal(total_tokens, input_tokens + output_tokens);
  assert.ok(events.length > 1);
  assert.ok(events.every(({ type }) => type === 'speech.audio.delta'));
  const audio = Buffer.concat(
    events.map((event) => Buffer.from(event.audio, 'base64')),
  );
  assert.ok(formats.wav[1](audio));
});

const badSpeech = {
  'without a voice': [{ voice: undefined }, 'voice'],
  'with an unknown voice': [{ voice: 'nobody' }, 'voice'],
  'with a custom voice': [{ voice: { id: 'voice_1' } }, 'voice'],
  'without a model': [{ model: undefined }, 'model'],
  'without input': [{ input: undefined }, 'input'],
  'with empty input': [{ input: '' }, 'input'],
  'with input too long': [{ input: 'a'.repeat(4097) }, 'input'],
  'too fast': [{ speed: 4.5 }, 'speed'],
  'with an unknown format': [{ response_format: 'zip' }, 'response_format'],
};

for (const [name, [options, param]] of Object.entries(badSpeech))
  test(`speech ${name}`, () =>
    rejects(speak(options), OpenAI.BadRequestError, 400, { param }));

test('transcription as json', async () => {
  const answer = await transcribe({});
  assert.match(answer.text, WORDS);
  assert.equal(answer.usage.type, 'duration');
  assert.ok(Number.isInteger(answer.usage.seconds));
});

test('transcription with log probabilities', async () => {
  const { text, logprobs } = await transcribe({ include: ['logprobs'] });
  assert.equal(logprobs.map(({ token }) => token).join(''), text);
  for (const { token, logprob, bytes } of logprobs) {
    assert.ok(logprob <= 0);
    assert.equal(Buffer.from(bytes).toString(), token);
  }
});

test('transcription as verbose_json', async () => {
  const answer = await transcribe({
    response_format: 'verbose_json',
    timestamp_granularities: ['word', 'segment'],
  });
  assert.equal(answer.language, 'english');
  assert.equal(
    answer.segments.map(({ text }) => text).join(''),
    ` ${answer.text}`,
  );
  assert.equal(answer.words.map(({ word }) => word).join(' '), answer.text);
  let previous = 0;
  for (const { start, end } of answer.words) {
    assert.ok(previous <= start && start < end && end <= answer.duration);
    previous = end;
  }
  answer.segments.forEach((segment, index) => {
    assert.equal(segment.id, index);
    assert.ok(segment.start < segment.end && segment.end <= answer.duration);
    assert.ok(segment.avg_logprob <= 0 && segment.compression_ratio > 0);
    assert.ok(segment.no_speech_prob >= 0 && segment.no_speech_prob <= 1);
  });
});

test('transcription with one granularity', async () => {
  const verbose = { response_format: 'verbose_json' };
  const words = await transcribe({
    ...verbose,
    timestamp_granularities: ['word'],
  });
  const segments = await transcribe(verbose);
  assert.ok(words.words && !words.segments);
  assert.ok(segments.segments && !segments.words);
});

test('transcription as text', async () => {
  const text = await transcribe({ response_format: 'text' });
  assert.match(text, WORDS);
  assert.match(text, /[^\n]\n$/);
});

test('transcription as srt', async () => {
  const text = await transcribe({ response_format: 'srt' });
  assert.match(text, /^1\n/);
  checkCues(text, /^(\d\d:\d\d:\d\d,\d{3}) --> (\d\d:\d\d:\d\d,\d{3})$/gm);
});

test('transcription as vtt', async () => {
  const text = await transcribe({ response_format: 'vtt' });
  assert.match(text, /^WEBVTT\n\n/);
  checkCues(text, /^(\d\d:\d\d:\d\d\.\d{3}) --> (\d\d:\d\d:\d\d\.\d{3})$/gm);
});

test('transcription as a stream', async () => {
  const stream = await transcribe({ model: 'gpt-4o-transcribe', stream: true });
  let heard = '';
  let done;
  for await (const event of stream) {
    assert.equal(done, undefined);
    if (event.type === 'transcript.text.delta') heard += event.delta;
    else done = event;
  }
  assert.equal(done.type, 'transcript.text.done');
  assert.equal(done.text, heard);
  assert.match(done.text, WORDS);
});

test('transcription of silence', async () => {
  const silence = (await bytesOf(await spoken())).fill(0, 44);
  const file = await toFile(silence, 'silence.wav');
  assert.equal((await transcribe({ file })).text, '');
});

test('transcription of a file without an extension', async () => {
  const answer = await transcribe({ file: await spoken('recording') });
  assert.match(answer.text, WORDS);
});

test('translation', async () => {
  const answer = await client.audio.translations.create({
    model: 'whisper-1',
    file: await spoken(),
    response_format: 'verbose_json',
  });
  assert.match(answer.text, WORDS);
  assert.equal(answer.language, 'english');
  assert.ok(answer.segments.length > 0);
});

const badTranscriptions = {
  'without a file': [() => ({ file: undefined }), { param: 'file' }],
  'without a model': [() => ({ model: undefined }), { param: 'model' }],
  'of no audio': [
    async () => ({ file: await toFile(Buffer.from('not audio'), 'a.wav') }),
    { param: 'file' },
  ],
  'of German': [
    () => ({ language: 'de' }),
    { param: 'language', code: 'unsupported_value' },
  ],
  'of no language': [
    () => ({ language: 'x' }),
    { param: 'language', code: 'invalid_language_format' },
  ],
  'as diarized_json': [
    () => ({ response_format: 'diarized_json' }),
    { param: 'response_format', code: 'unsupported_value' },
  ],
  'as nonsense': [
    () => ({ response_format: 'nonsense' }),
    { param: 'response_format', code: 'invalid_value' },
  ],
};

for (const [name, [options, fields]] of Object.entries(badTranscriptions))
  test(`transcription ${name}`, async () =>
    rejects(
      transcribe(await options()),
      OpenAI.BadRequestError,
      400,
      fields,
    ));

test('transcription of a file too large', async () => {
  const file = await toFile(Buffer.alloc(26214400), 'large.wav');
  await rejects(transcribe({ file }), OpenAI.APIError, 413);
});

test('voices', () =>
  rejects(
    client.post('/audio/voices', { body: { name: 'me' } }),
    OpenAI.InternalServerError,
    501,
    { code: 'not_implemented' },
  ));

test('voices are refused once, not retried', async () => {
  let calls = 0;
  const counting = client.withOptions({
    maxRetries: 2,
    fetch: (...request) => {
      calls++;
      return fetch(...request);
    },
  });
  await rejects(
    counting.get('/audio/voice_consents'),
    OpenAI.InternalServerError,
    501,
  );
  assert.equal(calls, 1);
});

test('an unknown path', () =>
  rejects(client.get('/nowhere'), OpenAI.NotFoundError, 404));

test('a wrong method', () =>
  rejects(client.delete('/models'), OpenAI.APIError, 405));

let failed = 0;
console.log(`TAP version 13\n1..${tests.length}`);
for (const [index, { name, run }] of tests.entries()) {
  try {
    await run();
    console.log(`ok ${index + 1} - ${name}`);
  } catch (error) {
    failed++;
    console.log(`not ok ${index + 1} - ${name}`);
    console.log(String(error.stack ?? error).replace(/^/gm, '# '));
  }
}
process.exit(failed ? 1 : 0);
