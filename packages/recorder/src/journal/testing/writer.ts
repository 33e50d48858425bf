/** A process of its own that writes one entry, says so, and waits to be killed. */
import { recalled, type SpanId, type TraceId } from "../../format/index.ts";
import { openJournal } from "../index.ts";

const header = { recorder: "test", runtime: recalled("node"), service: null, environment: null, release: null, redaction: { policy: recalled("off"), keyId: "none" } };
openJournal({ directory: process.argv[2] ?? "", header }).append((texts) => ({
  kind: "tool",
  atMs: 0,
  trace: "00000000000000000000000000000001" as TraceId,
  span: "00000000000000b1" as SpanId,
  name: recalled("get_weight"),
  callId: null,
  arguments: null,
  result: texts.ref(recalled("2.1 kg")),
  durationMs: 0,
}));
process.stdout.write("written\n");
setInterval(() => {}, 1000);
