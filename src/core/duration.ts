const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `90s`, `30m` or `2h`; not a number for anything else. */
export function durationMs(text: string): number {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text) ?? [];
  return Number(amount) * (units[unit] ?? Number.NaN);
}

/** The minute by whose end a moment has passed, as `17:03 UTC`. @param moment Milliseconds since 1970. */
export function minuteAfter(moment: number): string {
  return `${new Date(Math.ceil(moment / 60_000) * 60_000).toISOString().slice(11, 16)} UTC`;
}
