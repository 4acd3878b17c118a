import { render } from "preact";
import { App } from "./App.tsx";
import { watchSession } from "./auth/session.ts";
import { watchLinks } from "./router.ts";

const root = document.getElementById("app");
if (root) {
  watchSession();
  watchLinks();
  // The shell that stood here from the first byte gives way in the same frame.
  root.replaceChildren();
  render(<App />, root);
}
