type Schema = Record<string, unknown>;

function isObject(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Words for list entries, so that tiles and options differ from one another. */
const ENTRIES = [
  { emoji: "🌿", label: "Calm mornings", text: "a slow start that belongs to me" },
  { emoji: "🎶", label: "Music and dance", text: "evenings that move" },
  { emoji: "🥾", label: "Out in nature", text: "fresh air, open sky" },
  { emoji: "🎨", label: "Making things", text: "hands busy, mind quiet" },
  { emoji: "🤝", label: "Good company", text: "people who make me laugh" },
  { emoji: "📚", label: "Learning", text: "curious, one page at a time" },
  { emoji: "✨", label: "Small surprises", text: "room for the unplanned" },
] as const;

/** Fitting text for a property of this name, the `n`-th of its list. */
function sensible(name: string, n: number): string {
  const entry = ENTRIES[n % ENTRIES.length] ?? ENTRIES[0];
  if (/emoji|icon/i.test(name)) return entry.emoji;
  if (/^(id|key|slug|value)$/i.test(name)) return entry.label.toLowerCase().replaceAll(" ", "_");
  if (/sub|hint|desc/i.test(name)) return entry.text;
  if (/label|title|name|tile|option|theme|tag/i.test(name)) return entry.label;
  if (/question/i.test(name)) return "Which of these feels most like you?";
  if (/evidence|reason|why|note/i.test(name)) return "It shows in the words you chose.";
  if (/summary/i.test(name))
    return "The member named what drains them and what they choose instead.";
  return "I hear what matters to you, and how clearly you say it.";
}

function withinLength(text: string, schema: Schema): string {
  const least = typeof schema.minLength === "number" ? schema.minLength : 0;
  const most = typeof schema.maxLength === "number" ? schema.maxLength : Number.POSITIVE_INFINITY;
  const characters = [...text.padEnd(least, ".")];
  return characters.length > most
    ? characters.slice(0, most).join("").trimEnd()
    : text.padEnd(least, ".");
}

function number(schema: Schema): number {
  const least = [schema.minimum, schema.exclusiveMinimum].find((n) => typeof n === "number");
  const most = [schema.maximum, schema.exclusiveMaximum].find((n) => typeof n === "number");
  const whole = schema.type === "integer";
  if (least !== undefined && most !== undefined) {
    const middle = (least + most) / 2;
    return whole ? Math.round(middle) : middle;
  }
  if (least !== undefined) return whole ? Math.floor(least) + 1 : least + 1;
  return most !== undefined ? (whole ? Math.ceil(most) - 1 : most - 1) : 1;
}

/**
 * A value that follows a JSON schema (the part of it that structured outputs allow), with content
 * that reads sensibly. The same schema gives the same value.
 */
export function sample(schema: unknown, root: unknown = schema, name = "text", n = 0): unknown {
  if (!isObject(schema)) return sensible(name, n);
  if (typeof schema.$ref === "string") {
    let target: unknown = root;
    for (const step of schema.$ref.split("/").slice(1)) {
      target = isObject(target) ? target[step] : undefined;
    }
    return sample(target, root, name, n);
  }
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[n % schema.enum.length];
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) {
    const choice = choices.find((one) => isObject(one) && one.type !== "null") ?? choices[0];
    return sample(choice, root, name, n);
  }
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  const type = types.find((one) => one !== "null") ?? types[0];
  if (type === "object" || (type === undefined && isObject(schema.properties))) {
    const properties = isObject(schema.properties) ? schema.properties : {};
    return Object.fromEntries(
      Object.entries(properties).map(([key, value]) => [key, sample(value, root, key, n)]),
    );
  }
  if (type === "array") {
    const least = typeof schema.minItems === "number" ? schema.minItems : 0;
    const most = typeof schema.maxItems === "number" ? schema.maxItems : 7;
    const count = Math.max(least, Math.min(most, 5));
    return Array.from({ length: count }, (_, i) => sample(schema.items, root, name, i));
  }
  if (type === "number" || type === "integer") return number(schema);
  if (type === "boolean") return true;
  if (type === "null") return null;
  return withinLength(sensible(name, n), schema);
}
