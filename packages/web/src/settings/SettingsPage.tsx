/** `/settings`: who you are here, what this server may do, and the access keys of the project. A key is shown once, when it is made. */
import { useMe } from "../shell/me.ts";
import { Command } from "../ui/Command.tsx";
import { Loading } from "../ui/Notice.tsx";
import { count } from "../ui/amounts.ts";
import { AccessKeys } from "./AccessKeys.tsx";
import { roleMeans } from "./roles.ts";

export function SettingsPage() {
  const me = useMe();
  if (me === undefined) return <Loading what="Asking who you are" />;
  return (
    <div className="flex flex-col gap-6">
      <h1 className="text-base font-semibold">Settings</h1>
      <div className="grid gap-4 lg:grid-cols-2">
        <section aria-labelledby="you" className="panel px-4 py-3">
          <h2 id="you" className="label mb-1.5">You</h2>
          <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-y-1 text-[13px]">
            <dt className="text-soft">signed in as</dt>
            <dd>{me.actor}</dd>
            <dt className="text-soft">role</dt>
            <dd>
              <b className="font-semibold">{me.role}</b> <span className="text-soft">{roleMeans[me.role]}</span>
            </dd>
            <dt className="text-soft">project</dt>
            <dd>{me.project}</dd>
            <dt className="text-soft">whysaid</dt>
            <dd>{me.version}</dd>
          </dl>
        </section>
        <section aria-labelledby="replaying" className="panel px-4 py-3">
          <h2 id="replaying" className="label mb-1.5">Replay from these pages</h2>
          {me.replay === null ? (
            <div className="grid gap-1.5 text-[13px]">
              <p>Off: this server sends nothing to anybody.</p>
              <p className="text-soft">To let who has the role `reveal` send a recorded call again, start it so; the provider’s key is read from its environment and kept nowhere:</p>
              <Command line="whysaid up --replay" />
            </div>
          ) : (
            <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-y-1 text-[13px]">
              <dt className="text-soft">sends to</dt>
              <dd className="font-mono text-xs leading-5 break-all">{me.replay.target ?? "where each call went"}</dd>
              <dt className="text-soft">at most</dt>
              <dd>
                {count(me.replay.maxCalls)} calls and {count(me.replay.maxTokens)} tokens a time
              </dd>
            </dl>
          )}
        </section>
      </div>
      {me.rights.includes("admin") ? <AccessKeys project={me.project} /> : <p className="text-[13px] text-soft">Access keys are an admin’s to see.</p>}
    </div>
  );
}
