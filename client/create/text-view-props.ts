import type { Category, CategoryKey } from "../../domain/categories.ts";
import type { PhaseKey } from "../../domain/phases.ts";
import type { OpenVision } from "../vision/open.ts";
import type { Ways } from "./address.ts";
import type { SectionWay } from "./open.ts";
import type { WritingAsk } from "./writing.ts";

/** What the text of a section is shown with. */
export interface TextViewProps {
  readonly ways: Ways;
  readonly category: Category;
  readonly way: SectionWay;
  readonly open: OpenVision;
  /** Of the talk that is led to. */
  readonly phase: PhaseKey;
  /** The section to go on with; undefined where all have text. */
  readonly next: CategoryKey | undefined;
  /** What asks for another text: from the discovery, else from the talk. */
  readonly anotherAsk: WritingAsk | null;
  /** Whether discovery is done: then VIVA can take up the last text. */
  readonly discovered: boolean;
}
