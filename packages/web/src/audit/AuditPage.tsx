/** `/audit`: who saw originals, erased somebody or changed keys, and why; and whether the log is as it was written. Erasing itself is done on the command line. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { getJson } from "../api/client.ts";
import { CopyButton } from "../ui/CopyButton.tsx";
import { ErrorNotice, Loading } from "../ui/Notice.tsx";
import { dateTime, shortId } from "../ui/amounts.ts";

interface Audit {
  readonly entries: readonly { readonly number: number; readonly atMs: number; readonly actor: string; readonly action: string; readonly about: string; readonly reason: string }[];
  readonly tampered: readonly { readonly line: number; readonly what: string }[];
}
const ERASE = "whysaid erase --subject mrn=… --reason \"…\"";

export function AuditPage() {
  const found = useQuery({ queryKey: ["audit"], queryFn: ({ signal }) => getJson<Audit>("/api/audit", {}, signal) });
  if (found.isError) return <ErrorNotice error={found.error} />;
  if (found.data === undefined) return <Loading what="Reading the audit log" />;
  const { entries, tampered } = found.data;
  return (
    <div className="flex flex-col gap-4">
      <h1 className="flex flex-wrap items-center gap-3 text-base font-semibold">
        Audit <span className={`pill ${tampered.length === 0 ? "bg-good-wash text-good" : "bg-bad-wash text-bad"}`}>{tampered.length === 0 ? "the log is what was written" : "the log was changed"}</span>
      </h1>
      {tampered.map(({ line, what }) => (
        <p key={line} className="text-bad">
          {line === 0 ? "head" : `line ${line}`}: {what}
        </p>
      ))}
      {entries.length === 0 ? (
        <p className="panel px-4 py-3 text-soft">Nobody has revealed or erased anything here.</p>
      ) : (
        <div className="panel overflow-x-auto" tabIndex={0} role="group" aria-label="Entries">
          <table className="w-full text-[13px]">
            <thead>
              <tr className="label border-b border-line text-left">
                <th scope="col" className="px-3 py-1.5">when</th>
                <th scope="col" className="px-3 py-1.5">who</th>
                <th scope="col" className="px-3 py-1.5">did</th>
                <th scope="col" className="px-3 py-1.5">about</th>
                <th scope="col" className="px-3 py-1.5">why</th>
              </tr>
            </thead>
            <tbody>
              {entries.toReversed().map((entry) => (
                <tr key={entry.number} className="border-b border-line last:border-0">
                  <td className="px-3 py-1.5 font-mono text-xs whitespace-nowrap">{dateTime(entry.atMs)}</td>
                  <td className="px-3 py-1.5">{entry.actor}</td>
                  <td className="px-3 py-1.5 font-medium">{entry.action}</td>
                  <td className="px-3 py-1.5 font-mono text-xs">
                    {/^[0-9a-f]{32}$/.test(entry.about) ? (
                      <Link to="/t/$traceId" params={{ traceId: entry.about }} className="text-link">
                        {shortId(entry.about)}
                      </Link>
                    ) : (
                      entry.about
                    )}
                  </td>
                  <td className="px-3 py-1.5">{entry.reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <section aria-labelledby="erasing">
        <h2 id="erasing" className="label mb-1">Erasing a person</h2>
        <p className="max-w-[80ch] text-[13px] text-soft">Reaches shared texts, the index, the journal and the vault, and cannot be taken back; it is done where the recordings lie:</p>
        <p className="mt-1 flex items-center gap-2">
          <code className="verbatim rounded bg-sunk px-2 py-0.5">{ERASE}</code> <CopyButton text={ERASE} label="Copy the command" />
        </p>
      </section>
    </div>
  );
}
