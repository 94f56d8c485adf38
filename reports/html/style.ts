/** The style sheet of the page: light, dark, phone, print. */
const LIGHT =
  '--bg:#fff;--shade:#00000033;--card:#f4f5f7;--text:#1b1f24;--muted:#4d5661;--axis:#8a939e;--grid:#e3e6ea;--bad:#b00020;--notice:#b00020;--notice-text:#fff;--focus:#0b57d0;--s0:#0067b0;--s1:#c04a00;--s2:#00795a;--s3:#a3397f;--s4:#7a6000;--s5:#5b45c9;--s6:#b3261e;--s7:#4a5b6c;--better:#00704a;--worse:#b00020;--same:#4d5661;--unsure:#7a5200;--h0:#d6e6f5;--h1:#a9cbe8;--h2:#6fa8d6;--h3:#3a80bd;--h4:#155a96;--h5:#06315a';
const DARK =
  '--bg:#12161b;--shade:#ffffff40;--card:#1d232b;--text:#e8ecf1;--muted:#b3bdc8;--axis:#77828f;--grid:#2c343e;--bad:#ff8a80;--notice:#ffb4ab;--notice-text:#3a0006;--focus:#a8c7fa;--s0:#6cb6ff;--s1:#ff9e5e;--s2:#4fd1a5;--s3:#f08fd0;--s4:#e5c649;--s5:#b5a6ff;--s6:#ff8a80;--s7:#a9bccf;--better:#4fd1a5;--worse:#ff8a80;--same:#b3bdc8;--unsure:#e5c649;--h0:#17324a;--h1:#1d4a70;--h2:#27699d;--h3:#3d8fc9;--h4:#7fbbe8;--h5:#d3eaff';

export const STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main>section:first-child>h2{margin-top:0}
header,main,footer{max-width:1120px;margin:0 auto;padding:12px 16px}
h1{font-size:1.5rem;margin:.3em 0}h2{font-size:1.25rem;margin:1.4em 0 .5em}h3{font-size:1rem;margin:0 0 .3em}
small,figcaption span,.axis-name,footer,.sub{color:var(--muted)}
.notice{background:var(--notice);color:var(--notice-text);font-weight:700;font-size:1.1rem;padding:10px 14px;border-radius:8px}
.drive{font-weight:600;margin:.2em 0}
.bad{color:var(--bad);font-weight:600}
.cards{list-style:none;padding:0;display:grid;gap:12px;grid-template-columns:repeat(auto-fill,minmax(min(240px,100%),1fr))}
.cards li,.facts>div{background:var(--card);border-radius:8px;padding:12px 14px}
.cards p{margin:0}.big{font-size:1.7rem;font-weight:700}.big small{font-size:.9rem;font-weight:400}
.facts{display:grid;gap:12px;grid-template-columns:repeat(auto-fill,minmax(min(340px,100%),1fr))}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 12px;margin:0}dt{color:var(--muted)}dd{margin:0;min-width:0}
.better>td:last-child,b.better{color:var(--better);font-weight:600}.worse>td:last-child,b.worse{color:var(--worse);font-weight:600}.inconclusive>td:last-child{color:var(--unsure)}
.verdicts{list-style:none;padding:0;margin:0}
.scroll{overflow-x:auto;max-width:100%;background:linear-gradient(90deg,var(--bg) 40%,transparent) 0 0/40px 100%,linear-gradient(270deg,var(--bg) 40%,transparent) 100% 0/40px 100%,linear-gradient(90deg,var(--shade),transparent) 0 0/16px 100%,linear-gradient(270deg,var(--shade),transparent) 100% 0/16px 100%;background-repeat:no-repeat;background-attachment:local,local,scroll,scroll}
table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--muted);padding:4px 0}
th,td{padding:3px 10px;border-bottom:1px solid var(--grid);text-align:right;white-space:nowrap}
.words th,.words td{text-align:left;vertical-align:top;white-space:normal}
.words td:not(:last-child){white-space:nowrap}
@media (max-width:600px){.words :is(table,caption,tbody,tr,th,td){display:block;border:0}.words thead{display:none}.words tr{border-bottom:1px solid var(--grid)}}
th,td{overflow-wrap:break-word}
th[scope=row]{white-space:normal;min-width:9em}
.named th[scope=row]{min-width:clamp(10em,24vw,20em)}
.at{display:inline-block}
.scroll+.scroll{margin-top:16px}
thead th{white-space:normal;vertical-align:bottom}
.cards h3{overflow-wrap:break-word}
th[scope=row],thead th:first-child{text-align:left}
figure{margin:0 0 24px;break-inside:avoid}
figcaption strong{display:block}
.axis-name{margin:6px 0 0;font-size:.8rem}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 16px;padding:0;margin:6px 0 0;font-size:.875rem}
.key{width:24px;height:8px;margin-right:6px;vertical-align:middle}
.mark{width:24px;height:16px;margin-right:4px;vertical-align:middle}
.plot{position:relative}
.plot>svg{display:block;width:100%;height:auto;pointer-events:none}
.plot>.narrow{display:none}
.plot text{fill:var(--muted);font-size:12px;dominant-baseline:central}
.tip{position:absolute;z-index:1;pointer-events:none;background:var(--text);color:var(--bg);border-radius:6px;padding:4px 8px;font-size:.8rem;max-width:min(260px,90%);white-space:pre-line}
.dot{position:absolute;width:10px;height:10px;margin:-5px 0 0 -5px;border-radius:50%;border:2px solid var(--text);background:var(--bg);pointer-events:none}
[hidden]{display:none}
summary{cursor:pointer;padding:6px 0}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
button,select{font:inherit;color:inherit;background:var(--card);border:1px solid var(--axis);border-radius:6px;padding:6px 12px;max-width:100%}
button[aria-pressed=true]{background:var(--text);color:var(--bg)}
.switch{display:flex;flex-wrap:wrap;gap:8px;margin:0 0 8px}
@media (max-width:560px){.plot>.wide{display:none}.plot>.narrow{display:block}.big{font-size:1.4rem}dl{grid-template-columns:1fr}dd{margin-bottom:4px}}
@media print{*{print-color-adjust:exact;-webkit-print-color-adjust:exact}:root{${LIGHT}}.switch,.picker,summary{display:none}.job[hidden],figure[hidden]{display:block}.scroll{overflow:visible;background:none}table{font-size:7.5pt}.named th[scope=row]{min-width:9em}th{white-space:normal}th,td{padding:1px 3px}.words td:last-child{white-space:normal}tr,.cards li,.facts>div{break-inside:avoid}thead{display:table-header-group}body{font-size:10pt}h2,h3,figcaption,.job>p{break-after:avoid}.job>p{break-inside:avoid}.again{display:none}.plot{max-width:540px}.legend{font-size:.75rem}figure{margin-bottom:14px}figure.brief,figure.brief[hidden]{display:grid;grid-template-columns:5fr 4fr;column-gap:16px;margin-bottom:14px}.brief>:is(figcaption,.legend){grid-column:1/3}.brief>.axis-name{grid-row:3}.brief>.plot{grid-row:4}.brief>details{grid-column:2;grid-row:3/5}.brief .wide{display:none}.brief .narrow{display:block}.brief caption{display:none}.brief td,.brief th{padding:0 3px;line-height:1.35}}
`;
