// The first script in a frame of a model's page. What the page may load is ruled by its policy; this
// takes away the one way out that no policy knows: WebRTC, which can send to any address. A frame
// within the frame would have it again, so none can be made there: the policy lets no text become
// markup or a script without passing here (https://www.w3.org/TR/trusted-types/).
"use strict";
(() => {
  const taken = ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel"];
  // It makes elements that never were a text.
  taken.push("XSLTProcessor");
  for (const name of taken) {
    Object.defineProperty(window, name, { value: undefined, writable: false, configurable: false });
  }
  if (!window.trustedTypes) return;
  // No method of a text or a list is called below: the page can put its own in their place.
  const small = Object.create(null);
  const names = Object.create(null);
  const letters = "abcdefghijklmnopqrstuvwxyz";
  for (const letter of letters) small[letter.toUpperCase()] = small[letter] = letter;
  for (const name of ["iframe", "frame", "frameset", "object", "embed", "fencedframe", "portal"]) {
    names[name] = true;
  }
  const withoutFrames = (text) => {
    let shown = "";
    for (let at = 0; at < text.length; at += 1) {
      shown += text[at];
      // In XML a name may stand behind a prefix.
      if (text[at] !== "<" && text[at] !== ":") continue;
      let name = "";
      for (let next = at + 1; small[text[next]] !== undefined && name.length < 12; next += 1) {
        name += small[text[next]];
      }
      if (names[name] === true) shown += "x-";
    }
    return shown;
  };
  trustedTypes.createPolicy("default", {
    createHTML: (text, _, sink) => {
      switch (sink) {
        case "HTMLIFrameElement srcdoc":
        // A tag may come in two pieces here, or be spelt in characters that only later are one.
        case "Document write":
        case "Document writeln":
        case "DOMParser parseFromString":
          return null;
        default:
          return withoutFrames(`${text}`);
      }
    },
    createScript: (text, _, sink) => (sink === "Location href" ? null : `${text}`),
    createScriptURL: (text) => `${text}`,
  });
})();
