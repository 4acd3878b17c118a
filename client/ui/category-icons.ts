import {
  Briefcase,
  Coins,
  Flower2,
  Gem,
  HandHeart,
  Heart,
  HeartPulse,
  House,
  type IconNode,
  MessagesSquare,
  PartyPopper,
  Plane,
  Sparkles,
  Sunrise,
  Sunset,
  Users,
} from "lucide";
import type { CategoryKey } from "../../domain/categories.ts";

const ICONS: Readonly<Record<CategoryKey, IconNode>> = {
  forward: Sunrise,
  fun: PartyPopper,
  health: HeartPulse,
  travel: Plane,
  love: Heart,
  family: Users,
  social: MessagesSquare,
  home: House,
  work: Briefcase,
  money: Coins,
  stuff: Gem,
  giving: HandHeart,
  spirituality: Flower2,
  conclusion: Sunset,
};

/** The icon of a category; VIVA's sparkle where a conversation has none. */
export function categoryIcon(key: CategoryKey | null): IconNode {
  return key ? ICONS[key] : Sparkles;
}
