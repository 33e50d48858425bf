/** A stream of parts read under our eyes, for models that call no `fetch`: each read of ours is one of the app's, errors and its cancelling pass through. */
export interface StreamWatch<Part> {
  readonly seen: (part: Part) => void;
  /** Once, however it ends. */
  readonly over: (end: "ended" | "cancelled" | "failed", error?: unknown) => void;
}

/** Neither callback may throw. */
export function watchedStream<Part>(source: ReadableStream<Part>, { seen, over }: StreamWatch<Part>): ReadableStream<Part> {
  const reader = source.getReader();
  let isOver = false;
  let isCancelled = false;
  const end: StreamWatch<Part>["over"] = (how, error) => {
    if (isOver) return;
    isOver = true;
    over(how, error);
  };
  return new ReadableStream<Part>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read();
          if (done) {
            end("ended");
            // Cancelled while it was read: closed already.
            if (!isCancelled) controller.close();
            return;
          }
          seen(value);
          if (!isCancelled) controller.enqueue(value);
        } catch (error) {
          end("failed", error);
          throw error;
        }
      },
      cancel: async (reason) => {
        isCancelled = true;
        end("cancelled");
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
