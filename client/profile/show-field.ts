const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Brings a field into view, ready to be filled in. Whether there is one of this name. */
export function showField(name: string): boolean {
  const frame = document.getElementById(name);
  if (!frame?.classList.contains("profile-field")) return false;
  const story = frame.closest("details");
  if (story) story.open = true;
  frame.scrollIntoView({ block: "center", behavior: still.matches ? "auto" : "smooth" });
  const input = frame.querySelector<HTMLElement>("input:checked, input, textarea");
  input?.focus({ preventScroll: true });
  return true;
}
