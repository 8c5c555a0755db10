"""Labelled texts: what the gate must find in each, and texts in which it must find nothing.

Keys are put together from pieces, so that no scanner takes this file for a leak.
"""

import base64
import hashlib

from latitude.publish.gate.rules import Person, Secret

VERA = Person(home="/srv/people/verasmith", user="verasmith", host="Veras-MBP.local")
SECRET = Secret("CHAT_KEY in the environment", "zq81-Kdkw8s" + "+KLs9/aa=")

LETTERS = "aB3dE5gH1jK2mN4pQ6rS8tU0vW7xY9zA" * 3


def key(prefix: str, length: int, tail: str = LETTERS) -> str:
    return prefix + tail[:length]


ANTHROPIC = key("sk-" + "ant-api03-", 80)
OPENAI = key("sk-" + "proj-", 60)
OPENROUTER = "sk-" + "or-v1-" + hashlib.sha256(b"fake").hexdigest()
PLAIN = key("s" + "k-", 48)
HUGGING = key("h" + "f_", 34)
GOOGLE = key("AI" + "za", 35)
GITHUB = key("gh" + "p_", 36)
FINE = key("github" + "_pat_", 82)
GITLAB = key("gl" + "pat-", 20)
NPM = key("np" + "m_", 36)
AWS = "AK" + "IA" + "Z7QX2W9R4T6Y8U1P"
AWS_SESSION = "AS" + "IA" + "Z7QX2W9R4T6Y8U1P"
SLACK = "xo" + "xb-" + "123456789012-abcdefGHIJ"
WEBHOOK = "hooks." + "slack.com/services/" + "T0AAAAAAA/B0BBBBBBB/abcdEFGH1234"
STRIPE = key("sk" + "_live_", 24)
RESTRICTED = key("rk" + "_live_", 24)
XAI = key("xa" + "i-", 80)
GROQ = key("gs" + "k_", 52)
PYPI = key("py" + "pi-AgEIcHlwaS5vcmc", 60)
SERVICES = (
    key("pp" + "lx-", 48),
    key("nv" + "api-", 64),
    key("r" + "8_", 37),
    "da" + "pi" + hashlib.sha256(b"fake").hexdigest()[:32],
    key("hv" + "s.", 90),
    key("S" + "G.", 22) + "." + LETTERS[:43],
    "do" + "p_v1_" + hashlib.sha256(b"fake").hexdigest(),
    key("GOC" + "SPX-", 28),
    key("ya" + "29.", 60),
    "xa" + "pp-1-A012BCD34-1234567890-" + hashlib.sha256(b"fake").hexdigest(),
)
AWS_SECRET = LETTERS[:20] + "/" + LETTERS[:19]
BASIC = base64.b64encode(b"vera:" + b"hunter2").decode()
HEAD = "-----BEGIN " + "OPENSSH PRIVATE" + " KEY-----"
BODY = "\n".join(LETTERS[:64] for _ in range(4))
PEM = f"{HEAD}\n{BODY}\n" + "-----END " + "OPENSSH PRIVATE" + " KEY-----"
_HEADER = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode()
_CLAIMS = base64.urlsafe_b64encode(b'{"sub":"1234567890"}').decode().rstrip("=")
JWT = f"{_HEADER}.{_CLAIMS}.{LETTERS[:43]}"
ADDRESS = "postgres" + "://vera:" + "hunter2!" + "@db.internal"
BEARER = "tk_" + LETTERS[:30]

