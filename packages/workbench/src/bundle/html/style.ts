/** The one style sheet of a bundle: light and dark by the reader's own setting, and paper. System fonts only; nothing is fetched. */
export const style = `
:root{color-scheme:light dark;--paper:#f6f7f8;--card:#fff;--sunk:#f0f2f4;--line:#dde1e6;--ink:#16202b;--soft:#556170;--accent:#0b6472;--bad:#b3261e;--bad-wash:#fde7e4;--warn:#8a5300;--warn-wash:#fdf0d5;--good:#17693c;--good-wash:#e0f3e6;--p0:#0b6472;--p1:#a02c5b;--p2:#6a3fb0;--p3:#8a5300;--p4:#2857a8;--p5:#4c6b12;--lit:#ffe58a}
@media (prefers-color-scheme:dark){:root{--paper:#0e1319;--card:#151b23;--sunk:#10161d;--line:#2a333f;--ink:#e4e9ef;--soft:#9aa7b6;--accent:#5cc3d2;--bad:#ff8f85;--bad-wash:#43191a;--warn:#f0b860;--warn-wash:#3b2a0d;--good:#6fd396;--good-wash:#12331f;--p0:#5cc3d2;--p1:#ff8fb8;--p2:#bfa0ff;--p3:#f0b860;--p4:#8db8ff;--p5:#b5d56a;--lit:#6b5600}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:14px/1.5 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","DejaVu Sans",sans-serif}
main{max-width:1240px;margin:0 auto;padding:24px 20px 48px;display:grid;gap:18px}
h1{font-size:22px;line-height:1.25;margin:0;letter-spacing:-.01em}
h2{font-size:11.5px;letter-spacing:.05em;text-transform:uppercase;color:var(--soft);margin:0 0 8px}
h3{font-size:14px;margin:0;font-weight:650}
p{margin:0}ul{margin:4px 0;padding-left:20px}
code,.v{font-family:ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;font-size:12.5px}
.v{line-height:1.6;white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate}
.soft{color:var(--soft)}.bad{color:var(--bad)}.warn{color:var(--warn)}.good{color:var(--good)}
.panel{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 14px;min-width:0}
.top{display:flex;flex-wrap:wrap;align-items:center;gap:4px 12px}
.facts{display:flex;flex-wrap:wrap;gap:2px 20px;margin:0}
.facts div{display:flex;gap:6px;align-items:baseline;min-width:0}
.facts dt{color:var(--soft)}.facts dd{margin:0;overflow-wrap:anywhere}
.pill{border-radius:999px;padding:1px 10px;font-size:12px;font-weight:600;white-space:nowrap;background:var(--sunk);color:var(--soft)}
.pill.bad{background:var(--bad-wash);color:var(--bad)}.pill.warn{background:var(--warn-wash);color:var(--warn)}.pill.good{background:var(--good-wash);color:var(--good)}
.strip{display:flex;flex-wrap:wrap;gap:6px;list-style:none;margin:0;padding:0;font-size:12px}
.strip li{border:1px solid var(--line);border-radius:6px;padding:1px 8px;background:var(--card)}
.strip li.missing{border-style:dashed;border-color:var(--warn);background:var(--warn-wash);color:var(--warn)}
.strip li.partial{border-color:var(--warn);color:var(--warn)}
.strip li.pending,.strip li.not-applicable{color:var(--soft);border-style:dashed}
.cause{border-left:4px solid var(--bad)}
.said{font-size:17px;line-height:1.4;font-weight:550;margin:6px 0 10px}
.other{margin-top:12px;padding-top:12px;border-top:1px solid var(--line)}
.pairs{display:grid;grid-template-columns:minmax(110px,max-content) minmax(0,1fr);gap:4px 14px;margin:0}
.pairs dt{min-width:0;max-width:22ch;overflow-wrap:anywhere}.pairs dd{margin:0;min-width:0}
.next{margin-top:10px}
.next code{background:var(--sunk);padding:2px 8px;border-radius:4px;overflow-wrap:anywhere}
a{color:var(--accent);text-underline-offset:2px}
.two{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:18px;align-items:start}
.stack{display:grid;gap:10px;min-width:0}
.split{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:14px}
.split>*{min-width:0}
.head{display:flex;flex-wrap:wrap;gap:2px 12px;align-items:baseline;font-size:12.5px;color:var(--soft);margin-bottom:4px}
.head b{color:var(--ink);font-family:ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.head .pill{margin-left:auto}
.wrong{border-left:4px solid var(--bad)}
table{border-collapse:collapse;width:100%;font-size:13px}
th{text-align:left;font-weight:600;color:var(--soft);font-size:12px}
th,td{padding:4px 12px 4px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
tr:last-child td{border-bottom:0}
.k{color:var(--soft)}
.m{border-radius:3px;padding:0 1px;background:none;color:inherit}.m.whole{white-space:nowrap}
.m-sourced,.m-origin{border-bottom:1.5px solid var(--good)}
.m-derived{border-bottom:1.5px dotted var(--good)}
.m-nowhere{background:var(--warn-wash);border-bottom:1.5px dashed var(--warn)}
.m-other,.m-wrong-origin{background:var(--bad-wash);color:var(--bad);border-bottom:2px solid var(--bad);font-weight:600}
.m-evidence{background:var(--bad-wash)}
.m-gap{background:var(--bad-wash);text-decoration:underline wavy var(--bad);text-underline-offset:3px}
.lost{margin-left:8px;border-radius:3px;background:var(--bad-wash);color:var(--bad);padding:0 5px;font:11px ui-sans-serif,system-ui,sans-serif}
.ps{border:1px solid;border-radius:4px;padding:0 4px;font-size:.92em;white-space:nowrap;font-family:ui-monospace,Menlo,Consolas,monospace}
.ps small{font-size:.82em;opacity:.85}
.p0{color:var(--p0)}.p1{color:var(--p1)}.p2{color:var(--p2)}.p3{color:var(--p3)}.p4{color:var(--p4)}.p5{color:var(--p5)}.pn{color:var(--soft)}
ins{background:var(--good-wash);color:var(--good);text-decoration:none;border-radius:2px}
del{background:var(--bad-wash);color:var(--bad);border-radius:2px}
blockquote{margin:6px 0;padding-left:10px;border-left:3px solid var(--line);font-style:italic}
details{margin-top:8px}
summary{cursor:pointer;color:var(--accent);font-size:13px}
details>.v,details>.panel{margin-top:6px}
.msg{display:grid;grid-template-columns:84px minmax(0,1fr);gap:4px 12px;padding:5px 0;border-top:1px solid var(--line)}
.msg:first-child{border-top:0}
.msg>span:first-child{color:var(--soft);font-size:12.5px;overflow-wrap:anywhere}
.absent{border:1px dashed var(--line);border-radius:6px;padding:4px 10px;color:var(--soft);font-size:13px}
svg{width:100%;height:auto;display:block}
svg text{font:12px ui-sans-serif,system-ui,sans-serif;fill:var(--ink)}
svg .t{fill:var(--soft)}
svg .wait{fill:var(--accent);opacity:.3}svg .run{fill:var(--accent)}svg .step{fill:var(--good)}svg .tool{fill:var(--warn)}svg .fail{fill:var(--bad)}
:target{outline:3px solid var(--lit);outline-offset:2px;border-radius:3px}
footer{color:var(--soft);font-size:12.5px;display:grid;gap:6px;border-top:1px solid var(--line);padding-top:12px}
@media (max-width:820px){.two,.split{grid-template-columns:minmax(0,1fr)}main{padding:16px 12px 32px}.msg{grid-template-columns:minmax(0,1fr)}.pairs{grid-template-columns:minmax(0,1fr)}.pairs dd{margin-bottom:6px}thead{display:none}table,tbody,tr,td{display:block}td{border:0;padding:1px 0}tr{border-bottom:1px solid var(--line);padding:6px 0}}
@media print{
:root{color-scheme:light;--paper:#fff;--card:#fff;--sunk:#f4f4f4;--line:#ccc;--ink:#000;--soft:#444;--accent:#0b4a54;--bad:#9c1c15;--bad-wash:#fbe3e0;--warn:#6f4200;--warn-wash:#fbedd0;--good:#12522f;--good-wash:#dcf0e2;--p0:#0b6472;--p1:#a02c5b;--p2:#6a3fb0;--p3:#8a5300;--p4:#2857a8;--p5:#4c6b12}
body{font-size:10.5pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main{max-width:none;padding:0;gap:10pt}
.panel,tr{break-inside:avoid}.panel.long{break-inside:auto}
h2,h3{break-after:avoid}
details::details-content{content-visibility:visible;height:auto}
details[data-wire]{display:none}
a{color:inherit;text-decoration:none}
}`;
