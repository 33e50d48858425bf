/** Originals of a trace while somebody looks at them: in this page's memory, gone when it is closed. */
import { useCallback, useState } from "react";
import { sendJson } from "../api/client.ts";

export interface Originals {
  readonly shown: ReadonlyMap<string, string>;
  /** Pseudonyms nobody here can open. */
  readonly left: number;
  readonly reveal: (reason: string) => Promise<void>;
  readonly hide: () => void;
}
const none: ReadonlyMap<string, string> = new Map();

export function useOriginals(traceId: string): Originals {
  const [{ shown, left }, show] = useState<{ readonly shown: ReadonlyMap<string, string>; readonly left: number }>({ shown: none, left: 0 });
  const reveal = useCallback(
    async (reason: string) => {
      const answer = await sendJson<{ readonly originals: readonly (readonly [string, string])[]; readonly left: number }>("POST", `/api/traces/${traceId}/originals`, { reason });
      show({ shown: new Map(answer.originals), left: answer.left });
    },
    [traceId],
  );
  const hide = useCallback(() => show({ shown: none, left: 0 }), []);
  return { shown, left, reveal, hide };
}
