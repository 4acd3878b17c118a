import { useSignal } from "@preact/signals";
import { LIFE_CATEGORIES } from "../../domain/categories.ts";
import type { Vision } from "../../domain/journey.ts";
import { waysFrom, whereabouts } from "../create/address.ts";
import { DraftGate } from "../create/DraftGate.tsx";
import { Journey } from "../create/Journey.tsx";
import { navigate } from "../router.ts";
import { Celebration } from "../vision/Celebration.tsx";
import { visionPath } from "../vision/wire.ts";
import type { PageProps } from "./page.ts";

export { prefetch } from "./CreateWithViva.tsx";

const TITLE = "Build your vision with VIVA";
const WAYS = waysFrom("/vision/build");

/** The older entrance: three phases of talk in each life category, on the same draft. */
export default function VisionBuild({ query }: PageProps) {
  const celebrated = useSignal<Vision | null>(null);
  return (
    <>
      <DraftGate title={TITLE}>
        {(open, vision) => (
          <Journey
            {...{ ways: WAYS, where: whereabouts(query), categories: LIFE_CATEGORIES }}
            discovers={false}
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