FOUND: tuple[tuple[str, str, str], ...] = (
    (f"the key is {SECRET.value}.", "kept-key", SECRET.value),
    (f"x{SECRET.value}x", "kept-key", SECRET.value),
    (f'ANTHROPIC_API_KEY="{ANTHROPIC}"', "anthropic-key", ANTHROPIC),
    (f"glued{ANTHROPIC}", "anthropic-key", ANTHROPIC),
    (OPENAI, "openai-key", OPENAI),
    (f"key={OPENROUTER}\n", "openrouter-key", OPENROUTER),
    (f"({PLAIN})", "sk-key", PLAIN),
    (f"two lines\\n{HUGGING}", "huggingface-token", HUGGING),
    (f"?key={GOOGLE}&q=1", "google-key", GOOGLE),
    (f"https://{GITHUB}@github.com/x/y", "github-token", GITHUB),
    (FINE, "github-token", FINE),
    (f"PRIVATE-TOKEN: {GITLAB}", "gitlab-token", GITLAB),
    (f"_authToken={NPM}", "npm-token", NPM),
    (f"aws_access_key_id = {AWS}", "aws-key", AWS),
    (AWS_SESSION, "aws-key", AWS_SESSION),
    (f"SLACK={SLACK}", "slack-token", SLACK),
    (f"curl https://{WEBHOOK}", "slack-webhook", WEBHOOK),
    (STRIPE, "stripe-key", STRIPE),
    (RESTRICTED, "stripe-key", RESTRICTED),
    (f"before\n{PEM}\nafter", "private-key", PEM),
    (f"{HEAD}\n… the file was cut", "private-key", HEAD),
    (f"{HEAD}\n{BODY}\n(cut)", "private-key", f"{HEAD}\n{BODY}"),
    (f"cookie: t={JWT}; path=/", "jwt", JWT),
    (f"DATABASE={ADDRESS}:5432/x", "url-password", ADDRESS),
    (f"Authorization: Bearer {BEARER}", "bearer-token", BEARER),
    (f"XAI_API_KEY={XAI}", "xai-key", XAI),
    (f"({GROQ})", "groq-key", GROQ),
    (f"password = {PYPI}", "pypi-token", PYPI),
    *((f"key: {one}, and on", "service-key", one) for one in SERVICES),
    (f"aws_secret_access_key = {AWS_SECRET}\n", "aws-secret", AWS_SECRET),
    (f'"SecretAccessKey": "{AWS_SECRET}"', "aws-secret", AWS_SECRET),
    (f"export AWS_SECRET_ACCESS_KEY='{AWS_SECRET}'", "aws-secret", AWS_SECRET),
    (f"Authorization: Basic {BASIC}", "basic-login", BASIC),
    ("the password: hunter2" + "hunter, as ever", "password", "hunter2" + "hunter"),
    ('{"passwd": "hunter2' + '-hunter"}', "password", "hunter2" + "-hunter"),
    ("PASSWORD=hunter2" + "!hunter", "password", "hunter2" + "!hunter"),
    ("ls /srv/people/verasmith/notes", "home-path", "/srv/people/verasmith"),
    ("open('/home/anna/x.txt')", "home-path", "/home/anna"),
    ("file:///Users/anna.b/Desktop", "home-path", "/Users/anna.b"),
    ("/mnt/c/Users/Anna/x", "home-path", "/Users/Anna"),
    (r"C:\Users\Anna\Documents", "home-path", r"C:\Users\Anna"),
    (r"c:\users\anna\x", "home-path", r"c:\users\anna"),
    ("c:/users/anna/x", "home-path", "c:/users/anna"),
    (r"C:\Documents and Settings\anna", "home-path", r"C:\Documents and Settings\anna"),
    ("cd /home/李明/x", "home-path", "/home/李明"),
    ("Hi Verasmith!", "user-name", "Verasmith"),
    ("USER=VERASMITH", "user-name", "VERASMITH"),
    ("on VERAS-MBP now", "host-name", "VERAS-MBP"),
    ("Host/10.1.2.3", "ip-address", "10.1.2.3"),
    ("written by verasmith, today", "user-name", "verasmith"),
    (r"\nverasmith", "user-name", "verasmith"),
    ("我是verasmith的", "user-name", "verasmith"),
    ("ssh Veras-MBP.local", "host-name", "Veras-MBP.local"),
    ("veras-mbp:~ $", "host-name", "veras-mbp"),
    ("Anna <anna.b+x@mail.example-mill.org>", "e-mail", "anna.b+x@mail.example-mill.org"),
    (r"\nanna@mill.org.", "e-mail", "anna@mill.org"),
    ("写信给anna@mill.org吧", "e-mail", "anna@mill.org"),
    ("josé@mill.org", "e-mail", "josé@mill.org"),
    ("from 192.168.1.23:8080", "ip-address", "192.168.1.23"),
    ("IPv4 10.0.0.1, up", "ip-address", "10.0.0.1"),
    ("ssh anna@93.184.216.34", "ip-address", "93.184.216.34"),
    ("http://93.184.216.34/x", "ip-address", "93.184.216.34"),
    ("inet6 2a02:8071:b83:4::17/64", "ip-address", "2a02:8071:b83:4::17"),
    ("fe80::1c2a:3bff:fe4d:5e6f%eth0", "ip-address", "fe80::1c2a:3bff:fe4d:5e6f"),
    ("ether 3c:22:fb:9a:1b:2c txqueuelen", "mac-address", "3c:22:fb:9a:1b:2c"),
    ("Physical Address: 3C-22-FB-9A-1B-2C", "mac-address", "3C-22-FB-9A-1B-2C"),
)
"""Text, and the rule and the value that must be found in it."""

