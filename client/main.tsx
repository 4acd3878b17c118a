import { render } from "preact";
import { App } from "./App.tsx";
import { lazy } from "./api/lazy.ts";
import { member, watchSession } from "./auth/session.ts";
import { watchLinks } from "./router.ts";
import { prefetch } from "./routes.ts";
import { leaveKeysToComposition } from "./ui/composition.ts";
import { followDirections } from "./ui/direction.ts";
import { surviveTranslators } from "./ui/translators.ts";

const loadFocus = lazy(() => import("./ui/focus.ts"));
const root = document.getElementById("app");
if (root) {
  leaveKeysToComposition();
  watchSession();
  watchLinks((path, query) => {
    if (member.peek()) prefetch(path, query);
  });
  // The shell that stood here from the first byte gives way in the same frame.
  root.replaceChildren();
  surviveTranslators(root);
  followDirections();
  render(<App />, root);
  // Loaded after the first page: the focus is lost only once something was pressed.
  void loadFocus().then(
    ({ keepFocus }) => keepFocus(),
    () => {},
  );
}
