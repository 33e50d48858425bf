import { context, trace as telemetry, TraceFlags, type Context, type ContextManager } from "@opentelemetry/api";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { readTraceparent } from "./context.ts";
import { chatCompletion } from "./testing/provider.ts";
import { startRecording, type Recording } from "./testing/recording.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";
let recording: Recording;
const answering: typeof globalThis.fetch = async () => Response.json(chatCompletion("2.1 kg"));
beforeEach(() => {
  recording = startRecording({ fetch: answering });
});
afterEach(() => recording.dispose());
const ask = async (): Promise<unknown> => (await recording.recorder.fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body: '{"model":"gpt-4o","messages":[]}' })).json();

describe("a W3C traceparent", () => {
  test("is taken in, and given out with the trace's own span", () => {
    const out = recording.recorder.trace("f", { traceparent: `00-${TRACE}-${SPAN}-01` }, (trace) => trace.traceparent);
    const [start] = recording.entries("trace-start");
    expect(start).toMatchObject({ trace: TRACE, parent: SPAN });
    expect(out).toBe(`00-${TRACE}-${start?.span ?? ""}-01`);
  });

  test.each([`00-${TRACE}-${SPAN}-01`, ` 00-${TRACE}-${SPAN}-00 `, `01-${TRACE}-${SPAN}-01-what-later-versions-add`])("%s is read", (header) => {
    expect(readTraceparent(header)).toEqual({ trace: TRACE, span: SPAN });
  });

  test.each(["", "00", `ff-${TRACE}-${SPAN}-01`, `00-${"0".repeat(32)}-${SPAN}-01`, `00-${TRACE}-${"0".repeat(16)}-01`, `00-${TRACE.toUpperCase()}-${SPAN}-01`, `00-${TRACE}-${SPAN}-01-more`, `00-${TRACE}-${SPAN}`])(
    "%j starts a new trace, as the standard asks",
    (header) => {
      expect(readTraceparent(header)).toBeUndefined();
      expect(recording.recorder.trace("f", { traceparent: header }, (trace) => trace.id)).not.toBe(TRACE);
    },
  );
});

describe("the trace of the running code", () => {
  test("is found in whatever it calls and awaits, and is gone outside", async () => {
    const { recorder } = recording;
    const ids = await Promise.all(
      ["a", "b"].map((feature) =>
        recorder.trace(feature, async (trace) => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          await ask();
          recorder.parse("p", "raw", () => 1);
          return [trace.id, recorder.current()?.id];
        }),
      ),
    );
    expect(recorder.current()).toBeUndefined();
    for (const [id, current] of ids) {
      expect(current).toBe(id);
      expect(recording.entries("request", "parse").filter((entry) => entry.trace === id)).toHaveLength(2);
    }
  });

  test("a trace inside a trace is a span of it, and calls are children of the step they are made in", async () => {
    const { recorder } = recording;
    await recorder.trace("outer", async (outer) => {
      await recorder.trace("inner", async (inner) => {
        expect(inner.id).toBe(outer.id);
        await outer.tool("ask", {}, ask);
      });
    });
    const [outer, inner] = recording.entries("trace-start");
    const [tool] = recording.entries("tool");
    expect(inner).toMatchObject({ trace: outer?.trace, parent: outer?.span });
    expect(tool?.parent).toBe(inner?.span);
    expect(recording.entries("request")[0]).toMatchObject({ trace: outer?.trace, parent: tool?.span });
  });

  test("a call outside of any trace is a trace of its own", async () => {
    await ask();
    await ask();
    const [one, two] = recording.entries("request");
    expect(one?.trace).not.toBe(two?.trace);
    expect(one).not.toHaveProperty("parent");
  });
});

describe("an active OpenTelemetry span", () => {
  /** The simplest context manager: what is active is a variable. */
  let active: Context | undefined;
  const manager: ContextManager = {
    active: () => active ?? context.active(),
    with: (_context, fn, thisArg, ...args) => fn.call(thisArg as never, ...args),
    bind: (_context, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  afterEach(() => {
    active = undefined;
  });
  afterAll(() => context.disable());

  test("gives the trace its id and the calls their parent", async () => {
    const base = context.active();
    context.setGlobalContextManager(manager);
    active = telemetry.setSpan(base, telemetry.wrapSpanContext({ traceId: TRACE, spanId: SPAN, traceFlags: TraceFlags.SAMPLED }));
    await ask();
    recording.recorder.trace("f", () => undefined);
    expect(recording.entries("request")[0]).toMatchObject({ trace: TRACE, parent: SPAN });
    expect(recording.entries("trace-start")[0]).toMatchObject({ trace: TRACE, parent: SPAN });
  });
});
