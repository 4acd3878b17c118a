import { BookOpen, Printer } from "lucide";
import type { Vision } from "../../domain/journey.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";

interface CelebrationProps {
  /** The version that has just become the active one; null while there is nothing to celebrate. */
  readonly vision: Vision | null;
  readonly onClose: () => void;
  readonly onPrint?: () => void;
}

/** A moment for a vision that was just actualized. */
export function Celebration({ vision, onClose, onPrint }: CelebrationProps) {
  return (
    <Dialog open={vision !== null} title="Your Life Vision is alive" onClose={onClose}>
      <div class="celebration">
        <div class="celebration-sky" aria-hidden="true">
          {Array.from({ length: 18 }, (_, index) => (
            <span key={index} class={`spark spark-${index % 6}`} />
          ))}
          <Avatar size={88} />
        </div>
        <p>
          <strong>Version {vision?.versionNumber} is now the life you choose.</strong> Every word of
          it is yours. Read it aloud today, and let it find you tomorrow.
        </p>
        <div class="button-row">
          <Button kind="primary" icon={BookOpen} onClick={onClose}>
            Read my vision
          </Button>
          {onPrint ? (
            <Button icon={Printer} onClick={onPrint}>
              Print it
            </Button>
          ) : null}
        </div>
      </div>
    </Dialog>
  );
}
