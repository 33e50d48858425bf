/**
 * The heart of the page: on the left what the answer could come from (chunks, tool results, the question), on the right what was said, raw and
 * parsed, what the checks made of it and what the user changed. Values on both sides light up together.
 */
import { useMemo, useState } from "react";
import type { ChunkSignal, Reconstruction, ToolCallSignal } from "../api/shapes.ts";
import { JsonView } from "../text/JsonView.tsx";
import { LongText } from "../text/LongText.tsx";
import { Marked } from "../text/Marked.tsx";
import { CopyButton } from "../ui/CopyButton.tsx";
import { Missing } from "../ui/Missing.tsx";
import { duration, plural } from "../ui/amounts.ts";
import { Actions } from "./Actions.tsx";
import { parseGap } from "../../../workbench/src/marks/parse-gap.ts";
import { answeringIndex } from "../../../workbench/src/marks/signal-states.ts";
import { useTraceTexts } from "./context.ts";
import { Validation } from "./Validation.tsx";

export function Answer({ story, isRaw, onRaw }: { readonly story: Reconstruction; readonly isRaw: boolean; readonly onRaw: (isRaw: boolean) => void }) {
  const place = answeringIndex(story);
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <Sources story={story} place={place} />
      <div className="flex min-w-0 flex-col gap-4 lg:sticky lg:top-14">
        <Said story={story} place={place} isRaw={isRaw} onRaw={onRaw} />
        <Validation story={story} />
        <Actions story={story} />
      </div>
    </div>
  );
}

const MOST_SOURCES = 40;
function Sources({ story, place }: { readonly story: Reconstruction; readonly place: number }) {
  const { links } = useTraceTexts();
  const [isAll, setAll] = useState(false);
  const firstWithChunks = story.generations.findIndex(({ signals: { chunks } }) => chunks.state === "captured" && chunks.value.length > 0);
  const chunks = firstWithChunks < 0 ? undefined : story.generations[firstWithChunks]?.signals.chunks;
  const calls = story.generations.slice(0, place + 1).flatMap(({ signals: { toolCalls } }, generation) => (toolCalls.state === "captured" ? toolCalls.value.map((call, index) => ({ call, at: `generations[${generation}].signals.toolCalls.value[${index}]` })) : []));
  const input = story.generations[Math.max(0, firstWithChunks)]?.signals.input ?? story.generations[0]?.signals.input;
  const asked = input?.state === "captured" ? input.value.messages.findLastIndex(({ role }) => role === "user") : -1;
  const question = story.steps.find((step) => step.kind === "retrieval" && step.query !== null);
  const noChunks = story.generations[place]?.signals.chunks;
  const shownChunks = chunks?.state === "captured" ? chunks.value.map((chunk, index) => ({ chunk, at: `generations[${firstWithChunks}].signals.chunks.value[${index}]` })) : [];
  const used = shownChunks.filter(({ at }) => isAll || shownChunks.length <= MOST_SOURCES || links.marksAt(`${at}.text`).length > 0).slice(0, isAll ? undefined : MOST_SOURCES);
  return (
    <section aria-labelledby="signal-input" className="flex min-w-0 flex-col gap-2">
      <h2 id="signal-input" className="label">
        What the answer could come from
      </h2>
      {question?.kind === "retrieval" && question.query !== null && (
        <article className="panel px-3 py-2" data-at={`steps[${story.steps.indexOf(question)}].query`}>
          <SourceHead kind="question" name={question.name} />
          <div className="verbatim">
            <Marked text={question.query} at={`steps[${story.steps.indexOf(question)}].query`} />
          </div>
        </article>
      )}
      {used.map(({ chunk, at }) => (
        <Chunk key={at} chunk={chunk} at={at} />
      ))}
      {used.length < shownChunks.length && (
        <button type="button" className="quiet-button self-start" onClick={() => setAll(true)}>
          Show {plural(shownChunks.length - used.length, "more chunk")}
        </button>
      )}
      {shownChunks.length === 0 && noChunks?.state === "missing" && <Missing what="Retrieved chunks" why={noChunks.why} />}
      <div id="signal-tools" className="flex flex-col gap-2">
        {calls.slice(0, isAll ? undefined : MOST_SOURCES).map(({ call, at }) => (
          <ToolCall key={at} call={call} at={at} />
        ))}
      </div>
      {question === undefined && input?.state === "captured" && asked >= 0 && (
        <article className="panel px-3 py-2">
          <SourceHead kind="message" name={input.value.messages[asked]?.role ?? "user"} />
          {input.value.messages[asked]?.parts.map((part, index) =>
            part.type === "text" ? <LongText key={index} text={part.text} at={`generations[${Math.max(0, firstWithChunks)}].signals.input.value.messages[${asked}].parts[${index}].text`} /> : null,
          )}
        </article>
      )}
      {input?.state === "missing" && <Missing what="The input" why={input.why} />}
    </section>
  );
}

