/** A signal that is not there, drawn as what it is, with the reason. */
export function Missing({ what, why }: { readonly what: string; readonly why: string }) {
  const says = { "not-recorded": `${what}: not recorded`, "not-applicable": `${what}: there was none`, pending: `${what}: can still come`, sampled: `${what}: not kept, the trace was thinned` }[why] ?? `${what}: ${why}`;
  return <p className="hatched rounded-md border border-dashed border-line px-3 py-2 text-[13px] text-soft">{says}</p>;
}
