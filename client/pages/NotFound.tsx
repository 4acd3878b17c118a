import { House } from "lucide";
import { LinkButton } from "../ui/Button.tsx";

/** For an address that is none of ours. */
export default function NotFound() {
  return (
    <div class="page page-narrow">
      <h1>There is nothing here</h1>
      <p class="muted">This address leads nowhere. Home is a good place to begin.</p>
      <LinkButton kind="primary" icon={House} href="/">
        Home
      </LinkButton>
    </div>
  );
}
