/** Amounts as people read them. */
export const count = (value: number): string => value.toLocaleString("en-GB");
export const plural = (value: number, word: string, many: string = `${word}s`): string => `${count(value)} ${value === 1 ? word : many}`;

/** 41 ms, 1.41 s, 2 min 5 s, 3 h 10 min, 41 days. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}
export const percent = (share: number, digits = 0): string => `${(share * 100).toFixed(digits)} %`;
/** As CSS writes it. */
export const cssShare = (share: number): string => `${(share * 100).toFixed(2)}%`;
const two = (value: number): string => String(value).padStart(2, "0");
/** 2026-11-28 10:44:04 in the reader's zone. */
export function dateTime(ms: number): string {
  const at = new Date(ms);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
/** The time of today's, the date of others. */
export function shortTime(ms: number, nowMs: number): string {
  const whole = dateTime(ms);
  return dateTime(nowMs).slice(0, 10) === whole.slice(0, 10) ? whole.slice(11) : whole.slice(5, 16);
}
/** Enough of a trace id to tell neighbours apart. */
export const shortId = (traceId: string): string => traceId.slice(0, 13);
