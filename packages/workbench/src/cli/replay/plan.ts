/** What the command line asks to be sent: the request with its changes, in the two forms of it (redacted to show, as it goes out). */
import type { Reconstruction } from "@whysaid/recorder/format";
import { chunksOf, toolCallsOf, type Asked } from "../../reconstruct/replay/answer.ts";
import { changed, isExact, nameOf, type Changes } from "../../reconstruct/replay/change.ts";
import { revealedJson } from "../../reconstruct/replay/json-strings.ts";
import type { RecordedRequest } from "../../reconstruct/replay/request.ts";
import { noOriginals, originalsOf, type Originals } from "./originals.ts";
import type { CommandCall } from "../command.ts";

export interface Plan {
  readonly variant: string;
  readonly asked: Asked;
  /** Of the recorded call, with the model changed where it stands in the path. */
  readonly url: string;
  readonly originals: Originals;
  /** With originals where they may be revealed. Never printed, never kept. */
  readonly outgoing: string;
}

export function planned(call: CommandCall, story: Reconstruction, request: RecordedRequest): Plan {
  const { options } = call;
  const changes: Changes = { model: options.text("model") ?? null, set: options.texts("set"), without: options.texts("without") };
  const originals = options.has("reveal") && !options.has("dry-run") ? originalsOf(request.body, story.traceId, call) : noOriginals;
  const url = request.entry.url as string;
  const variant = nameOf(changes);
  if (isExact(changes)) {
    return { variant, url, originals, asked: { index: request.index, body: request.body, chunksGone: [] }, outgoing: originals === noOriginals ? request.body : request.restored(originals.originalOf) };
  }
  const { body, url: changedUrl, chunksGone } = changed(request.body, url, changes, { chunks: chunksOf(story), tools: toolCallsOf(story) });
  const outgoing = originals === noOriginals ? body : revealedJson(body, originals.originalOf);
  return { variant, url: changedUrl, originals, asked: { index: request.index, body: JSON.stringify(body), chunksGone }, outgoing: JSON.stringify(outgoing) };
}
