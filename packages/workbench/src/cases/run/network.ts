/** Keeps a hermetic run off the network: while one is on, code that belongs to it cannot open a connection; everything else of the process can. In test processes only. */
import { Socket } from "node:net";
import { networkIsAllowed } from "@whysaid/recorder/replay";
import { WhysaidError } from "@whysaid/recorder/format";

let users = 0;
let restore = (): void => {};

/** @returns what takes the guard away again; nested guards are one */
export function guardNetwork(): () => void {
  if (users === 0) restore = install();
  users += 1;
  let isOn = true;
  return () => {
    if (!isOn) return;
    isOn = false;
    users -= 1;
    if (users === 0) restore();
  };
}

const refused = (): WhysaidError =>
  new WhysaidError("CASE_NETWORK_REFUSED", "the feature reaches for the network outside of its recorded steps", { fix: 'Wrap the step (`trace.retrieve`, `trace.tool`), give your client `recorder.fetch`, or serve it live (`serve: { retrieval: "live" }`).' });

/** Every TCP, TLS and pipe connection of Node goes through this one method: `net`, `http`, `tls`, `fetch`, database clients. */
function install(): () => void {
  // oxlint-disable-next-line typescript/unbound-method
  const original = Socket.prototype.connect;
  function connect(this: Socket, ...args: Parameters<typeof original>): Socket {
    if (!networkIsAllowed()) {
      this.destroy(refused());
      return this;
    }
    return original.apply(this, args);
  }
  Socket.prototype.connect = connect as typeof original;
  return () => {
    Socket.prototype.connect = original;
  };
}
