/** `?`: every key of the page in view. */
import { Dialog } from "@base-ui/react/dialog";
import { useKeyGroups } from "./keys.ts";

export function KeysDialog({ isOpen, onOpenChange }: { readonly isOpen: boolean; readonly onOpenChange: (isOpen: boolean) => void }) {
  const groups = useKeyGroups();
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Popup className="panel fixed top-1/2 left-1/2 z-50 max-h-[85vh] w-[min(40rem,92vw)] -translate-x-1/2 -translate-y-1/2 overflow-auto p-5 shadow-xl">
          <div className="flex items-baseline justify-between">
            <Dialog.Title className="text-base font-semibold">Keys</Dialog.Title>
            <Dialog.Close className="quiet-button">Close</Dialog.Close>
          </div>
          <div className="mt-3 grid gap-x-8 gap-y-4 sm:grid-cols-2">
            {groups.map(({ title, actions }) => (
              <section key={title}>
                <h3 className="label">{title}</h3>
                <dl className="mt-1 grid grid-cols-[4.5rem_1fr] gap-y-1">
                  {actions.map(({ key, does }) => (
                    <div key={key} className="contents">
                      <dt>
                        <kbd className="rounded border border-line bg-sunk px-1.5 py-0.5 font-mono text-xs">{key}</kbd>
                      </dt>
                      <dd>{does}</dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
