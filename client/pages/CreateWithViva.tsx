import { useSignal } from "@preact/signals";
import { CATEGORIES } from "../../domain/categories.ts";
import type { Vision } from "../../domain/journey.ts";
import { waysFrom, whereabouts } from "../create/address.ts";
import { DraftGate } from "../create/DraftGate.tsx";
import { Journey } from "../create/Journey.tsx";
import { navigate } from "../router.ts";
import { services } from "../services.ts";
import { Celebration } from "../vision/Celebration.tsx";
import { visionPath } from "../vision/wire.ts";
import type { PageProps } from "./page.ts";

const TITLE = "Create with VIVA";
const WAYS = waysFrom("/life-vision/create-with-viva");

/** Begins to read what the page needs before anything else. */
export function prefetch(): void {
  const { profile, visions } = services().journey;
  void profile.refresh();
  void visions.refresh();
}

/** Discovery, text and talk: the way through the sections, one at a time, to a vision that is whole. */
export default function CreateWithViva({ query }: PageProps) {
  const celebrated = useSignal<Vision | null>(null);
  return (
    <>
      <DraftGate title={TITLE}>
        {(open, vision) => (
          <Journey
            {...{ ways: WAYS, where: whereabouts(query), categories: CATEGORIES }}
            discovers
            title={TITLE}
            open={open}
            vision={vision}
            onCommitted={(active) => {
              celebrated.value = active;
            }}
          />
        )}
      </DraftGate>
      <Celebration
        vision={celebrated.value}
        onClose={() => {
          const id = celebrated.value?.id;
          celebrated.value = null;
          if (id) navigate(visionPath(id));
        }}
      />
    </>
  );
}
