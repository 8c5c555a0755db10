// textual.js reads from the element where to connect to, and connects when the page has loaded.
const place = document.querySelector(".textual-terminal");
place.dataset.sessionWebsocketUrl = location.origin.replace(/^http/, "ws") + "/ws";

// The terminal measures its letters once, at its start. Fonts asked for by now hold that up.
document.fonts.load("16px 'Roboto Mono'");

const is = state => document.body.classList.contains(state);

function focus() {
  if (is("-closed")) document.querySelector("#again").focus();
  else if (is("-first-byte")) place.querySelector("textarea").focus();
}
addEventListener("focus", focus);
new MutationObserver(focus).observe(document.body, { attributeFilter: ["class"] });

// Ctrl-W is a habit of hands, and what runs in a window ends with it.
addEventListener("beforeunload", event => { if (!is("-closed")) event.preventDefault(); });

document.querySelector("#again").addEventListener("click", () => location.reload());
