/** Network addresses: IP v4, v6 and hardware (MAC) addresses. Loopback, wildcard and documentation ranges name nobody and are left. */
import type { Chunk, Reading } from "./reading.ts";
import { matchAt, take } from "./reading.ts";

const v4 = /(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\d.]*\d)/y;
const v6 = /(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,6}:(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,5})?|::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){1,6})/iy;
const mac = /[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}(?![0-9a-f:-])/iy;
const dot = 0x2e;
const nobody = /^(?:0\.|127\.|255\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|169\.254\.|22[4-9]\.|23\d\.|24\d\.|25[0-5]\.)/;
// Private ranges tell machines of one network apart, not people; `recall` takes them all the same
const local = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/;

/** Whether the chunk is an address; then nothing else is looked for in it. */
export function findIp(reading: Reading, chunk: Chunk): boolean {
  const { text, scan, level } = reading;
  const first = scan.end[chunk.first] as number;
  const size = first - chunk.start;
  const joint = text.charCodeAt(first);
  const before = text[chunk.start - 1] ?? "";
  if (chunk.digits >= 4 && size <= 3 && joint === dot) {
    const four = matchAt(v4, text, chunk.start);
    if (four !== undefined && !/[\w.]/.test(before)) {
      const value = four[0];
      // "1.2.3.4" after "version" is one; so is what stands after "v"
      const isVersion = /(?:version|ver|v|release|build|section|§)[\s:=]*$/i.test(text.slice(Math.max(0, chunk.start - 12), chunk.start));
      if (!isVersion && !nobody.test(value) && (level === "recall" || !local.test(value)) && !/^(?:\d\.){3}\d$/.test(value)) take(reading, "IP", chunk.start, chunk.start + value.length, "ip.v4", 0.95);
      return true;
    }
  }
  if (size <= 4 && chunk.after > chunk.first + 1 && !/[\w:.-]/.test(before) && /[:-]/.test(text.slice(chunk.start, chunk.start + 6))) {
    const hardware = matchAt(mac, text, chunk.start);
    if (hardware !== undefined && !/^(?:00[:-]){5}00$/.test(hardware[0])) {
      take(reading, "IP", chunk.start, chunk.start + hardware[0].length, "ip.mac", 0.95);
      return true;
    }
    const six = matchAt(v6, text, chunk.start);
    if (six !== undefined && six[0].length >= 7 && (six[0].match(/:/g)?.length ?? 0) >= 3 && !/^[0-9a-f]?:?:/i.test(six[0].slice(0, 2)) && !/^2001:0?db8/i.test(six[0]) && /[0-9]/.test(six[0]) && !/[\w:]/.test(text[chunk.start + six[0].length] ?? "")) {
      take(reading, "IP", chunk.start, chunk.start + six[0].length, "ip.v6", 0.95);
      return true;
    }
  }
  return false;
}
