/** What somebody asks to be sent, made ready: the request with its changes in the two forms of it (redacted to show, as it goes out), where to, and what it may cost. Nothing is sent here. */
import type { Reconstruction } from "@whysaid/recorder/format";
import { chunksOf, toolCallsOf, type Asked } from "../reconstruct/replay/answer.ts";
import { changed, isExact, nameOf, type Changes } from "../reconstruct/replay/change.ts";
import { estimate, type Estimate } from "../reconstruct/replay/cost.ts";
import { revealedJson } from "../reconstruct/replay/json-strings.ts";
import { recordedRequest, type RecordedRequest } from "../reconstruct/replay/request.ts";
import { targetUrl } from "../reconstruct/replay/target.ts";
import { reconstruct } from "../reconstruct/reconstruct.ts";
import type { StoredTrace } from "../store/store.ts";
import { answerRedactor, noOriginals, originalsOf, type Originals, type Revealing } from "./originals.ts";

export interface Order {
  /** Place in `generations`; null for the last complete one. */
  readonly generation: number | null;
  readonly changes: Changes;
  readonly calls: number;
  /** Base URL to send to; null for where it went. */
  readonly target: string | null;
  /** Send the originals instead of pseudonyms. */
  readonly revealing: Revealing | null;
}

export interface Plan {
  readonly story: Reconstruction;
  readonly request: RecordedRequest;
  /** As tables and runs call it, e.g. `without chunk:chart/881#3`. */
  readonly variant: string;
  readonly asked: Asked;
  readonly calls: number;
  readonly base: string | null;
  readonly url: URL;
  /** Of all calls. */
  readonly cost: Estimate;
  readonly originals: Originals;
  /** Originals go out instead of pseudonyms. */
  readonly isRevealed: boolean;
  /** With originals where they may be revealed. Never printed, never kept. */
  readonly outgoing: string;
  /** Takes out of an answer what must not be kept of it. */
  readonly redacted: (directory: string) => (text: string) => string;
}

/** @throws WhysaidError `USAGE`, `REPLAY_INPUT_MISSING`, `REPLAY_CHANGE_IMPOSSIBLE`, `REPLAY_TARGET_REFUSED`, and as `reveal` */
export function planOf(trace: StoredTrace, { generation, changes, calls, target, revealing }: Order): Plan {
  const story = reconstruct(trace);
  const request = recordedRequest(trace, story, generation);
  const originals = revealing === null ? noOriginals : originalsOf(request.body, story.traceId, revealing);
  const form = formOf(request, story, changes, originals);
  // A recording that takes nothing is compared with an answer as it is.
  const isOff = trace.writers.length > 0 && trace.writers.every((one) => one.kind === "writer" && one.redaction.policy === "off");
  return {
    ...form,
    story,
    request,
    variant: nameOf(changes),
    calls,
    base: target,
    url: targetUrl(form.to, target),
    cost: estimate(form.outgoing, calls),
    originals,
    isRevealed: revealing !== null,
    redacted: (directory) => (isOff ? (text) => text : answerRedactor(directory, form.asked.body, originals.declared)),
  };
}

function formOf(request: RecordedRequest, story: Reconstruction, changes: Changes, originals: Originals): Pick<Plan, "asked" | "outgoing"> & { readonly to: string } {
  const url = request.entry.url as string;
  const { index } = request;
  if (isExact(changes)) return { to: url, asked: { index, body: request.body, chunksGone: [] }, outgoing: originals === noOriginals ? request.body : request.restored(originals.originalOf) };
  const { body, url: to, chunksGone } = changed(request.body, url, changes, { chunks: chunksOf(story), tools: toolCallsOf(story) });
  const outgoing = originals === noOriginals ? body : revealedJson(body, originals.originalOf);
  return { to, asked: { index, body: JSON.stringify(body), chunksGone }, outgoing: JSON.stringify(outgoing) };
}

/** Without query: keys may stand in one. */
export const shownUrl = (url: URL): string => `${url.origin}${url.pathname}`;
