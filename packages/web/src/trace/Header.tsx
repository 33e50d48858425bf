/** What this trace is: feature, dated model, prompt version, release, whom it was about, how it ended and what the user did. */
import type { Reconstruction } from "../api/shapes.ts";
import { ActionPill } from "../list/rows.tsx";
import { Marked } from "../text/Marked.tsx";
import { CopyButton } from "../ui/CopyButton.tsx";
import { dateTime, duration, plural, shortId } from "../ui/amounts.ts";
import { answeringIndex } from "../../../workbench/src/marks/signal-states.ts";

export function Header({ story, children }: { readonly story: Reconstruction; readonly children: React.ReactNode }) {
  const generation = story.generations[answeringIndex(story)];
  const model = generation?.signals.model.state === "captured" ? generation.signals.model.value : null;
  const usage = story.generations.map(({ signals }) => (signals.usage.state === "captured" ? signals.usage.value : null));
  const total = (of: "inputTokens" | "outputTokens"): number | null => (usage.some((one) => one?.[of] != null) ? usage.reduce((sum, one) => sum + (one?.[of] ?? 0), 0) : null);
  const failed = story.generations.flatMap(({ signals }) => (signals.validation.state === "captured" ? signals.validation.value.filter(({ outcome }) => outcome === "failed") : []));
  const last = story.actions.at(-1);
  return (
    <header className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <h1 className="text-xl font-semibold tracking-tight">{story.feature ?? "Trace"}</h1>
        <span className="inline-flex items-center gap-1.5 font-mono text-xs text-soft" title={story.traceId}>
          {shortId(story.traceId)}
          <CopyButton text={story.traceId}>Copy id</CopyButton>
        </span>
        {last !== undefined && (
          <span className="inline-flex items-center gap-1.5">
            <ActionPill action={last.action} />
            <span className="text-xs text-soft">{later(last.atMs - story.startedAtMs)}</span>
          </span>
        )}
        {failed.length > 0 && <span className="pill bg-bad-wash text-bad">✗ {failed[0]?.rule ?? failed[0]?.validator}</span>}
        {story.outcome === "threw" && <span className="pill bg-bad-wash text-bad">threw {story.error?.name}</span>}
        {!story.complete && <span className="pill bg-warn-wash text-warn">{plural(story.gaps.length, "gap")} in the recording</span>}
        <div className="ml-auto flex flex-wrap gap-1.5">{children}</div>
      </div>
      <dl id="signal-model" className="flex flex-wrap gap-x-5 gap-y-0.5 text-[13px]">
        <Fact name="at">
          <time dateTime={new Date(story.startedAtMs).toISOString()}>{dateTime(story.startedAtMs)}</time>
          {story.durationMs === null ? "" : ` · ${duration(story.durationMs)}`}
        </Fact>
        <Fact name="model">
          <span className="font-mono text-xs">{model?.answered ?? model?.requested ?? "not recorded"}</span>
          {model !== null && model.answered !== null && model.requested !== null && model.answered !== model.requested ? <span className="text-soft"> asked for {model.requested}</span> : null}
        </Fact>
        {story.prompt !== null && (
          <Fact name="prompt">
            {story.prompt.id} {story.prompt.version}
          </Fact>
        )}
        <Fact name="tokens">
          {total("inputTokens") ?? "–"} in · {total("outputTokens") ?? "–"} out
        </Fact>
        {story.release !== null && (
          <Fact name="release">
            <Marked text={story.release} />
          </Fact>
        )}
        {story.environment !== null && (
          <Fact name="environment">
            <Marked text={story.environment} />
          </Fact>
        )}
        {Object.entries(story.tags).map(([name, value]) => (
          <Fact key={name} name={name}>
            <Marked text={value} />
          </Fact>
        ))}
        {story.subject !== null && (
          <Fact name="about">
            <span className="inline-flex flex-wrap gap-1">
              {Object.entries(story.subject).map(([name, value]) => (
                <span key={name}>
                  <Marked text={value} />
                </span>
              ))}
            </span>
          </Fact>
        )}
      </dl>
      {story.gaps.length > 0 && (
        <ul className="text-[13px] text-warn">
          {story.gaps.map((gap, index) => (
            <li key={index}>
              {gap.why}: {gap.detail}
            </li>
          ))}
        </ul>
      )}
    </header>
  );
}

const Fact = ({ name, children }: { readonly name: string; readonly children: React.ReactNode }) => (
  <div className="flex items-baseline gap-1.5">
    <dt className="text-soft">{name}</dt>
    <dd>{children}</dd>
  </div>
);
const later = (ms: number): string => (ms < 0 ? "before it was asked" : `${duration(ms)} later`);