const SourceHead = ({ kind, name, children }: { readonly kind: string; readonly name: string; readonly children?: React.ReactNode }) => (
  <div className="mb-1 flex flex-wrap items-center gap-x-3 gap-y-0.5 text-xs">
    <span className="text-soft">{kind}</span>
    <span className="font-mono font-semibold break-all">{name}</span>
    {children}
  </div>
);

export function Chunk({ chunk, at }: { readonly chunk: ChunkSignal; readonly at: string }) {
  const { links } = useTraceTexts();
  const isWrong = links.marksAt(`${at}.text`).some(({ tone }) => tone === "wrong-origin");
  return (
    <article data-at={`${at}.text`} className={`panel px-3 py-2 ${isWrong ? "border-l-4 !border-l-bad" : ""} ${chunk.reachedPrompt === false ? "opacity-80" : ""}`}>
      <SourceHead kind={`chunk ${chunk.position + 1}`} name={chunk.sourceId ?? "no source id"}>
        {chunk.score !== null && <span className="text-soft tabular-nums">score {chunk.score}</span>}
        {chunk.reachedPrompt === true && <span className="text-good">in the prompt</span>}
        {chunk.reachedPrompt === false && <span className="text-warn">did not reach the prompt</span>}
        {isWrong && <span className="pill ml-auto bg-bad-wash text-bad">another subject</span>}
      </SourceHead>
      <LongText text={chunk.text} at={`${at}.text`} />
    </article>
  );
}

export function ToolCall({ call, at }: { readonly call: ToolCallSignal; readonly at: string }) {
  return (
    <article className="panel px-3 py-2" data-at={at}>
      <SourceHead kind="tool" name={call.name}>
        {call.durationMs !== null && <span className="text-soft tabular-nums">{duration(call.durationMs)}</span>}
        {call.error !== null && <span className="pill bg-bad-wash text-bad">failed</span>}
        {call.source === "wire" && <span className="text-soft">seen on the wire</span>}
      </SourceHead>
      <div className="grid gap-x-3 gap-y-0.5 sm:grid-cols-[4.5rem_minmax(0,1fr)]">
        <span className="text-xs leading-5 text-soft">arguments</span>
        <LongText text={call.arguments} at={`${at}.arguments`} isJson />
        {call.error !== null && (
          <>
            <span className="text-xs leading-5 text-bad">error</span>
            <LongText text={call.error} at={`${at}.error`} />
          </>
        )}
        <span className="text-xs leading-5 text-soft">result</span>
        {call.result === null ? call.error === null ? <span className="text-[13px] text-soft">not recorded</span> : <span /> : call.result === "" ? <span className="text-[13px] text-warn">empty</span> : <LongText text={call.result} at={`${at}.result`} isJson />}
      </div>
    </article>
  );
}

