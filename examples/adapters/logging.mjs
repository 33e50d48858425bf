/** pino and winston: the running trace's id in every line. */
import { Writable } from "node:stream";
import { traceMixin, winstonTraceId } from "@whysaid/recorder/adapters";
import pino from "pino";
import winston from "winston";
import { dose, recorder } from "./assistant.mjs";

const lines = [];
const sink = () => new Writable({ write: (chunk, _encoding, done) => (lines.push(JSON.parse(String(chunk))), done()) });
const pinoLog = pino({ mixin: traceMixin(recorder) }, sink());
const winstonLog = winston.createLogger({ format: winston.format.combine(winstonTraceId(recorder), winston.format.json()), transports: [new winston.transports.Stream({ stream: sink() })] });

pinoLog.info("outside of any trace");
await recorder.trace("dose-summary", async () => {
  await dose("Daily weight 2026-11-24: 3.2 kg. What is the dose?");
  pinoLog.info("answered");
  winstonLog.info("answered");
});
await recorder.close();
console.log(JSON.stringify(lines.map(({ traceId }) => traceId ?? null)));
