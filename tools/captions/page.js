// SPDX-License-Identifier: LGPL-2.1-or-later
// Shows captions as they come. The address may say how: ?overlay, ?size=40,
// ?theme=dark, ?lines=2 (of an overlay), ?hold=8 (seconds they stay there).
"use strict";

const root = document.documentElement;
const asked = new URLSearchParams(location.search);
const overlay = asked.has("overlay");
const lines = Number(asked.get("lines")) || 2;
const hold = 1000 * (Number(asked.get("hold")) || 8);
const captions = document.getElementById("captions");
const partial = document.getElementById("partial");
const state = document.getElementById("state");
const main = document.querySelector("main");
const speakers = new Map();

// What was chosen before, where the browser keeps such things.
function remembered(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}

function remember(name, value) {
  try { localStorage.setItem(name, value); } catch { /* not kept */ }
}

function setSize(pixels) {
  pixels = Math.min(120, Math.max(14, pixels));
  root.style.setProperty("--size", pixels + "px");
  remember("size", pixels);
  return pixels;
}

function setTheme(name) {
  root.dataset.theme = name;
  document.getElementById("theme").setAttribute("aria-pressed", name === "dark");
  remember("theme", name);
}

let size = setSize(Number(asked.get("size") || remembered("size")) || (overlay ? 36 : 28));
setTheme(asked.get("theme") || remembered("theme")
  || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
root.classList.toggle("overlay", overlay);

const actions = {
  smaller: () => { size = setSize(size - 4); },
  larger: () => { size = setSize(size + 4); },
  theme: () => setTheme(root.dataset.theme === "dark" ? "light" : "dark"),
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

function numberOf(speaker) {
  if (!speakers.has(speaker))
    speakers.set(speaker, speakers.size % 6);
  return speakers.get(speaker);
}

function show({ text, speaker }) {
  const item = document.createElement("li");
  if (speaker) {
    const name = document.createElement("span");
    name.className = "speaker";
    name.textContent = speaker;
    item.dataset.speaker = numberOf(speaker);
    item.append(name);
  }
  item.append(text);
  keepingUp(() => {
    partial.textContent = "";
    captions.append(item);
    while (captions.children.length > (overlay ? lines : 500))
      captions.firstChild.remove();
  });
  if (overlay)
    setTimeout(() => item.classList.add("faded"), hold);
}

const source = new EventSource("events");
source.onopen = () => { state.textContent = "Live"; };
source.onerror = () => { state.textContent = "The connection is lost; trying again…"; };
source.addEventListener("final", (event) => show(JSON.parse(event.data)));
source.addEventListener("partial", (event) =>
  keepingUp(() => { partial.textContent = JSON.parse(event.data).text; }));
source.addEventListener("state", (event) => {
  const { text, over } = JSON.parse(event.data);
  state.textContent = text;
  if (over)
    source.close();
});