function Said({ story, place, isRaw, onRaw }: { readonly story: Reconstruction; readonly place: number; readonly isRaw: boolean; readonly onRaw: (isRaw: boolean) => void }) {
  const generation = story.generations[place];
  const completion = generation?.signals.completion;
  const parsed = generation?.signals.parsed;
  const text = completion?.state === "captured" ? completion.value.text : "";
  const result = parsed?.state === "captured" ? parsed.value : null;
  const gap = useMemo(() => (result === null ? null : parseGap(result.input ?? text, result.result)), [result, text]);
  if (generation === undefined) return <Missing what="The answer" why="not-recorded" />;
  const base = `generations[${place}].signals`;
  const finish = completion?.state === "captured" ? completion.value.finishReason : null;
  const lost = gap === null ? 0 : gap.inRaw.size;
  return (
    <section aria-labelledby="signal-raw" className="panel min-w-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-1.5">
        <h2 id="signal-raw" className="label">
          The answer
        </h2>
        <span className={`text-xs ${finish === null || /^(stop|end_turn|STOP|tool_calls|tool_use)$/.test(finish) ? "text-soft" : "font-semibold text-bad"}`}>
          {generation.state === "complete" ? "" : `${generation.state} · `}
          {finish === null ? "" : `finish ${finish}`}
        </span>
        {lost > 0 && <span className="pill bg-bad-wash text-bad">{plural(lost, "field")} lost in parsing</span>}
        <div className="ml-auto flex gap-1.5">
          {text !== "" && <CopyButton text={text} label="Copy the answer" />}
          <button type="button" className="quiet-button" aria-pressed={isRaw} onClick={() => onRaw(!isRaw)}>
            {isRaw ? "Text" : "Off the wire"}
          </button>
        </div>
      </div>
      {isRaw ? (
        <div className="p-3">
          {completion?.state === "captured" && completion.value.raw !== null ? <LongText text={completion.value.raw} at={`${base}.completion.value.raw`} isOpen isJson /> : <Missing what="The body off the wire" why={completion?.state === "missing" ? completion.why : "not-recorded"} />}
        </div>
      ) : (
        <div className={result === null ? "" : "divide-y divide-line xl:grid xl:grid-cols-2 xl:divide-x xl:divide-y-0"}>
          <div className="min-w-0 p-3" data-at={`${base}.completion.value.text`}>
            <div className="mb-1 text-xs text-soft">raw</div>
            {completion?.state !== "captured" ? (
              <Missing what="The completion" why={completion?.why ?? "not-recorded"} />
            ) : completion.value.refusal !== null ? (
              <p className="verbatim text-bad">{completion.value.refusal}</p>
            ) : text === "" ? (
              <p className="text-warn">The model answered with no text.</p>
            ) : (
              <LongText text={text} at={`${base}.completion.value.text`} isOpen />
            )}
            {gap !== null && gap.inRaw.size > 0 && (
              <ul className="mt-2 border-t border-line pt-2 text-[13px]">
                {[...gap.inRaw].slice(0, 12).map(([path, why]) => (
                  <li key={path}>
                    <code className="font-mono text-xs value-gap">{path.slice(1)}</code> <span className="text-soft">{why}</span>
                  </li>
                ))}
              </ul>
            )}
          </div>
          {result !== null && (
            <div id="signal-parsed" className="min-w-0 p-3" data-at={`${base}.parsed.value.result`}>
              <div className="mb-1 text-xs text-soft">
                parsed{result.parser === null ? "" : ` by ${result.parser}`}
                {result.outcome === "failed" && <span className="ml-2 font-semibold text-bad">failed</span>}
              </div>
              {result.error !== null && (
                <p className="verbatim text-bad">
                  {result.error.name}: <Marked text={result.error.message} />
                </p>
              )}
              {result.result === undefined || result.result === null ? <p className="hatched rounded px-2 py-1 text-soft">{result.result === null ? "null" : "nothing came out"}</p> : <JsonView value={result.result} at={`${base}.parsed.value.result`} {...(gap === null ? {} : { gaps: gap.inParsed })} />}
            </div>
          )}
        </div>
      )}
      {parsed?.state === "missing" && (
        <div id="signal-parsed" className="px-3 pb-3">
          <Missing what="Parsed result" why={parsed.why} />
        </div>
      )}
    </section>
  );
}
