// The one script of the archive. Nothing else here needs it.
"use strict";

const segments = Number(document.currentScript.dataset.segments);
const field = document.getElementById("words");
const list = document.getElementById("found");
const state = document.getElementById("state");
const loaded = new Map();
// Characters of a word; what is longer stands there in pieces.
const LONGEST = 40;
// Pages of one session that are named.
const MOST_PAGES = 10;
let asked = 0;

// Each segment is a script that calls this: from a disk, nothing else can be loaded.
window.latitudeSegment = (number, sessions, words) => {
  const pages = sessions.flatMap(([addresses, ...told], session) =>
    addresses.map((href, at) => ({ session, href, number: at + 1, told })));
  const postings = new Map();
  for (const line of words === "" ? [] : words.split("\n")) {
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
    // A script that was not what it should be has not called, and will not.
    script.onload = script.onerror = () => waiting.reject(new Error(script.src));
    document.head.append(script);
  }
  return loaded.get(number).promise;
}

// The pages that hold a word that is asked for or begins so, each with the whole word.
function holding(postings, asked) {
  const found = new Map();
  for (const [known, numbers] of postings) {
    if (!known.startsWith(asked)) continue;
    for (const one of numbers) if (known === asked || !found.has(one)) found.set(one, known);
  }
  return found;
}

// The sessions that hold all words, the newest first: of each the pages with most of them.
function matches({ pages, postings }, words) {
  const each = words.map((word) => holding(postings, word));
  const sessions = new Map();
  for (const found of each) {
    const there = new Set([...found.keys()].map((one) => pages[one].session));
    if (found === each[0]) for (const one of there) sessions.set(one, new Map());
    for (const one of sessions.keys()) if (!there.has(one)) sessions.delete(one);
  }
  for (const found of each) {
    for (const [one, word] of found) {
      const held = sessions.get(pages[one].session);
      if (held) held.set(one, [...(held.get(one) ?? []), word]);
    }
  }
  return [...sessions].sort(([one], [other]) => other - one).map(([, held]) => {
    const most = Math.max(...[...held.values()].map((some) => some.length));
    return [...held].filter(([, some]) => some.length === most)
      .sort(([one], [other]) => one - other)
      .map(([one, some]) => ({ ...pages[one], words: some }));
  });
}

function way({ href, words }, said) {
  const link = document.createElement("a");
  // A browser finds whole words only.
  link.href = `${href}#:~:${words.map((word) => `text=${encodeURIComponent(word)}`).join("&")}`;
  link.textContent = said;
  return link;
}

function line([page, ...others]) {
  const item = document.createElement("li");
  const more = document.createElement("span");
  more.className = "dim";
  const [title, about] = page.told;
  more.append(` ${about}`, page.number > 1 ? ` · page ${page.number}` : "");
  for (const one of others.slice(0, MOST_PAGES - 1)) more.append(", ", way(one, `page ${one.number}`));
  if (others.length >= MOST_PAGES) more.append(", and more");
  item.append(way(page, title), more);
  return item;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
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
    list.append(...found.map(line));
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
  field.value = decoded(location.hash.slice(1));
  search();
}
