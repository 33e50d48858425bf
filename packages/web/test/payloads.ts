/** A hundred texts that run a script, load something or leave the page where a page takes recorded text for markup, a link or a template. Each calls `__ran` or asks `FOREIGN`. */
export const FOREIGN = "http://127.0.0.1:9/stolen";

const bodies: readonly string[] = [
  "<script>__ran()</script>", "<img src=x onerror=__ran()>", "<svg onload=__ran()>", "<svg/onload=__ran()>", "<body onload=__ran()>", "<iframe srcdoc='<script>parent.__ran()</script>'></iframe>",
  `<iframe src="javascript:parent.__ran()"></iframe>`, `<a href="javascript:__ran()">x</a>`, "<details open ontoggle=__ran()>", "<video><source onerror=__ran()></video>", "<audio src=x onerror=__ran()>",
  "<input autofocus onfocus=__ran()>", "<select autofocus onfocus=__ran()>", "<textarea autofocus onfocus=__ran()>", "<marquee onstart=__ran()>", "<object data='javascript:__ran()'></object>",
  "<embed src='javascript:__ran()'>", "<math><mi xlink:href='javascript:__ran()'>x", "<form action='javascript:__ran()'><button>x</button></form>", "<button formaction='javascript:__ran()'>x",
  `<img src="${FOREIGN}">`, `<link rel=stylesheet href="${FOREIGN}">`, `<script src="${FOREIGN}"></script>`, `<style>@import "${FOREIGN}"</style>`, `<div style="background:url(${FOREIGN})">`, `![x](${FOREIGN})`,
  `[x](javascript:__ran())`, `<base href="${FOREIGN}">`, `<meta http-equiv=refresh content="0;url=${FOREIGN}">`, `<video poster="${FOREIGN}">`, `<object data="${FOREIGN}">`, `<iframe src="${FOREIGN}">`,
  `url(${FOREIGN})`, `</title><script>__ran()</script>`, `</textarea><script>__ran()</script>`, `</style><script>__ran()</script>`, `</script><script>__ran()</script>`, `--><script>__ran()</script>`, `]]><script>__ran()</script>`,
  `"><script>__ran()</script>`, `'><script>__ran()</script>`, `" onmouseover="__ran()`, `' onfocus='__ran()' autofocus '`, "`-__ran()-`", "${__ran()}", "{{__ran()}}", "{{constructor.constructor('__ran()')()}}", "#{__ran()}", "<%= __ran() %>",
  "javascript:__ran()", "JaVaScRiPt:__ran()", "java\tscript:__ran()", "\u0001javascript:__ran()", "data:text/html,<script>parent.__ran()</script>", "vbscript:__ran()",
  "&lt;script&gt;__ran()&lt;/script&gt;", "&#60;script&#62;__ran()&#60;/script&#62;", "\\u003cscript\\u003e__ran()\\u003c/script\\u003e", "%3Cscript%3E__ran()%3C/script%3E", "＜script＞__ran()＜/script＞",
  "<scr<script>ipt>__ran()</scr</script>ipt>", "<SCRIPT>__ran()</SCRIPT>", "<script\n>__ran()</script\n>", "<script/x>__ran()</script>", "<<script>__ran();//<</script>", "<svg><script>__ran()</script></svg>",
  "<svg><animate onbegin=__ran() attributeName=x dur=1s>", "<svg><a><animate attributeName=href values=javascript:__ran() /><text>x</text></a></svg>", "<svg><foreignObject><img src=x onerror=__ran()></foreignObject></svg>",
  "<math><style><img src=x onerror=__ran()></style></math>", "<noscript><p title=\"</noscript><img src=x onerror=__ran()>\">", "<template><script>__ran()</script></template>", "<xss id=x tabindex=1 onfocus=__ran()>", "<p onpointerenter=__ran()>x",
  "<img src=x onerror=\"__ran()\">", "<img/src/onerror=__ran()>", "<img src=x:x onerror=__ran()//", "<image src=x onerror=__ran()>", "<body/onpageshow=__ran()>", "<body onhashchange=__ran()>",
  "<div contenteditable onfocus=__ran() autofocus>", "<dialog open onclose=__ran()>", "<style>*{animation:x}@keyframes x{}</style><p onanimationstart=__ran()>", "<p style='animation:flash 1s' onanimationstart=__ran()>",
  "<isindex type=image src=1 onerror=__ran()>", "<keygen autofocus onfocus=__ran()>", "<frameset onload=__ran()>", "<table background='javascript:__ran()'>", "<bgsound src='javascript:__ran()'>",
  '{"__proto__":{"innerHTML":"<img src=x onerror=__ran()>"}}', '{"dangerouslySetInnerHTML":{"__html":"<img src=x onerror=__ran()>"}}', '{"$$typeof":"react.element","type":"script","props":{"children":"__ran()"}}',
  "§0<img src=x onerror=__ran()>", "⟦PERSON:<img src=x onerror=__ran()>⟧", "⟦~⟧<img src=x onerror=__ran()>", "\u202e<img src=x onerror=__ran()>", "\u0000<script>__ran()</script>", "\ufeff<script>__ran()</script>",
  "a".repeat(30_000) + "<img src=x onerror=__ran()>", `${"\n".repeat(500)}<script>__ran()</script>`,
];
export const payloads: readonly string[] = bodies.slice(0, 100);
