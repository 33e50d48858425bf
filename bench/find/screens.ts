/**
 * Screenshots of answers, as people send them: chat bubbles, cards, mails and clinical forms, on phones and desktops, light and dark, cropped, as JPEG, faded, or photographed from a
 * screen. Rendered by a real Chromium; everything follows from the seed.
 */
import type { Browser } from "playwright-core";
import { findOrInstallChromium, launchChromium } from "../../packages/web/test/browser.ts";
import { Random } from "../workload.ts";

interface Style {
  readonly name: string;
  readonly width: number;
  readonly scale: number;
  readonly font: string;
  readonly size: number;
  readonly ink: string;
  readonly ground: string;
  readonly bubble: string;
  readonly layout: "chat" | "card" | "mail" | "form";
  readonly jpeg?: number;
  readonly crop?: "top" | "bottom" | "sides";
  readonly photo?: boolean;
}
const light = { ink: "#1b1f24", ground: "#ffffff", bubble: "#eef2f8" };
const dark = { ink: "#e6e8eb", ground: "#14171b", bubble: "#23282f" };
const faded = { ink: "#8a8f96", ground: "#fbfbfb", bubble: "#f3f3f3" };
export const styles: readonly Style[] = [
  { name: "phone light", width: 390, scale: 2, font: "sans-serif", size: 16, ...light, layout: "chat" },
  { name: "phone dark", width: 390, scale: 2, font: "sans-serif", size: 16, ...dark, layout: "chat" },
  { name: "phone small", width: 360, scale: 1, font: "sans-serif", size: 14, ...light, layout: "chat" },
  { name: "phone serif", width: 412, scale: 2, font: "serif", size: 17, ...light, layout: "card" },
  { name: "phone jpeg", width: 390, scale: 2, font: "sans-serif", size: 15, ...light, layout: "chat", jpeg: 45 },
  { name: "phone dark jpeg", width: 390, scale: 2, font: "sans-serif", size: 16, ...dark, layout: "chat", jpeg: 50 },
  { name: "phone crop top", width: 390, scale: 2, font: "sans-serif", size: 16, ...light, layout: "chat", crop: "top" },
  { name: "phone crop bottom", width: 390, scale: 2, font: "sans-serif", size: 16, ...dark, layout: "card", crop: "bottom" },
  { name: "tablet form", width: 820, scale: 1, font: "sans-serif", size: 17, ...light, layout: "form" },
  { name: "desktop light", width: 1280, scale: 1, font: "sans-serif", size: 15, ...light, layout: "card" },
  { name: "desktop dark", width: 1280, scale: 1, font: "sans-serif", size: 15, ...dark, layout: "card" },
  { name: "desktop mail", width: 1440, scale: 1, font: "serif", size: 16, ...light, layout: "mail" },
  { name: "desktop mono", width: 1100, scale: 1, font: "monospace", size: 14, ...dark, layout: "mail" },
  { name: "desktop retina", width: 1000, scale: 2, font: "sans-serif", size: 15, ...light, layout: "chat" },
  { name: "desktop jpeg", width: 1280, scale: 1, font: "sans-serif", size: 16, ...light, layout: "card", jpeg: 55 },
  { name: "desktop crop sides", width: 1100, scale: 1, font: "sans-serif", size: 16, ...light, layout: "card", crop: "sides" },
  { name: "low contrast", width: 700, scale: 1, font: "sans-serif", size: 16, ...faded, layout: "card" },
  { name: "low contrast phone", width: 390, scale: 2, font: "sans-serif", size: 15, ...faded, layout: "chat" },
  { name: "photo of a screen", width: 760, scale: 2, font: "sans-serif", size: 18, ...light, layout: "card", photo: true, jpeg: 70 },
  { name: "photo of a dark screen", width: 760, scale: 2, font: "sans-serif", size: 18, ...dark, layout: "chat", photo: true, jpeg: 70 },
];

