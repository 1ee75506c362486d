import { stringify } from "yaml";
import type { Setting, SettingMap, SettingSection, SettingValue } from "./trainer.ts";

/** Columns of a line; a comment that does not fit goes above. */
const width = 120;

/** Settings as YAML that Python's parsers read as it is meant, each with its reason. */
export function configYaml(heading: string, sections: readonly SettingSection[]): string {
  const blocks = sections.map(({ title, settings }) => [`# ${title}`, ...settings.flatMap(settingLines)].join("\n"));
  return `${[`# ${heading}`, ...blocks].join("\n\n")}\n`;
}

function settingLines({ option, value, why }: Setting): readonly string[] {
  const lines = valueLines(option, value);
  if (why === undefined) return lines;
  const [only = "", ...more] = lines;
  const short = `${only} # ${why}`;
  return more.length === 0 && short.length <= width ? [short] : [`# ${why}`, ...lines];
}

function valueLines(option: string, value: SettingValue): readonly string[] {
  if (typeof value !== "object") return [`${option}: ${scalar(value)}`];
  const maps = value.filter((item): item is SettingMap => typeof item === "object");
  if (maps.length === 0) return [`${option}: [${(value as readonly string[]).map(scalar).join(", ")}]`];
  return [`${option}:`, ...maps.flatMap(mapLines)];
}

function mapLines(map: SettingMap): readonly string[] {
  return Object.entries(map).map(([option, value], index) => {
    const written = typeof value === "object" ? `[${value.map(scalar).join(", ")}]` : scalar(value);
    return `${index === 0 ? "  - " : "    "}${option}: ${written}`;
  });
}

/** PyYAML reads YAML 1.1: `no` is false there, and `1e-5` a text unless it has a point. */
function scalar(value: string | number | boolean): string {
  if (typeof value === "number") return String(value).replace(/^(-?\d+)e/, "$1.0e");
  return stringify(value, { version: "1.1", lineWidth: 0, defaultStringType: "PLAIN" }).trimEnd();
}
