/** `1,234` */
export function thousands(value: number): string {
  return value.toLocaleString("en-US");
}

/** `1 row`, `1,234 rows`. @param many Default: with an s. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${thousands(value)} ${value === 1 ? one : many}`;
}

/** A size in bytes for people, such as `98 kB`, `1.9 MB` or `8.6 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1_000_000_000) return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** An amount for people; what is not free is never $0.00. */
export function dollars(usd: number): string {
  return usd > 0 && usd < 0.01 ? "$0.01" : `$${usd.toFixed(2)}`;
}
