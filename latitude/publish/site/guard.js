// The first script in a frame of a model's page. What the page may load is ruled by its policy; this
// takes away the two ways out that no policy knows: WebRTC, and links, which look up a name or open
// a connection (rel=preconnect). A frame within the frame would have both again. So neither links
// nor frames can be made: not by name, and not from a text, for the policy lets no text become
// markup without passing here (https://www.w3.org/TR/trusted-types/). What the page came with was
// looked through before it was put here.
"use strict";
(() => {
  for (const name of Object.getOwnPropertyNames(window)) {
    // An XSLTProcessor makes elements that never were a text.
    if (!/^(webkit)?RTC|^XSLTProcessor$/.test(name)) continue;
    Object.defineProperty(window, name, { value: undefined, writable: false, configurable: false });
  }
  const { apply } = Reflect;
  // A link to elsewhere would put the browser's message that it is blocked in the place of the page.
  const care = (event) => {
    const link = event.composedPath().find((one) => /^(a|area)$/.test(one.localName));
    if (!link) return;
    const leads = link.getAttribute("href") ?? link.getAttribute("xlink:href") ?? "#";
    if (!leads.startsWith("#")) event.preventDefault();
    // The base would have it open in a window.
    else if (!link.hasAttribute("target")) link.setAttribute("target", "_self");
  };
  addEventListener("click", care, true);
  // What lies in a closed shadow is only seen from within.
  const { attachShadow } = Element.prototype;
  const listen = EventTarget.prototype.addEventListener;
  const shadows = {
    attachShadow(...given) {
      const root = apply(attachShadow, this, given);
      apply(listen, root, ["click", care, true]);
      return root;
    },
  };
  Object.defineProperty(Element.prototype, "attachShadow", {
    value: shadows.attachShadow,
    writable: false,
    configurable: false,
  });
  const small = { __proto__: null };
  for (const letter of "abcdefghijklmnopqrstuvwxyz") small[letter.toUpperCase()] = letter;
  const ends = { __proto__: null };
  for (const sign of "\t\n\f\r /><") ends[sign] = true;
  // What stands in the place of a link must be an element that may stand in the head and is empty.
  const instead = { __proto__: null, link: "meta" };
  for (const name of ["iframe", "frame", "frameset", "object", "embed", "fencedframe", "portal"]) {
    instead[name] = `x-${name}`;
  }

  // What follows runs while the page does, and the page can put its own in the place of any method:
  // so none is called on a text, a list or an object.

  // The name of an element that may be made; before it may stand a prefix.
  const tamed = (name) => {
    let before = "";
    let own = "";
    let plain = "";
    for (let at = 0; at < name.length; at += 1) {
      own += name[at];
      plain += small[name[at]] ?? name[at];
      if (name[at] === ":") {
        before += own;
        own = plain = "";
      }
    }
    return before + (instead[plain] ?? own);
  };
  const markup = (text) => {
    let shown = "";
    let at = 0;
    while (at < text.length) {
      const sign = text[at];
      shown += sign;
      at += 1;
      if (sign !== "<") continue;
      if (text[at] === "/") {
        shown += "/";
        at += 1;
      }
      let name = "";
      for (; at < text.length && !ends[text[at]]; at += 1) name += text[at];
      shown += tamed(name);
    }
    return shown;
  };
  const endsInName = (text) => {
    let at = text.length - 1;
    while (at >= 0 && !ends[text[at]]) at -= 1;
    return at >= 0 && text[at] === "<";
  };
  const namesEntities = (text) => {
    for (let at = 0; at < text.length; at += 1) {
      if (text[at] === "<" && text[at + 1] === "!" && text[at + 2] === "E") return true;
    }
    return false;
  };

  const change = (owner, method, place, how) => {
    const native = owner[method];
    if (native === undefined) return;
    const changed = {
      [method](...given) {
        if (given.length > place && given[place] != null) given[place] = how(given[place]);
        return apply(native, this, given);
      },
    };
    const value = changed[method];
    Object.defineProperty(owner, method, { value, writable: false, configurable: false });
  };
  const nameOf = (name) => tamed(`${name}`);
  change(Document.prototype, "createElement", 0, nameOf);
  change(Document.prototype, "createElementNS", 1, nameOf);
  change(DOMImplementation.prototype, "createDocument", 1, nameOf);
  change(CustomElementRegistry.prototype, "define", 2, (options) => {
    const kind = options.extends;
    return kind === undefined ? undefined : { __proto__: null, extends: nameOf(kind) };
  });
  // These ask no policy, since no script comes of them.
  const textOf = (text) => markup(`${text}`);
  change(Element.prototype, "setHTML", 0, textOf);
  change(ShadowRoot.prototype, "setHTML", 0, textOf);
  change(Document, "parseHTML", 0, textOf);

  if (!window.trustedTypes) return;
  trustedTypes.createPolicy("default", {
    createHTML: (words, _, sink) => {
      const text = `${words}`;
      switch (sink) {
        case "HTMLIFrameElement srcdoc":
          return null;
        case "Document write":
        case "Document writeln":
          // The rest of a name may come with the next text.
          return endsInName(text) ? null : markup(text);
        case "DOMParser parseFromString":
          // In XML a text can name another in which the tags stand.
          return namesEntities(text) ? null : markup(text);
        default:
          return markup(text);
      }
    },
    createScript: (text, _, sink) => (sink === "Location href" ? null : `${text}`),
    createScriptURL: (text) => `${text}`,
  });
})();