const escaped = (text: string): string => text.replace(/[&<>]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[one] ?? one);
/** Markdown as an app shows it. */
const rendered = (text: string): string =>
  escaped(text).replace(/\*\*([^*]+)\*\*/g, "<b>$1</b>").replace(/^## (.+)$/gm, "<h3>$1</h3>").replace(/(?:^- .+$\n?)+/gm, (list) => `<ul>${list.trim().split("\n").map((line) => `<li>${line.slice(2)}</li>`).join("")}</ul>`).replace(/\n\n/g, "<br>");

function page(text: string, style: Style, random: Random): string {
  const clock = `${random.between(7, 19)}:${String(random.below(60)).padStart(2, "0")}`;
  const bubble = `<div class="answer" style="background:${style.bubble};border-radius:14px;padding:14px;margin:12px">${rendered(text)}</div>`;
  const body = {
    chat: `<div style="padding:8px 14px;border-bottom:1px solid #8884">Assistant <span style="float:right">${clock}</span></div><div style="margin:10px 12px 0 30%;padding:10px;border-radius:14px;background:#3b6fd6;color:#fff">${random.pick(["Can you sum this up?", "What should I do?", "And now?", "Please check this for me."])}</div>${bubble}<div style="padding:4px 16px;opacity:.7">Copy &nbsp; Retry &nbsp; Share</div><div style="margin:12px;padding:10px;border:1px solid #8886;border-radius:18px;opacity:.6">Message</div>`,
    card: `<div style="padding:10px 18px;font-size:1.2em">${random.pick(["Overview", "Today", "Result", "Details"])}</div>${bubble}<div style="padding:0 18px"><button>Accept</button> <button>Edit</button></div>`,
    mail: `<table style="width:100%"><tr><td style="width:190px;vertical-align:top;padding:12px;opacity:.8">Inbox (${random.below(40)})<br>Sent<br>Drafts<br>Archive</td><td style="padding:12px"><div style="opacity:.7">From: assistant · ${clock}</div>${bubble}<div>Reply &nbsp; Forward</div></td></tr></table>`,
    form: `<div style="padding:10px 14px;background:#8882">Record ${random.between(1000, 9999)} · ${clock}</div><div style="padding:10px 14px"><label>Note</label>${bubble}</div><div style="padding:10px 14px"><button>Sign</button> <button>Discard</button></div>`,
  }[style.layout];
  const tilt = style.photo === true ? `transform:perspective(900px) rotateX(${(random.next() * 4 - 2).toFixed(2)}deg) rotateY(${(random.next() * 4 - 2).toFixed(2)}deg) rotate(${(random.next() * 1.6 - 0.8).toFixed(2)}deg);filter:blur(.45px) brightness(.93) contrast(.93);background-image:repeating-linear-gradient(0deg,#0000,#0000 2px,#0001 2px,#0001 3px);` : "";
  return `<!doctype html><meta charset="utf-8"><body style="margin:0;background:${style.photo === true ? "#555" : style.ground}"><div id="shot" style="${style.photo === true ? "padding:26px;" : ""}"><div style="font:${style.size}px/1.45 ${style.font};color:${style.ink};background-color:${style.ground};${tilt}">${body}</div></div>`;
}

export interface Screenshot {
  readonly style: string;
  readonly image: Buffer;
}

export async function openBrowser(): Promise<Browser> {
  const found = findOrInstallChromium(console.log);
  if ("why" in found) throw new Error(`bench find needs a Chromium: ${found.why}`);
  return launchChromium(found.path);
}

export async function screenshot(browser: Browser, text: string, style: Style, random: Random): Promise<Screenshot> {
  const context = await browser.newContext({ viewport: { width: style.width, height: 640 }, deviceScaleFactor: style.scale });
  try {
    const tab = await context.newPage();
    await tab.setContent(page(text, style, random));
    const shot = await tab.locator("#shot").boundingBox();
    const answer = await tab.locator(".answer").boundingBox();
    if (shot === null || answer === null) throw new Error("the page has no answer on it");
    const cut = 0.25 + random.next() * 0.2;
    const clip =
      style.crop === "top" ? { x: 0, y: answer.y + answer.height * cut, width: style.width, height: shot.height - answer.y - answer.height * cut }
      : style.crop === "bottom" ? { x: 0, y: 0, width: style.width, height: answer.y + answer.height * (1 - cut) }
      : style.crop === "sides" ? { x: answer.x - 4, y: answer.y - 4, width: answer.width + 8, height: answer.height + 8 }
      : { x: 0, y: 0, width: style.width, height: shot.height };
    const image = await tab.screenshot({ fullPage: true, clip, ...(style.jpeg === undefined ? { type: "png" } : { type: "jpeg", quality: style.jpeg }) });
    return { style: style.name, image };
  } finally {
    await context.close();
  }
}
