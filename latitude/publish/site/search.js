// The one script of the archive. Nothing else here needs it.
"use strict";

const segments = Number(document.currentScript.dataset.segments);
const field = document.getElementById("words");
const list = document.getElementById("found");
const state = document.getElementById("state");
const loaded = new Map();
// Characters of a word; what is longer stands there in pieces.
const LONGEST = 40;
let asked = 0;

// Each segment is a script that calls this: from a disk, nothing else can be loaded.
window.latitudeSegment = (number, pages, words) => {
  const postings = new Map();
  for (const line of words.split("\n")) {
    const [word, numbers] = line.split(" ");
    postings.set(word, numbers.split(",").map((one) => parseInt(one, 36)));
  }
  loaded.get(number).resolve({ pages, postings });
};

function segment(number) {
  if (!loaded.has(number)) {
    const waiting = {};
    waiting.promise = new Promise((resolve, reject) => Object.assign(waiting, { resolve, reject }));
    loaded.set(number, waiting);
    const script = document.createElement("script");
    script.src = `search/${number}.js`;
    script.onerror = () => waiting.reject(new Error(script.src));
    document.head.append(script);
  }
  return loaded.get(number).promise;
}

function matches({ pages, postings }, words) {
  let left = null;
  for (const word of words) {
    const found = new Set();
    for (const [known, numbers] of postings) {
      if (known.startsWith(word)) numbers.forEach((one) => found.add(one));
    }
    left = left === null ? found : new Set([...left].filter((one) => found.has(one)));
  }
  return [...left].sort((one, other) => other - one).map((one) => pages[one]);
}

function line([href, title, about], word) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `${href}#:~:text=${encodeURIComponent(word)}`;
  link.textContent = title;
  const more = document.createElement("span");
  more.className = "dim";
  more.textContent = ` ${about}`;
  item.append(link, more);
  return item;
}

async function search() {
  const mine = ++asked;
  const said = field.value.toLowerCase().normalize("NFC").match(/[\p{L}\p{N}_]+/gu) ?? [];
  const words = said.map((word) => word.slice(0, LONGEST));
  list.replaceChildren();
  if (words.length === 0) {
    state.textContent = "";
    return;
  }
  let count = 0;
  for (let number = segments; number >= 1; number -= 1) {
    let part;
    try {
      part = await segment(number);
    } catch (error) {
      state.textContent = `A part of the search is missing: ${error.message}`;
      return;
    }
    if (mine !== asked) return;
    const found = matches(part, words);
    count += found.length;
    list.append(...found.map((page) => line(page, words[0])));
    state.textContent = `Looking… ${count} so far.`;
  }
  state.textContent = count === 1 ? "1 session." : `${count} sessions.`;
}

field.addEventListener("input", search);
document.getElementById("search").addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
if (location.hash.length > 1) {
  field.value = decodeURIComponent(location.hash.slice(1));
  search();
}
