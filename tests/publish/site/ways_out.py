"""Ways out of a frame that a page may try, each to a host of its own.

``HOST`` stands for the host, ``ADDRESS`` for an address on it. Those of ``SCRIPTED`` run each in an
async function of its own, with ``put(element)`` at hand, which adds to the page.
"""

from collections.abc import Callable
from html import escape

BEGUN = "the page has begun"
PRECONNECT = 'rel="preconnect" href="ADDRESS"'
RTC = (
    'const c = new RTCPeerConnection({iceServers: [{urls: "stun:HOST"}]});'
    'c.createDataChannel("x"); c.createOffer().then(o => c.setLocalDescription(o));'
)
SHADOW = f"<template shadowrootmode=open><link {PRECONNECT}></template>"
ONLY_LINKS = "{sanitizer: {elements: [{name: 'link', attributes: ['rel', 'href']}]}}"
FRAME = f"<script>{RTC}</script>"
LINK = "l.setAttribute('rel', 'preconnect'); l.setAttribute('href', 'ADDRESS'); put(l);"
XHTML = "http://www.w3.org/1999/xhtml"

STATIC = {
    "img": '<img src="ADDRESS">',
    "srcset": '<img srcset="ADDRESS 1x">',
    "picture": '<picture><source srcset="ADDRESS"><img></picture>',
    "attribution": '<img attributionsrc="ADDRESS" src="data:,">',
    "css url": "<p style=\"background: url('ADDRESS')\">x</p>",
    "css import": "<style>@import 'ADDRESS';</style>",
    "css font": "<style>@font-face{font-family:f;src:url(ADDRESS)} i{font-family:f}</style>"
    "<i>x</i>",
    "css image set": "<b style='background: image-set(\"ADDRESS\" 1x)'>x</b>",
    "background": '<table background="ADDRESS"><tr><td>x</table>',
    "stylesheet": '<link rel="stylesheet" href="ADDRESS">',
    "icon": '<link rel="icon" href="ADDRESS">',
    "preconnect": f"<link {PRECONNECT}>",
    "preconnect in capitals": f"<LiNk/{PRECONNECT}>",
    "preconnect in a comment": f"<!-- <script> --><link {PRECONNECT}>",
    "preconnect in svg": f"<svg><foreignObject><link {PRECONNECT}></foreignObject></svg>",
    "preconnect in a shadow": f"<p>{SHADOW}</p>",
    "prefetch": '<link rel="prefetch" href="ADDRESS">',
    "preload": '<link rel="preload" as="image" href="ADDRESS">',
    "modulepreload": '<link rel="modulepreload" href="ADDRESS">',
    "manifest": '<link rel="manifest" href="ADDRESS">',
    "speculation": '<script type="speculationrules">{"prefetch":[{"urls":["ADDRESS"]}]}</script>',
    "script": '<script src="ADDRESS"></script>',
    "module": '<script type="module">import "ADDRESS"</script>',
    "frame": '<iframe src="ADDRESS"></iframe>',
    "frame of a text": "<iframe srcdoc=\"<link rel='preconnect' href='ADDRESS'>\"></iframe>",
    "frame of a text, RTC": f'<IFRAME srcdoc="{escape(FRAME)}"></IFRAME>',
    "frame of a script": f"<iframe src=\"javascript:'{escape(FRAME)}'\"></iframe>",
    "object": '<object data="ADDRESS"></object>',
    "object of a script": f'<object data="javascript:{escape(RTC)}"></object>',
    "embed": '<embed src="ADDRESS">',
    "video": '<video src="ADDRESS" autoplay></video>',
    "poster": '<video poster="ADDRESS"></video>',
    "track": '<video src="data:," controls><track default src="ADDRESS"></video>',
    "audio": '<audio src="ADDRESS" autoplay></audio>',
    "input": '<input type="image" src="ADDRESS">',
    "svg image": '<svg><image href="ADDRESS"/></svg>',
    "svg use": '<svg><use href="ADDRESS#x"/></svg>',
    "svg filter": '<svg><filter id="f"><feImage href="ADDRESS"/></filter><text filter="url(#f)">x',
    "noscript": '<noscript><img src="ADDRESS"></noscript>',
    "base": '<base href="ADDRESS"><img src="x.png">',
}
SCRIPTED = {
    "fetch": "await fetch('ADDRESS')",
    "fetch without cors": "await fetch('ADDRESS', {mode: 'no-cors', keepalive: true})",
    "xhr": "const x = new XMLHttpRequest(); x.open('GET', 'ADDRESS'); x.send()",
    "beacon": "navigator.sendBeacon('ADDRESS')",
    "websocket": "new WebSocket('ws://HOST/')",
    "websocket stream": "new WebSocketStream('ws://HOST/')",
    "event source": "new EventSource('ADDRESS')",
    "webtransport": "new WebTransport('https://HOST/')",
    "new image": "new Image().src = 'ADDRESS'",
    "new audio": "new Audio('ADDRESS').play()",
    "font face": "new FontFace('g', 'url(ADDRESS)').load()",
    "rule": "const s = document.createElement('style'); put(s);"
    "s.sheet.insertRule('@import \"ADDRESS\"')",
    "import": "await import('ADDRESS')",
    "worker": "new Worker('ADDRESS')",
    "worker, import": "new Worker(URL.createObjectURL(new Blob([`importScripts('ADDRESS')`])))",
    "worker, fetch": "new Worker(URL.createObjectURL(new Blob([`fetch('ADDRESS')`])))",
    "worker, socket": "new Worker(URL.createObjectURL(new Blob([`new WebSocket('ws://HOST')`])))",
    "shared worker": "new SharedWorker('ADDRESS')",
    "service worker": "await navigator.serviceWorker.register('ADDRESS')",
    "worklet": "await new AudioContext().audioWorklet.addModule('ADDRESS')",
    "paint": "await CSS.paintWorklet.addModule('ADDRESS')",
    "speculation made": "const s = document.createElement('script'); s.type = 'speculationrules';"
    's.text = \'{"prefetch":[{"urls":["ADDRESS"]}]}\'; put(s)',
    "rtc": RTC,
    "webkit rtc": RTC.replace("new ", "new webkit"),
    "rtc kept": f"delete window.RTCPeerConnection; {RTC}",
    "link made": f"const l = document.createElement('link'); {LINK}",
    "link made by what is a text later": "let n = 0;"
    f"const l = document.createElement({{toString: () => n++ ? 'link' : 'i'}}); {LINK}",
    "link made in a namespace": f"const l = document.createElementNS('{XHTML}', 'a:LINK'"
    f".toLowerCase()); {LINK}",
    "link of a document": f"const l = document.implementation.createDocument('{XHTML}', 'link')"
    f".documentElement; {LINK}",
    "link of another document": "const l = document.implementation.createHTMLDocument()"
    f".createElement('link'); {LINK}",
    "link of a class": "class L extends HTMLLinkElement {};"
    f"customElements.define('a-b', L, {{extends: 'link'}}); const l = new L(); {LINK}",
    "link of a class, told late": "class L extends HTMLLinkElement {}; let n = 0; customElements"
    ".define('a-c', L, {get extends() { return n++ ? 'link' : 'p' }});"
    f"const l = new L(); {LINK}",
    "link from html": f"const d = document.createElement('div'); put(d);"
    f"d.innerHTML = `<LINK {PRECONNECT}>`",
    "link beside": f"document.body.insertAdjacentHTML('beforeend', `<link/{PRECONNECT}>`)",
    "link around": "const d = document.createElement('div'); put(d);"
    f"d.outerHTML = `<link {PRECONNECT}>`",
    "link set": f"document.createElement('div').setHTML(`<link {PRECONNECT}>`, {ONLY_LINKS})",
    "link set and put": "const d = document.createElement('div'); put(d);"
    f"d.setHTML(`<link {PRECONNECT}>`, {ONLY_LINKS})",
    "link set unsafe": "const d = document.createElement('div'); put(d); d.setHTMLUnsafe("
    f"`<p>{SHADOW}</p>`)",
    "link parsed": f"put(Document.parseHTML(`<link {PRECONNECT}>`, {{sanitizer: {{elements: "
    "['html', 'head', 'body', {name: 'link', attributes: ['rel', 'href']}]}}).documentElement)",
    "link parsed unsafe": f"put(Document.parseHTMLUnsafe(`<link {PRECONNECT}>`).documentElement)",
    "link in a fragment": "put(document.createRange().createContextualFragment("
    f"`<link {PRECONNECT}>`))",
    "link of a parser": "put(new DOMParser().parseFromString("
    f"`<link {PRECONNECT}>`, 'text/html').documentElement)",
    "link in xml": "put(new DOMParser().parseFromString("
    f"`<x:link xmlns:x='{XHTML}' {PRECONNECT}/>`, 'text/xml').documentElement)",
    "link in an entity": "put(new DOMParser().parseFromString(`<!DOCTYPE x [<!ENTITY e "
    f"\"&#60;x:link rel='preconnect' href='ADDRESS'/>\">]><x xmlns:x='{XHTML}'>&e;</x>`, "
    "'text/xml').documentElement)",
    "link pasted": "const d = document.createElement('div'); d.contentEditable = true; put(d);"
    f"d.focus(); document.execCommand('insertHTML', false, `x<link {PRECONNECT}>`)",
    "link written": f"document.write(`<link {PRECONNECT}>`)",
    "link transformed": "const p = new XSLTProcessor(), x = new DOMParser().parseFromString("
    "`<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>"
    "<xsl:template match='/'><xsl:element name='{concat(\"li\",\"nk\")}'><xsl:attribute name='rel'>"
    "preconnect</xsl:attribute><xsl:attribute name='href'>ADDRESS</xsl:attribute></xsl:element>"
    "</xsl:template></xsl:stylesheet>`, 'text/xml'); p.importStylesheet(x);"
    "put(p.transformToFragment(x, document))",
    "frame made": "const f = document.createElement('iframe'); f.src = 'ADDRESS'; put(f)",
    "frame with a text": "const f = document.createElement('iframe');"
    f"f.srcdoc = `<script>{RTC}</script>`; put(f)",
    "frame with an attribute": "const f = document.createElement('iframe');"
    f"f.setAttribute('srcdoc', `<script>{RTC}</script>`); put(f)",
    "frame with a node": "const f = document.createElement('iframe'),"
    f"a = document.createAttribute('srcdoc'); a.value = `<script>{RTC}</script>`;"
    "f.setAttributeNode(a); put(f)",
    "frame from html": "const d = document.createElement('div'); put(d);"
    f"d.innerHTML = `<iframe srcdoc='<script>{RTC}</script>'></iframe>`",
    "frame in a shadow": "const d = document.createElement('div'); put(d); d.setHTMLUnsafe("
    f"`<p><template shadowrootmode=open><iframe srcdoc='<script>{RTC}</` + "
    "`script>'></iframe></template></p>`)",
    "frame in xml": "put(new DOMParser().parseFromString(`<x:iframe "
    f"xmlns:x='{XHTML}' srcdoc='&lt;script>{RTC}&lt;/script>'/>`, 'text/xml').documentElement)",
    "frame of javascript": "const f = document.createElement('iframe');"
    f"f.src = 'javascript:' + `{RTC}`; put(f)",
    "frame that is empty": "const f = document.createElement('iframe'); put(f);"
    f"with (f.contentWindow) {{ {RTC} }}",
    "frame of an object": "const f = document.createElement('object'); f.data = 'ADDRESS'; put(f)",
    "form": "const f = document.createElement('form'); f.action = 'ADDRESS'; put(f); f.submit()",
    "form of a window": "const f = document.createElement('form'); f.action = 'ADDRESS';"
    "f.target = '_blank'; f.method = 'post'; put(f); f.submit()",
    "window": "open('ADDRESS')",
    "top": "top.location = 'ADDRESS'",
    "parent": "parent.location.href = 'ADDRESS'",
    "link to the top": "const a = document.createElement('a'); a.href = 'ADDRESS';"
    "a.target = '_top'; put(a); a.click()",
    "ping": "const a = document.createElement('a'); a.href = '#x'; a.ping = 'ADDRESS';"
    "put(a); a.click()",
}
STAYS = {
    "link": "<a id=a href='ADDRESS'>x</a><script>a.click()</script>",
    "download": "<a id=b href='ADDRESS' download=x>x</a><script>b.click()</script>",
    "link in a drawing": "<svg><a id=c href='ADDRESS'><text>x</text></a></svg>"
    "<script>c.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))</script>",
    "link in a closed shadow": "<p id=p></p><script>const d = document.createElement('a');"
    "d.href = 'ADDRESS'; p.attachShadow({mode: 'closed'}).append(d); d.click()</script>",
    "link in no page": "<script>const e = document.createElement('a'); e.href = 'ADDRESS';"
    "e.click()</script>",
}
"""Links, after each of which the page is still in its frame."""
ALONE = {
    "location": "<script>location = 'ADDRESS'</script>",
    "refresh": '<meta http-equiv="refresh" content="0;url=ADDRESS">',
    "self": "<script>open('ADDRESS', '_self')</script>",
    "frameset": "<frameset><frame src='ADDRESS'></frameset>",
    "poisoned": "<script>Object.assign = () => ({extends: 'link'}); Reflect.apply = () => 0;"
    "String.prototype.toLowerCase = () => 'x'; Object.prototype.link = 'link';"
    "Array.prototype.includes = RegExp.prototype.test = () => false;"
    f"const l = document.createElement('link'); {LINK}"
    "const d = document.createElement('div'); put(d);"
    f"d.innerHTML = `<link {PRECONNECT}>`</script>",
    "piece of a name": "<script>document.write('<li')</script>nk " + PRECONNECT + ">",
    "two pieces": f"<script>document.write('<', 'li'); document.write('nk {PRECONNECT}>')</script>",
}
"""Each on a page of its own, for it may be the last that the page does."""
LAST = {"location", "refresh", "self", "two pieces"}
"""After these the page is gone from its frame, or may be."""
HEARD = {
    *("img", "css url", "css import", "preconnect", "script", "frame", "video", "stylesheet"),
    *("frame of a text", "frame of a text, RTC", "fetch", "xhr", "beacon", "websocket", "rtc"),
    *("event source", "link", "link made", "link made in a namespace", "link of a document"),
    *("link of a class", "link from html", "link set and put", "link in xml", "link parsed"),
    *("link in an entity", "link transformed", "frame with a text", "frame with a node"),
    *("location", "refresh", "link in a closed shadow", "link in no page", "frameset"),
    *("frame in xml", "worker, fetch", "self", "piece of a name", "two pieces", "poisoned"),
}
"""What is heard from a frame that only has the sandbox: so it would be heard from ours."""


def page_of(ways: dict[str, str], host: Callable[[str], str]) -> str:
    """A page that tries ``ways``, one after the other; ``done`` is true at the end.

    First it tells the page around it that it is there.
    """
    shown = []
    for name, way in ways.items():
        if ways is SCRIPTED:
            script = way.replace("</script>", "<\\/script>")
            way = f"<script>go(async () => {{ {script} }})</script>"
        shown.append(way.replace("ADDRESS", f"http://{host(name)}/").replace("HOST", host(name)))
    return (
        f"<!doctype html>{'' if 'frameset' in ways else '<body>'}"
        f"<script>parent.postMessage('{BEGUN}', '*');"
        "const put = (one) => document.body.append(one);"
        "const go = (way) => way().catch(() => {});"
        "addEventListener('unhandledrejection', (event) => event.preventDefault());"
        f"</script>{''.join(shown)}<script>done = true</script>"
    )
