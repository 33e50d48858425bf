/** The keys programs and people come in with: made, seen once, ended. */
import { useState } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getJson, sendJson } from "../api/client.ts";
import type { AccessKey, Role } from "../api/shapes.ts";
import { CopyButton } from "../ui/CopyButton.tsx";
import { Field, FormError } from "../ui/Field.tsx";
import { ErrorNotice, Loading } from "../ui/Notice.tsx";
import { Cell, Table, TableRow } from "../ui/Table.tsx";
import { dateTime } from "../ui/amounts.ts";
import { roleMeans } from "./roles.ts";

const roles: readonly Role[] = ["ingest", "read", "reveal", "admin"];
type Made = AccessKey & { readonly key: string };

export function AccessKeys({ project }: { readonly project: string }) {
  const client = useQueryClient();
  const found = useQuery({ queryKey: ["keys"], queryFn: ({ signal }) => getJson<{ readonly keys: readonly AccessKey[] }>("/api/keys", {}, signal) });
  const again = (): Promise<void> => client.invalidateQueries({ queryKey: ["keys"] });
  const [role, setRole] = useState<Role>("ingest");
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const made = useMutation({
    mutationFn: () => sendJson<Made>("POST", "/api/keys", { role, name: name.trim(), expiresInDays: days === "" ? null : Number(days) }),
    onSuccess: () => {
      setName("");
      return again();
    },
  });
  return (
    <section aria-labelledby="keys" className="flex flex-col gap-3">
      <h2 id="keys" className="text-base font-semibold">
        Access keys <span className="text-[13px] font-normal text-soft">of the project {project}</span>
      </h2>
      <form
        className="panel flex flex-wrap items-end gap-3 px-4 py-3"
        onSubmit={(event) => {
          event.preventDefault();
          made.mutate();
        }}
      >
        <Field label="What for">
          <input className="field w-52" required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} placeholder="ward app, production" autoComplete="off" />
        </Field>
        <Field label="Role">
          <select className="field" value={role} onChange={(event) => setRole(event.target.value as Role)}>
            {roles.map((one) => (
              <option key={one} value={one}>
                {one}: {roleMeans[one]}
              </option>
            ))}
          </select>
        </Field>
        <Field label="Good for">
          <select className="field" value={days} onChange={(event) => setDays(event.target.value)}>
            <option value="30">30 days</option>
            <option value="90">90 days</option>
            <option value="365">a year</option>
            <option value="">ever</option>
          </select>
        </Field>
        <button type="submit" className="main-button" disabled={made.isPending || name.trim() === ""}>
          Make a key
        </button>
      </form>
      <FormError error={made.error} />
      {made.data !== undefined && (
        <div role="status" className="panel border-l-4 !border-l-good px-4 py-3 text-[13px]" data-new-key>
          <p className="font-medium">Copy it now: it is not kept, and not shown again.</p>
          <p className="mt-1 flex flex-wrap items-center gap-2">
            <code className="verbatim rounded bg-sunk px-2 py-0.5">{made.data.key}</code>
            <CopyButton text={made.data.key} label="Copy the key" />
          </p>
        </div>
      )}
      {found.isError ? <ErrorNotice error={found.error} /> : found.data === undefined ? <Loading what="Reading the keys" /> : <Keys keys={found.data.keys} onChanged={again} />}
    </section>
  );
}

function Keys({ keys, onChanged }: { readonly keys: readonly AccessKey[]; readonly onChanged: () => Promise<void> }) {
  const [asked, setAsked] = useState<string | null>(null);
  const revoked = useMutation({
    mutationFn: (id: string) => sendJson("POST", `/api/keys/${id}/revoke`, {}),
    onSuccess: () => {
      setAsked(null);
      return onChanged();
    },
  });
  if (keys.length === 0) return <p className="panel px-4 py-3 text-[13px] text-soft">No keys: the server listens on this machine only, and apps on it need none to record.</p>;
  const nowMs = Date.now();
  return (
    <>
      <FormError error={revoked.error} />
      <Table label="Access keys" columns={[{ name: "id" }, { name: "for" }, { name: "role" }, { name: "made" }, { name: "state" }, { name: "change" }]}>
        {keys.toReversed().map((key) => {
          const isGood = key.revokedAtMs === null && (key.expiresAtMs === null || key.expiresAtMs > nowMs);
          return (
            <TableRow key={key.id}>
              <Cell className="font-mono text-xs leading-5">{key.id}</Cell>
              <Cell className="font-medium">{key.name}</Cell>
              <Cell>{key.role}</Cell>
              <Cell className="text-soft">{dateTime(key.createdAtMs).slice(0, 16)}</Cell>
              <Cell>
                {isGood ? (
                  <span className="text-good">{key.expiresAtMs === null ? "good for ever" : `good to ${dateTime(key.expiresAtMs).slice(0, 10)}`}</span>
                ) : (
                  <span className="text-soft">{key.revokedAtMs !== null ? `revoked ${dateTime(key.revokedAtMs).slice(0, 16)}` : "expired"}</span>
                )}
              </Cell>
              <Cell className="text-right">
                {isGood &&
                  (asked === key.id ? (
                    <span className="inline-flex gap-1.5">
                      <button type="button" className="quiet-button !border-bad !text-bad" disabled={revoked.isPending} onClick={() => revoked.mutate(key.id)}>
                        End it for good
                      </button>
                      <button type="button" className="quiet-button" onClick={() => setAsked(null)}>
                        Keep
                      </button>
                    </span>
                  ) : (
                    <button type="button" className="quiet-button" onClick={() => setAsked(key.id)} aria-label={`Revoke ${key.name}`}>
                      Revoke
                    </button>
                  ))}
              </Cell>
            </TableRow>
          );
        })}
      </Table>
    </>
  );
}
