/** Light or dark: what was chosen here before, else what the system says. */
const KEY = "whysaid-theme";
export type Theme = "light" | "dark";
const systemTheme = (): Theme => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
export const theme = (): Theme => (document.documentElement.dataset["theme"] === "dark" ? "dark" : "light");
const show = (next: Theme): void => {
  document.documentElement.dataset["theme"] = next;
};
export function startTheme(): void {
  const chosen = localStorage.getItem(KEY);
  show(chosen === "light" || chosen === "dark" ? chosen : systemTheme());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    if (localStorage.getItem(KEY) === null) show(systemTheme());
  });
}
export function toggleTheme(): void {
  const next: Theme = theme() === "dark" ? "light" : "dark";
  localStorage.setItem(KEY, next);
  show(next);
}
