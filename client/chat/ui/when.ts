const DAY_MS = 86_400_000;

/** When something was, as a member would say it: `now`, `12 min`, `today`, `yesterday`, then the date. */
export function whenLabel(iso: string, now: number, locale?: string): string {
  const then = Date.parse(iso);
  if (Number.isNaN(then)) return "";
  const minutes = Math.floor((now - then) / 60_000);
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes} min`;
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  if (then >= midnight) return "today";
  if (then >= midnight - DAY_MS) return "yesterday";
  const sameYear = new Date(now).getFullYear() === new Date(then).getFullYear();
  return new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(then);
}
