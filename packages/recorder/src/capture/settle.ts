/** Watch what an app's function returns or throws, now or later, and hand it on as it is. */

export type Outcome<T> = { readonly kind: "returned"; readonly value: T } | { readonly kind: "threw"; readonly error: unknown };

/**
 * Run `fn` and tell `seen` of its outcome before the app goes on. A value comes back as a value, a promise as a promise; errors go through untouched.
 *
 * A promise of a subclass (the OpenAI client's, with methods of its own) is handed on itself; of a foreign thenable `then` is called once only,
 * for query builders run their query each time.
 */
export function watching<T>(fn: () => T, seen: (outcome: Outcome<Awaited<T>>) => void): T {
  let result: T;
  try {
    result = fn();
  } catch (error) {
    seen({ kind: "threw", error });
    throw error;
  }
  if (!isThenable(result)) {
    seen({ kind: "returned", value: result as Awaited<T> });
    return result;
  }
  const returned = (value: unknown): unknown => {
    seen({ kind: "returned", value: value as Awaited<T> });
    return value;
  };
  const threw = (error: unknown): void => seen({ kind: "threw", error });
  if (result instanceof Promise && result.constructor !== Promise) {
    void result.then(returned, threw);
    return result;
  }
  return Promise.resolve(result).then(returned, (error: unknown) => {
    threw(error);
    throw error;
  }) as T;
}

export const isThenable = (value: unknown): value is PromiseLike<unknown> => (typeof value === "object" || typeof value === "function") && value !== null && typeof (value as { then?: unknown }).then === "function";
