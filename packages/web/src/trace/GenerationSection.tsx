/** One model call, exactly: what it was sent in the order of the wire, what it answered, its numbers, its attempts. Messages as in the call before are folded. */
import { useState } from "react";
import type { Generation, Message, Reconstruction } from "../api/shapes.ts";
import { JsonView } from "../text/JsonView.tsx";
import { LongText } from "../text/LongText.tsx";
import { Marked } from "../text/Marked.tsx";
import { Missing } from "../ui/Missing.tsx";
import { dateTime, duration, plural } from "../ui/amounts.ts";

export function GenerationSection({ story, place }: { readonly story: Reconstruction; readonly place: number }) {
  const generation = story.generations[place];
  if (generation === undefined) return null;
  const base = `generations[${place}].signals`;
  const { input, completion } = generation.signals;
  return (
    <div className="grid gap-4 xl:grid-cols-2">
      <div className="min-w-0">
        <h4 className="label mb-1">Sent</h4>
        {input.state === "missing" ? (
          <Missing what="The input" why={input.why} />
        ) : (
          <>
            <Messages messages={input.value.messages} before={story.generations[place - 1]} at={`${base}.input.value.messages`} />
            {input.value.system !== null && !input.value.messages.some(({ role }) => role === "system" || role === "developer") && (
              <Turn role="system">
                <LongText text={input.value.system} at={`${base}.input.value.system`} />
              </Turn>
            )}
            {input.value.tools.length > 0 && (
              <Fold title={`${plural(input.value.tools.length, "tool")} offered: ${input.value.tools.slice(0, 6).map(({ name }) => name).join(", ")}`}>
                <JsonView value={input.value.tools} />
              </Fold>
            )}
            {Object.keys(input.value.parameters).length > 0 && (
              <Fold title={`Parameters: ${Object.keys(input.value.parameters).slice(0, 6).join(", ")}`}>
                <JsonView value={input.value.parameters} at={`${base}.input.value.parameters`} />
              </Fold>
            )}
            {input.value.requestBody !== null && (
              <Fold title="The request's body, off the wire">
                <LongText text={input.value.requestBody} at={`${base}.input.value.requestBody`} isOpen isJson />
              </Fold>
            )}
          </>
        )}
      </div>
      <div className="min-w-0">
        <h4 className="label mb-1">Answered</h4>
        {completion.state === "missing" ? (
          <Missing what="The completion" why={completion.why} />
        ) : (
          <>
            {completion.value.reasoning !== null && (
              <Fold title="Reasoning">
                <LongText text={completion.value.reasoning} at={`${base}.completion.value.reasoning`} isOpen />
              </Fold>
            )}
            {completion.value.text !== "" && (
              <div className="mb-2">
                <LongText text={completion.value.text} at={`${base}.completion.value.text`} />
              </div>
            )}
            {completion.value.refusal !== null && <p className="verbatim text-bad">{completion.value.refusal}</p>}
            <ToolCallsAsked generation={generation} />
            {completion.value.alternatives.map((text, index) => (
              <Fold key={index} title={`Alternative ${index + 2}`}>
                <LongText text={text} at={`${base}.completion.value.alternatives[${index}]`} isOpen />
              </Fold>
            ))}
            {completion.value.raw !== null && (
              <Fold title="The answer's body, off the wire">
                <LongText text={completion.value.raw} at={`${base}.completion.value.raw`} isOpen isJson />
              </Fold>
            )}
          </>
        )}
        <Numbers generation={generation} />
      </div>
    </div>
  );
}

const MOST_MESSAGES = 30;
function Messages({ messages, before, at }: { readonly messages: readonly Message[]; readonly before: Generation | undefined; readonly at: string }) {
  const [areSharedShown, showShared] = useState(false);
  const [most, setMost] = useState(MOST_MESSAGES);
  const earlier = before?.signals.input.state === "captured" ? before.signals.input.value.messages : [];
  let shared = 0;
  while (shared < messages.length - 1 && shared < earlier.length && messages[shared] === earlier[shared]) shared += 1;
  const from = areSharedShown ? 0 : shared;
  return (
    <>
      {shared > 0 && (
        <button type="button" className="quiet-button mb-2" aria-expanded={areSharedShown} onClick={() => showShared(!areSharedShown)}>
          {areSharedShown ? "Fold" : "Show"} {plural(shared, "message")} as in the call before
        </button>
      )}
      {messages.slice(from, from + most).map((message, index) => (
        <MessageView key={from + index} message={message} at={`${at}[${from + index}]`} />
      ))}
      {messages.length > from + most && (
        <button type="button" className="quiet-button mb-2" onClick={() => setMost(most + 200)}>
          Show {plural(Math.min(200, messages.length - from - most), "more message")} of {messages.length - from - most}
        </button>
      )}
    </>
  );
}

