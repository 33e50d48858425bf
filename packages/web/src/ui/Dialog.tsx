/** A dialog as every page has it: a title, what it is for, a form, and the way out. It comes with its page's first use of one. */
import { Dialog as Base } from "@base-ui/react/dialog";

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: React.ReactNode;
  readonly isWide?: boolean;
}
export function Dialog({ title, onClose, children, isWide = false }: DialogProps) {
  return (
    <Base.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Base.Popup className={`panel fixed top-1/2 left-1/2 z-50 max-h-[88vh] -translate-x-1/2 -translate-y-1/2 overflow-auto p-5 shadow-xl ${isWide ? "w-[min(56rem,94vw)]" : "w-[min(34rem,94vw)]"}`}>
          <div className="mb-3 flex items-baseline justify-between gap-4">
            <Base.Title className="text-base font-semibold">{title}</Base.Title>
            <Base.Close className="quiet-button">
              Close <kbd className="font-mono text-xs text-soft">Esc</kbd>
            </Base.Close>
          </div>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
