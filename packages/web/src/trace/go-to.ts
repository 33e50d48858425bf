/** To a place of the page, with the place shown for a moment. */
export function goTo(id: string): boolean {
  const found = document.getElementById(id);
  if (found === null) return false;
  found.scrollIntoView({ block: "start" });
  flash(found);
  return true;
}

/** Where a pointer into the reconstruction stands on the page: the value itself, else the text, else what holds it. */
export function goToPointer(at: string, start?: number): boolean {
  if (start !== undefined) {
    const value = document.querySelector(`[data-value="${CSS.escape(`${at}:${start}`)}"]`);
    if (value instanceof HTMLElement) {
      value.scrollIntoView({ block: "center" });
      value.focus({ preventScroll: true });
      return true;
    }
  }
  for (let pointer = at; pointer !== ""; pointer = shorter(pointer)) {
    const found = document.querySelector(`[data-at="${CSS.escape(pointer)}"]`);
    if (found instanceof HTMLElement) {
      found.scrollIntoView({ block: "center" });
      flash(found);
      return true;
    }
  }
  return false;
}
const shorter = (pointer: string): string => pointer.slice(0, Math.max(pointer.lastIndexOf("."), pointer.lastIndexOf("["), 0));

function flash(element: HTMLElement): void {
  element.classList.remove("flash");
  requestAnimationFrame(() => element.classList.add("flash"));
  if (!element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}
