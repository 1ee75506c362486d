import { type Detector, matchesOf } from "./detector.ts";

const pattern = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g;

export const iban: Detector = {
  kind: "personal",
  summary: "Bank account numbers (IBAN) that meet their check digits.",
  find: (text) =>
    /[A-Z]{2}\d\d/.test(text)
      ? matchesOf(text, pattern, { what: "a bank account number (IBAN)", placeholder: "[iban]" }, meetsCheckDigits)
      : [],
  suspects(line) {
    const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
    const isLetter = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x41 && byte <= 0x5a;
    for (let index = 2; index < line.length - 1; index++) {
      if (!isDigit(line[index]) || !isLetter(line[index - 1])) continue;
      if (isDigit(line[index + 1]) && isLetter(line[index - 2])) return true;
    }
    return false;
  },
};

/** ISO 7064, MOD 97-10, over the number with its first four characters at the end and letters as 10 to 35. */
function meetsCheckDigits(text: string): boolean {
  const number = text.replaceAll(" ", "");
  if (number.length < 15 || number.length > 34) return false;
  let rest = 0;
  for (const character of number.slice(4) + number.slice(0, 4)) {
    for (const digit of String(Number.parseInt(character, 36))) rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest === 1;
}