const Turn = ({ role, at, children }: { readonly role: string; readonly at?: string; readonly children: React.ReactNode }) => (
  <div className="mb-2 grid gap-x-3 sm:grid-cols-[5.5rem_minmax(0,1fr)]" data-at={at}>
    <span className="font-mono text-xs leading-5 font-semibold text-soft">{role}</span>
    <div className="min-w-0">{children}</div>
  </div>
);

function MessageView({ message, at }: { readonly message: Message; readonly at: string }) {
  return (
    <Turn role={message.role} at={at}>
      {message.parts.map((part, index) => {
        const pointer = `${at}.parts[${index}]`;
        switch (part.type) {
          case "text":
          case "reasoning":
          case "refusal":
            return (
              <div key={index} className={part.type === "text" ? "" : "border-l-2 border-line pl-2 text-soft"}>
                {part.type !== "text" && <div className="text-xs">{part.type}</div>}
                <LongText text={part.text} at={`${pointer}.text`} />
              </div>
            );
          case "tool-call":
            return (
              <div key={index} className="verbatim">
                <span className="text-soft">→ </span>
                <b className="font-semibold">{part.name}</b> <Marked text={part.arguments} at={`${pointer}.arguments`} />
              </div>
            );
          case "tool-result":
            return (
              <div key={index} className="flex gap-1">
                <span className={`verbatim ${part.isError ? "text-bad" : "text-soft"}`}>←</span>
                <div className="min-w-0 flex-1">
                  <LongText text={part.result} at={`${pointer}.result`} isJson />
                </div>
              </div>
            );
          case "media":
            return (
              <p key={index} className="text-[13px] text-soft">
                [{part.mediaType ?? "media"}
                {part.bytes === null ? "" : `, ${plural(part.bytes, "byte")}`}] <Marked text={part.reference ?? ""} />
              </p>
            );
          case "other":
            return <LongText key={index} text={part.json} at={`${pointer}.json`} isJson />;
          default:
            return null;
        }
      })}
    </Turn>
  );
}

function ToolCallsAsked({ generation }: { readonly generation: Generation }) {
  const { toolCalls } = generation.signals;
  if (toolCalls.state === "missing" || toolCalls.value.length === 0) return null;
  return (
    <ul className="mb-2">
      {toolCalls.value.map((call, index) => (
        <li key={index} className="verbatim">
          <span className="text-soft">→ </span>
          <b className="font-semibold">{call.name}</b> <Marked text={call.arguments} />
        </li>
      ))}
    </ul>
  );
}

function Numbers({ generation }: { readonly generation: Generation }) {
  const { model, usage, latency, completion } = generation.signals;
  const facts: (readonly [string, string])[] = [];
  const put = (name: string, value: string | number | null | undefined, unit = ""): void => {
    if (value !== null && value !== undefined) facts.push([name, `${value}${unit}`]);
  };
  put("provider", generation.provider);
  put("protocol", generation.protocol);
  if (model.state === "captured") {
    put("asked for", model.value.requested);
    put("answered by", model.value.answered);
    put("fingerprint", model.value.fingerprint);
  }
  if (completion.state === "captured") put("finish", completion.value.finishReason);
  if (usage.state === "captured") {
    put("tokens in", usage.value.inputTokens);
    put("of them cached", usage.value.cacheReadTokens);
    put("tokens out", usage.value.outputTokens);
    put("of them reasoning", usage.value.reasoningTokens);
  } else put("tokens", usage.why);
  if (latency.state === "captured") {
    if (latency.value.timeToFirstChunkMs !== null) put("first chunk", duration(latency.value.timeToFirstChunkMs));
    if (latency.value.generationMs !== null) put("generation", duration(latency.value.generationMs));
  } else put("latency", latency.why);
  put("status", generation.status);
  return (
    <>
      <dl className="mt-2 grid grid-cols-[repeat(auto-fill,minmax(11rem,1fr))] gap-x-4 gap-y-0.5 border-t border-line pt-2 text-xs">
        {facts.map(([name, value]) => (
          <div key={name} className="flex justify-between gap-2">
            <dt className="text-soft">{name}</dt>
            <dd className="truncate font-mono">{value}</dd>
          </div>
        ))}
      </dl>
      {generation.error !== null && (
        <p className="verbatim mt-2 text-bad">
          {generation.error.name}: <Marked text={generation.error.message} />
        </p>
      )}
      {generation.attemptList.length > 1 && (
        <ol className="mt-2 text-xs">
          {generation.attemptList.map((one) => (
            <li key={one.attempt}>
              attempt {one.attempt} · {dateTime(one.atMs)} · {one.state} {one.status ?? ""} {one.durationMs === null ? "" : `· ${duration(one.durationMs)}`}
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

function Fold({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="mb-1">
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} className="flex w-full gap-2 rounded py-0.5 text-left text-[13px] text-soft hover:text-ink">
        <span aria-hidden="true">{isOpen ? "▾" : "▸"}</span> <span className="truncate">{title}</span>
      </button>
      {isOpen && <div className="rounded-md bg-sunk p-2">{children}</div>}
    </div>
  );
}