CLEAN: tuple[str, ...] = (
    f'{{"sha256":"{hashlib.sha256(b"a line").hexdigest()}","prev":"{"0" * 64}"}}',
    f"commit {hashlib.sha1(b'a tree', usedforsecurity=False).hexdigest()}",
    "index 3f2a91c..b7d04e5 100644",
    "20261120-231502-k3f9w2",
    "signature: " + base64.b64encode(hashlib.sha512(b"one").digest() * 12).decode(),
    "signature: " + base64.urlsafe_b64encode(hashlib.sha512(b"two").digest() * 12).decode(),
    "author latitude <latitude@latitude.invalid> 1795215302 +0000",
    "Claude <claude-opus-5-5@model.invalid>",
    "Co-Authored-By: Claude <noreply@anthropic.com>",
    "git clone git@github.com:mill/wheel.git",
    "anna@example.com, bob@mail.example.org, c@shop.example, d@x.test, e@localhost",
    "550e8400-e29b-41d4-a716-446655440000",
    "2026-11-20T23:15:02.123456Z, 12:30:45, 00:00:00:00",
    '<path d="M1.5.5.2.3 4 5"/>',
    '<path d="M10 10c0 1.5.5.2 1 2s-.3.4.5.6z"/>',
    '<polyline points="1.5.5.2 3.4.5.6"/>',
    '<path d="M 1.5.2.3 4"/>',
    "cubic-bezier(.17,.67,.83,.67) translate(1.5,2.3) opacity:.5",
    "version 1.2.3.4, v1.2.3.4, ==1.2.3.4, 1.2.3.4.5, 2026.11.20.1.2",
    "HeadlessChrome/120.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11) AppleWebKit/537.36 Chrome/120.1.2.3 Edg/120.1.2.3",
    "password = getpass.getpass(), password: str, password=os.environ['A1'], password: ********",
    "type=password placeholder='at least 8 signs', password: changeme, password=$SECRET_1234",
    "a basic understanding; Authorization: Basic; aws_secret_access_key = YOUR_KEY_HERE",
    "pypi-server groq_api_key xai-api gsk_ ya29. SG. hvs. dapi r8_ api/users/anna http:/users/1",
    "width=40 x=3D model =2B =3Dx a=5F; mathml 3D=2D",
    "\x1b[01;32mok\x1b[0m \x1b[Kdone \x1b(B\x1b[m [32mplain ^[[0m \\e[1mbold\\033[0m \\x1b[31mred",
    "127.0.0.1 0.0.0.0 255.255.255.255 255.255.255.0 10.0.0.0/8 192.0.2.7 203.0.113.9",
    "256.1.2.3 and 01.02.03.04",
    "::1 and :: and 2001:db8::1 and std::vector and a::b and x[1::2] and p::before",
    "16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48",
    "00:00:00:00:00:00 ff:ff:ff:ff:ff:ff",
    "/home/user/x /home/you /Users/you/Desktop /home/username /home/$USER /home/<name>",
    r"C:\Users\Public\x",
    "https://example.com/home/page",
    "icon@2x.png, react@18.2.0, @media screen, @app.route('/'), W@x.reshape(2, 3)",
    "task-oriented risk-averse sk-folding-cube-large-container ask-me-anything-at-all",
    "half_open npm_config_registry ghp_short AKIA and ASIA, hf_hub_download",
    "a bearer of responsibilities; Bearer YOUR_ACCESS_TOKEN_HERE",
    "postgres://user:password@localhost/db and https://x:$TOKEN@host and ftp://a:***@b",
    "https://www.w3.org/2000/svg and http://localhost:8080/a:b",
    "verasmithson and Veras",
    "-----BEGIN CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----",
    "eyJ is how base64 of JSON begins: eyJhIjoxfQ",
    "100%25 of &lt;b&gt; &amp; &#39;x&#39; in \\u00e9 \\/ \\n \\\\",
    "xoxo xox- sk- hf_ @ . :: /home/ /Users/ -----BEGIN",
)
