/** A share as people read it: `94 %`, one decimal where it matters, never rounded to 0 or 100. */
export function percent(share: number): string {
  return `${hundredths(share)} %`;
}

/** A difference of shares in points, signed: `+94`, `−3.5`, `0`. */
export function points(difference: number): string {
  const text = hundredths(Math.abs(difference));
  if (text === "0") return "0";
  return `${difference < 0 ? "−" : "+"}${text}`;
}

function hundredths(share: number): string {
  const value = share * 100;
  const nearEnd = (value > 0 && value < 1) || (value > 99 && value < 100);
  const rounded = nearEnd ? Math.min(99.9, Math.max(0.1, Number(value.toFixed(1)))) : Number(value.toFixed(1));
  return `${rounded}`;
}
