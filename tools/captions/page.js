// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
// Shows captions as they come. The address may say how: ?overlay, ?size=40,
// ?theme=dark, ?lines=2 (of an overlay), ?hold=8 (seconds they stay there). What
// the address says is not remembered, and page and overlay know nothing of each
// other.
"use strict";

function number(name, usual) {
  const value = parseFloat(asked.get(name));
  return Number.isFinite(value) ? value : usual;
}

const root = document.documentElement;
const asked = new URLSearchParams(location.search);
const overlay = asked.has("overlay");
const lines = Math.max(1, Math.floor(number("lines", 2)));
const hold = 1000 * Math.max(0, number("hold", 8));
const kind = overlay ? "overlay." : "page.";
const captions = document.getElementById("captions");
const partial = document.getElementById("partial");
const state = document.getElementById("state");
const waiting = document.getElementById("waiting");
const main = document.querySelector("main");
const partials = new Map();
const speakers = new Map();

// What was chosen before, where the browser keeps such things.
function remembered(name) {
  try { return localStorage.getItem(kind + name); } catch { return null; }
}

function remember(name, value) {
  try { localStorage.setItem(kind + name, value); } catch { /* not kept */ }
}

function setSize(pixels) {
  pixels = Math.min(120, Math.max(14, pixels));
  root.style.setProperty("--size", pixels + "px");
  return pixels;
}

function setTheme(name) {
  root.dataset.theme = name;
  // It says what it does, not what is.
  document.getElementById("theme").textContent = name === "dark" ? "Light" : "Dark";
}

let size = setSize(number("size", Number(remembered("size")) || (overlay ? 36 : 28)));
const themes = [asked.get("theme"), remembered("theme")];
setTheme(themes.find((name) => name === "dark" || name === "light")
  || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
root.classList.toggle("overlay", overlay);

const actions = {
  smaller: () => { size = setSize(size - 4); remember("size", size); },
  larger: () => { size = setSize(size + 4); remember("size", size); },
  theme: () => {
    setTheme(root.dataset.theme === "dark" ? "light" : "dark");
    remember("theme", root.dataset.theme);
  },
};
for (const [id, action] of Object.entries(actions))
  document.getElementById(id).addEventListener("click", action);
document.addEventListener("keydown", (event) => {
  const id = { "-": "smaller", "+": "larger", "=": "larger", d: "theme" }[event.key];
  if (id && !event.ctrlKey && !event.metaKey && !event.altKey)
    actions[id]();
});

// Captions stay in view, unless the reader has scrolled back.
function keepingUp(change) {
  const atEnd = main.scrollTop + main.clientHeight >= main.scrollHeight - 40;
  change();
  if (atEnd)
    main.scrollTop = main.scrollHeight;
}

// What is above the first whole line fades, instead of being cut.
main.addEventListener("scroll", () => main.classList.toggle("scrolled", main.scrollTop > 8));

// Words that stay look like captions, those that may change are paler.
function makePartial({ text, stable = "" }) {
  const line = document.createElement("span");
  const sure = document.createElement("span");
  sure.className = "stable";
  sure.textContent = text.slice(0, stable.length);
  line.append(sure, text.slice(stable.length));
  return line;
}

// The texts that are being found, in the order of their times.
function showPartials() {
  const found = [...partials].sort(([a], [b]) => a - b).map(([, data]) => makePartial(data));
  keepingUp(() => {
    partial.replaceChildren(...found.flatMap((line, i) => i > 0 ? ["\n", line] : [line]));
  });
  waiting.hidden = captions.children.length > 0 || found.length > 0;
}

function numberOf(speaker) {
  if (!speakers.has(speaker))
    speakers.set(speaker, speakers.size % 6);
  return speakers.get(speaker);
}

// The direction is that of the text, whatever the name before it is written in.
function show({ text, speaker, language, start }) {
  const item = document.createElement("li");
  item.dir = "auto";
  if (language)
    item.lang = partial.lang = language;
  if (speaker) {
    const label = document.createElement("span");
    const name = document.createElement("bdi");
    label.className = "speaker";
    name.textContent = speaker;
    item.dataset.speaker = numberOf(speaker);
    label.append(name);
    item.append(label);
  }
  item.append(text);
  keepingUp(() => {
    captions.append(item);
    while (captions.children.length > (overlay ? lines : 500))
      captions.firstChild.remove();
  });
  partials.delete(start);
  showPartials();
  if (overlay)
    setTimeout(() => item.classList.add("faded"), hold);
}

function forgetPartials() {
  partials.clear();
  showPartials();
}

// The server of the page may end and be started again: the page stays, and goes
// on after the last event that it has.
let ended = false;

function connect() {
  const source = new EventSource("events");
  source.onopen = forgetPartials;
  source.onerror = () => {
    if (!ended) {
      root.classList.add("trouble");
      state.textContent = "The connection is lost; trying again…";
    }
    if (source.readyState === EventSource.CLOSED)
      setTimeout(connect, 3000);
  };
  source.addEventListener("final", (event) => show(JSON.parse(event.data)));
  source.addEventListener("partial", (event) => {
    const data = JSON.parse(event.data);
    if (data.text)
      partials.set(data.start, data);
    else
      partials.delete(data.start);
    showPartials();
  });
  source.addEventListener("state", (event) => {
    const { text, trouble, over } = JSON.parse(event.data);
    state.textContent = text;
    root.classList.toggle("trouble", Boolean(trouble));
    ended = over;
    waiting.textContent = over ? "" : "Listening…";
    if (over)
      forgetPartials();
  });
}

connect();
