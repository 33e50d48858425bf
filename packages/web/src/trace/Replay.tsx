/**
 * The call sent again: pick what to leave out, see what would go where and what it costs, send it, and see the recorded answer and the new one beside each other. Proof of a cause:
 * when the wrong value goes with the wrong chunk, that was it.
 */
import { useMemo, useState } from "react";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { sendJson } from "../api/client.ts";
import type { BeforeAnswer, Reconstruction, Run } from "../api/shapes.ts";
import { useMay, useMe } from "../shell/me.ts";
import { OneLine } from "../list/rows.tsx";
import { LongText } from "../text/LongText.tsx";
import { Command } from "../ui/Command.tsx";
import { Field, FormError } from "../ui/Field.tsx";
import { count, plural } from "../ui/amounts.ts";
import { lastWhole, sourcesOf, type Source } from "./replayable.ts";

interface Plan {
  readonly variant: string;
  readonly url: string;
  readonly calls: number;
  readonly estimate: { readonly inputTokens: number; readonly outputTokens: number; readonly totalTokens: number };
  readonly body: string;
  readonly bodyChars: number;
}
export interface Replayed {
  readonly before: BeforeAnswer;
  readonly runs: readonly Run[];
}

const groups: readonly (readonly [Source["kind"], string])[] = [["chunk", "Chunks"], ["tool", "Tool results"], ["message", "Messages"]];
const quoted = (word: string): string => (/^[\w:/#.@%+=,-]+$/.test(word) && !word.includes("#") ? word : `'${word.replaceAll("'", "'\\''")}'`);

export function Replay({ story, without: preset, onClose }: { readonly story: Reconstruction; readonly without: readonly string[]; readonly onClose: () => void }) {
  const { traceId } = story;
  const me = useMe();
  const mayReveal = useMay("reveal");
  const client = useQueryClient();
  const [generation, setGeneration] = useState(() => lastWhole(story));
  const [without, setWithout] = useState<ReadonlySet<string>>(() => new Set(preset));
  const [model, setModel] = useState("");
  const [reason, setReason] = useState("");
  const [withOriginals, setWithOriginals] = useState(false);
  const sources = useMemo(() => sourcesOf(story, generation), [story, generation]);
  const asked = { generation, without: [...without], ...(model.trim() === "" ? {} : { model: model.trim() }) };
  const plan = useQuery({ queryKey: ["plan", traceId, asked], queryFn: () => sendJson<Plan>("POST", `/api/traces/${traceId}/replay/plan`, asked), placeholderData: keepPreviousData, retry: false, staleTime: Infinity });
  const sent = useMutation({
    mutationFn: () => sendJson<Replayed>("POST", `/api/traces/${traceId}/replay`, { ...asked, ...(withOriginals ? { reason: reason.trim() } : {}) }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["runs", traceId] }),
  });
  const toggle = (name: string): void =>
    setWithout((before) => {
      const next = new Set(before);
      if (!next.delete(name)) next.add(name);
      return next;
    });
  const command = `whysaid replay ${traceId.slice(0, 13)}${[...without].map((one) => ` --without ${quoted(one)}`).join("")}${model.trim() === "" ? "" : ` --model ${quoted(model.trim())}`}`;
  const isOff = me !== undefined && (me.replay === null || !mayReveal);
  const canSend = !isOff && plan.isSuccess && !plan.isError && !sent.isPending && (!withOriginals || reason.trim().length >= 3);
  return (
    <section aria-labelledby="replay" className="panel" data-replay>
      <div className="flex items-center justify-between border-b border-line px-3 py-1.5">
        <h2 id="replay" className="label">
          Send it again
        </h2>
        <button type="button" className="quiet-button" onClick={onClose}>
          Close
        </button>
      </div>
      <form
        className="grid gap-4 p-3 lg:grid-cols-[minmax(0,1fr)_22rem]"
        onSubmit={(event) => {
          event.preventDefault();
          if (canSend) sent.mutate();
        }}
      >
        <div className="grid min-w-0 content-start gap-3">
          {story.generations.length > 1 && (
            <Field label="Which call">
              <select className="field" value={generation} onChange={(event) => setGeneration(Number(event.target.value))}>
                {story.generations.map(({ signals, spanId }, index) => (
                  <option key={spanId} value={index}>
                    {index + 1} of {story.generations.length}: {signals.model.state === "captured" ? (signals.model.value.answered ?? signals.model.value.requested) : "model not recorded"}
                  </option>
                ))}
              </select>
            </Field>
          )}
          {groups.map(([kind, title]) => {
            const mine = sources.filter((one) => one.kind === kind);
            return mine.length === 0 ? null : <Choices key={kind} title={title} sources={mine} without={without} onToggle={toggle} isFolded={kind === "message" && !mine.some(({ name }) => without.has(name))} />;
          })}
          <Field label="Another model">
            <input className="field max-w-xs" value={model} onChange={(event) => setModel(event.target.value)} placeholder="as it was" autoComplete="off" spellCheck={false} />
          </Field>
        </div>
        <div className="grid content-start gap-3 rounded-md bg-sunk p-3 text-[13px]">
          <h3 className="font-semibold">What would be sent</h3>
          {plan.isError ? (
            <FormError error={plan.error} />
          ) : plan.data === undefined ? (
            <p role="status" className="text-soft">
              Working it out…
            </p>
          ) : (
            <div className={plan.isPlaceholderData ? "opacity-60" : ""} data-plan>
              <p className="font-mono text-xs break-all">{plan.data.url}</p>
              <p className="mt-1">
                <b className="font-semibold">{plan.data.variant}</b>
              </p>
              <p className="mt-1 text-soft">
                about {plural(plan.data.estimate.inputTokens, "token")} in, at most {count(plan.data.estimate.outputTokens)} out
              </p>
              <details className="mt-1">
                <summary className="cursor-pointer text-soft">the body{plan.data.bodyChars > plan.data.body.length ? `, first ${count(plan.data.body.length)} of ${plural(plan.data.bodyChars, "character")}` : ""}</summary>
                <div className="verbatim mt-1 max-h-64 overflow-auto rounded border border-line bg-card p-2" tabIndex={0} role="group" aria-label="the body">
                  {plan.data.body}
                </div>
              </details>
            </div>
          )}
          {mayReveal && me?.replay !== null && (
            <>
              <label className="flex items-start gap-2">
                <input type="checkbox" className="mt-1" checked={withOriginals} onChange={(event) => setWithOriginals(event.target.checked)} />
                <span>
                  Send the true names <span className="block text-xs text-soft">Pseudonyms go out otherwise. Audited; what comes back is kept redacted either way.</span>
                </span>
              </label>
              {withOriginals && (
                <Field label="Why?">
                  <input className="field" value={reason} minLength={3} maxLength={1000} onChange={(event) => setReason(event.target.value)} autoComplete="off" />
                </Field>
              )}
            </>
          )}
          <FormError error={sent.error} />
          {isOff ? (
            <div className="grid gap-1.5" data-replay-off>
              <p className="text-warn">{me.replay === null ? "This server sends nothing again. Start it with `whysaid up --replay`, or run this where the recordings lie:" : "Your key may look, not send. Somebody with the role `reveal` may, or whoever runs this where the recordings lie:"}</p>
              <Command line={command} />
            </div>
          ) : (
            <button type="submit" className="main-button justify-self-start" disabled={!canSend}>
              {sent.isPending ? "Waiting for the model…" : "Send it"}
            </button>
          )}
        </div>
      </form>
      {sent.data !== undefined && <Beside replayed={sent.data} />}
    </section>
  );
}

function Choices({ title, sources, without, onToggle, isFolded }: { readonly title: string; readonly sources: readonly Source[]; readonly without: ReadonlySet<string>; readonly onToggle: (name: string) => void; readonly isFolded: boolean }) {
  const list = (
    <ul className="grid max-h-72 gap-0.5 overflow-auto" tabIndex={sources.length > 8 ? 0 : -1}>
      {sources.map(({ name, title: called, excerpt }) => (
        <li key={name}>
          <label className="grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-2 rounded px-1 py-0.5 text-[13px] hover:bg-sunk">
            <input type="checkbox" checked={!without.has(name)} onChange={() => onToggle(name)} data-source={name} />
            <span className={`min-w-0 ${without.has(name) ? "text-soft line-through" : ""}`}>
              <span className="font-mono text-xs font-semibold break-all">{called}</span>{" "}
              <span className="block truncate font-mono text-xs text-soft">
                <OneLine text={excerpt} />
              </span>
            </span>
          </label>
        </li>
      ))}
    </ul>
  );
  const heading = `${title} it is given`;
  return isFolded ? (
    <details>
      <summary className="cursor-pointer text-[13px] font-medium">
        {heading} <span className="text-soft">({sources.length})</span>
      </summary>
      {list}
    </details>
  ) : (
    <fieldset>
      <legend className="text-[13px] font-medium">
        {heading} <span className="font-normal text-soft">take away what should not be there</span>
      </legend>
      {list}
    </fieldset>
  );
}

/** Recorded on the left, new on the right; what moved stands in the list of runs below. */
function Beside({ replayed: { before, runs } }: { readonly replayed: Replayed }) {
  return (
    <div className="grid gap-px border-t border-line bg-line lg:grid-cols-2" data-replayed aria-live="polite">
      <Side title="Recorded" text={said(before)} at="replay.before" />
      {runs.map((run, index) => (
        <Side key={index} title={run.variant} text={run.answer.error ?? said(run.answer)} at={`replay.runs[${index}]`} isError={run.answer.error !== null} />
      ))}
    </div>
  );
}
const said = ({ text, toolCalls }: Pick<BeforeAnswer, "text" | "toolCalls">): string => [text, ...toolCalls.map((call) => `→ ${call.name}(${call.arguments})`)].filter((line) => line !== "").join("\n");
const Side = ({ title, text, at, isError = false }: { readonly title: string; readonly text: string; readonly at: string; readonly isError?: boolean }) => (
  <div className="min-w-0 bg-card p-3">
    <div className="mb-1 font-mono text-xs font-semibold break-all text-soft">{title}</div>
    <div className={isError ? "text-bad" : ""}>{text === "" ? <span className="text-soft">no text</span> : <LongText text={text} at={at} isOpen />}</div>
  </div>
);
