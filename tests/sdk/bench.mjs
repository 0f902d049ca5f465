// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the official SDK does with the same server: node bench.mjs BASE_URL
 *   speech N                milliseconds to the first bytes of each answer
 *   transcribe FILE…        milliseconds each, eight at a time
 *   transcribe-each FILE…   one at a time */

import { createReadStream } from 'node:fs';
import OpenAI from 'openai';

const [baseURL, what, ...rest] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: 'sk-local', maxRetries: 0 });
const AT_ONCE = what === 'transcribe' ? 8 : 1;

async function speak() {
  const asked = performance.now();
  const response = await client.audio.speech.create({
    model: 'gpt-4o-mini-tts',
    voice: 'alloy',
    input: 'Hello over there.',
    response_format: 'pcm',
  });
  const reader = response.body.getReader();
  await reader.read();
  console.log((performance.now() - asked).toFixed(3));
  while (!(await reader.read()).done);
}

async function transcribe(file) {
  const asked = performance.now();
  await client.audio.transcriptions.create({
    model: 'gpt-transcribe',
    file: createReadStream(file),
  });
  console.log((performance.now() - asked).toFixed(3));
}

async function transcribeAll(files) {
  for (let file; (file = files.shift()); ) await transcribe(file);
}

if (what === 'speech') {
  for (let i = 0; i < Number(rest[0]); i++) await speak();
} else {
  await Promise.all(Array.from({ length: AT_ONCE }, () => transcribeAll(rest)));
}
