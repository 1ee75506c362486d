/** `1,234` */
export function thousands(value: number): string {
  return value.toLocaleString("en-US");
}

/** A size in bytes for people, such as `98 kB` or `1.9 MB`. */
export function formatBytes(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
