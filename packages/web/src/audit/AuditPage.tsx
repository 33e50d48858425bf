/** `/audit`: who saw originals, erased somebody, exported or changed keys, and why; whether the log is as it was written; and whom an erasure would concern. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { getJson } from "../api/client.ts";
import { ErrorNotice, Loading } from "../ui/Notice.tsx";
import { Cell, Table, TableRow } from "../ui/Table.tsx";
import { dateTime, shortId } from "../ui/amounts.ts";
import { Erasing } from "./Erasing.tsx";

interface Audit {
  readonly entries: readonly { readonly number: number; readonly atMs: number; readonly actor: string; readonly action: string; readonly about: string; readonly reason: string }[];
  readonly tampered: readonly { readonly line: number; readonly what: string }[];
}
const columns = ["when", "who", "did", "about", "why"].map((name) => ({ name }));

export function AuditPage() {
  const found = useQuery({ queryKey: ["audit"], queryFn: ({ signal }) => getJson<Audit>("/api/audit", {}, signal) });
  if (found.isError) return <ErrorNotice error={found.error} />;
  if (found.data === undefined) return <Loading what="Reading the audit log" />;
  const { entries, tampered } = found.data;
  return (
    <div className="flex flex-col gap-5">
      <h1 className="flex flex-wrap items-center gap-3 text-base font-semibold">
        Audit <span className={`pill ${tampered.length === 0 ? "bg-good-wash text-good" : "bg-bad-wash text-bad"}`}>{tampered.length === 0 ? "the log is what was written" : "the log was changed"}</span>
      </h1>
      {tampered.map(({ line, what }) => (
        <p key={line} className="text-bad">
          {line === 0 ? "head" : `line ${line}`}: {what}
        </p>
      ))}
      {entries.length === 0 ? (
        <p className="panel px-4 py-3 text-soft">Nobody has revealed, erased or exported anything here, or changed a key. Who does stands here with their reason, and cannot take it out again.</p>
      ) : (
        <Table label="Entries" columns={columns}>
          {entries.toReversed().map((entry) => (
            <TableRow key={entry.number}>
              <Cell className="font-mono text-xs leading-5 whitespace-nowrap">{dateTime(entry.atMs)}</Cell>
              <Cell>{entry.actor}</Cell>
              <Cell className="font-medium">{entry.action}</Cell>
              <Cell className="font-mono text-xs leading-5">
                {/^[0-9a-f]{32}$/.test(entry.about) ? (
                  <Link to="/t/$traceId" params={{ traceId: entry.about }} className="text-link">
                    {shortId(entry.about)}
                  </Link>
                ) : (
                  <span className="break-all">{entry.about}</span>
                )}
              </Cell>
              <Cell>{entry.reason}</Cell>
            </TableRow>
          ))}
        </Table>
      )}
      <Erasing />
    </div>
  );
}
